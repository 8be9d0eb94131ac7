using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Integration;

namespace SalesOs.Dashboard.Tests.Api;

public class IdempotencyTests(ManagementApi api) : IClassFixture<ManagementApi>
{
    private const string Admin = "admin@acme.test";
    private const string Body = """{"name":"once","rate_limit":5}""";

    private readonly string key = Guid.NewGuid().ToString();

    [Fact]
    public async Task Create_TwentyTimesAtOnce_MakesOneKey()
    {
        string[] tenant = [key];

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => CreateAsync("platform", Body, tenant)));

        var made = replies.Single(r => r.Status == HttpStatusCode.Created).Data.GetProperty("id").GetString();
        foreach (var repeat in replies.Where(r => r.Status != HttpStatusCode.Created))
        {
            ShouldName(repeat, made);
        }

        var keys = await api.SendAsync("platform", "GET", "/v1/api-keys", tenant: tenant);
        keys.Data.EnumerateArray().Single().GetProperty("id").GetString().ShouldBe(made);
        (await api.SendAsync("platform", "GET", "/v1/audit-entries", tenant: tenant)).Meta.GetProperty("total").GetInt32().ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"name":"once","rate_limit":5}""", 409)]
    [InlineData("""{ "rate_limit": 5, "name": "once", "environment": "live" }""", 409)]
    [InlineData("""{"name":"once","rate_limit":6}""", 422)]
    [InlineData("""{"name":"Once","rate_limit":5}""", 422)]
    [InlineData("""{"name":"once","rate_limit":5,"notes":"more"}""", 422)]
    [InlineData("""{"name":"once","rate_limit":5,"scopes":["leads:read"]}""", 422)]
    [InlineData("""{"name":"once","rate_limit":0}""", 400)]
    public async Task Create_Again_IsToldByWhatItAsksFor(string body, int status)
    {
        var made = await CreateAsync(Admin, Body);

        var again = await CreateAsync(Admin, body);

        ((int)again.Status).ShouldBe(status, again.Json.GetRawText());
        again.Json.GetRawText().ShouldNotContain("api_key_secret");
        if (status == 409)
        {
            ShouldName(again, made.Data.GetProperty("id").GetString());
        }
        else
        {
            again.Code.ShouldBe(status == 422 ? "IDEMPOTENCY_MISMATCH" : "VALIDATION_ERROR");
        }
    }

    [Fact]
    public async Task Key_OfAnotherCallerOrTenant_IsAnother()
    {
        (await CreateAsync(Admin, Body)).Status.ShouldBe(HttpStatusCode.Created);
        (await CreateAsync("owner@acme.test", Body)).Status.ShouldBe(HttpStatusCode.Created);
        (await CreateAsync("admin@beta.test", Body)).Status.ShouldBe(HttpStatusCode.Created);
        (await CreateAsync("platform", Body, [KeyHouse.Acme])).Status.ShouldBe(HttpStatusCode.Created);
        (await CreateAsync("platform", Body, [KeyHouse.Beta])).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Create_AfterTheKeyIsDeleted_StillMakesNone()
    {
        var made = (await CreateAsync(Admin, Body)).Data.GetProperty("id").GetString();
        await api.SendAsync(Admin, "DELETE", "/v1/api-keys/" + made);

        ShouldName(await CreateAsync(Admin, Body), made);
    }

    [Fact]
    public async Task Create_ADayLater_MakesAnotherAndTheOldCallsAreSwept()
    {
        var first = await CreateAsync(Admin, Body);
        await CreateAsync("admin@beta.test", Body);
        api.Clock.AdjustTime(api.Clock.GetUtcNow() + IdempotentCall.Kept - TimeSpan.FromSeconds(1));
        ShouldName(await CreateAsync(Admin, Body), first.Data.GetProperty("id").GetString());

        api.Clock.Advance(TimeSpan.FromSeconds(1));

        (await CreateAsync(Admin, """{"name":"another"}""")).Status.ShouldBe(HttpStatusCode.Created);
        (await CreateAsync(Admin, """{"name":"another"}""")).Status.ShouldBe(HttpStatusCode.Conflict);
        await using var db = api.Dashboard.Services.GetRequiredService<Database>().Read(tenantId: null);
        (await db.Set<IdempotentCall>().IgnoreQueryFilters().CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Create_ThatWasRefused_MayBeSentAgain()
    {
        await using var small = new ManagementApi { Settings = ["--ApiKeys:MaxPerTenant=1"] };
        await small.InitializeAsync();
        var hindrance = await small.CreateAsync();
        (await small.SendAsync(Admin, "POST", "/v1/api-keys", Body, headers: "Idempotency-Key: a")).Code.ShouldBe("CONFLICT");
        await small.SendAsync(Admin, "DELETE", "/v1/api-keys/" + hindrance.GetProperty("id").GetString());

        (await small.SendAsync(Admin, "POST", "/v1/api-keys", Body, headers: "Idempotency-Key: a")).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Call_AfterARestart_IsStillKnown()
    {
        var directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;
        try
        {
            for (var run = 0; run < 2; run++)
            {
                await using var dashboard = await RunningDashboard.StartAsync(directory: directory, settings: Platform.Setting);
                using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/api-keys") { Content = new StringContent(Body, System.Text.Encoding.UTF8, "application/json") };
                request.Headers.Authorization = new("Bearer", Platform.ServiceKey);
                request.Headers.Add("X-Tenant-Id", "t");
                request.Headers.Add("Idempotency-Key", key);
                using var answer = await dashboard.Client.SendAsync(request);
                answer.StatusCode.ShouldBe(run == 0 ? HttpStatusCode.Created : HttpStatusCode.Conflict);
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task Rotate_TwentyTimesAtOnce_MakesOneSuccessor()
    {
        var old = await api.CreateAsync();
        var target = $"/v1/api-keys/{old.GetProperty("id").GetString()}/rotate";

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => api.SendAsync(Admin, "POST", target, i % 2 == 0 ? null : "{}", headers: "Idempotency-Key: " + key)));

        var successor = replies.Single(r => r.Status == HttpStatusCode.Created).Data.GetProperty("id").GetString();
        foreach (var repeat in replies.Where(r => r.Status != HttpStatusCode.Created))
        {
            ShouldName(repeat, successor);
        }

        await api.SendAsync(Admin, "POST", target.Replace("rotate", "revoke", StringComparison.Ordinal));
        ShouldName(await api.SendAsync(Admin, "POST", target, headers: "Idempotency-Key: " + key), successor);
        var other = (await api.CreateAsync()).GetProperty("id").GetString();
        (await api.SendAsync(Admin, "POST", $"/v1/api-keys/{other}/rotate", headers: "Idempotency-Key: " + key)).Code.ShouldBe("IDEMPOTENCY_MISMATCH");
        (await CreateAsync(Admin, Body)).Code.ShouldBe("IDEMPOTENCY_MISMATCH");
    }

    [Theory]
    [InlineData(null, """{"expires_in_days":90}""", 422)]
    [InlineData("""{"expires_in_days":90}""", null, 422)]
    [InlineData("""{"expires_in_days":90}""", """{"expires_in_days":91}""", 422)]
    [InlineData("""{"expires_at":null}""", "{}", 422)]
    [InlineData("""{"expires_at":"2030-01-01T00:00:00Z"}""", """{"expires_at":"2030-01-01T01:00:00+01:00"}""", 409)]
    [InlineData("""{"expires_in_days":90}""", """{ "expires_in_days": 9e1 }""", 409)]
    public async Task Rotate_Again_IsToldByTheLifeItAsksFor(string? first, string? second, int status)
    {
        var target = $"/v1/api-keys/{(await api.CreateAsync()).GetProperty("id").GetString()}/rotate";
        (await api.SendAsync(Admin, "POST", target, first, headers: "Idempotency-Key: " + key)).Status.ShouldBe(HttpStatusCode.Created);

        ((int)(await api.SendAsync(Admin, "POST", target, second, headers: "Idempotency-Key: " + key)).Status).ShouldBe(status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("ação")]
    [InlineData("a\tb")]
    [InlineData("long")]
    [InlineData("twice")]
    public async Task Key_OfTheWrongForm_Is400(string shape)
    {
        string[] lines = shape switch
        {
            "long" => ["Idempotency-Key: " + new string('k', 256)],
            "twice" => ["Idempotency-Key: a", "Idempotency-Key: b"],
            _ => ["Idempotency-Key: " + shape],
        };
        var token = "Authorization: Bearer " + Platform.ServiceKey;
        var request = new RawRequest("POST", "/v1/api-keys") { Body = System.Text.Encoding.UTF8.GetBytes(Body) };

        var answer = await request.With([token, "X-Tenant-Id: wrong-form", "Content-Type: application/json", .. lines]).SendAsync(api.Dashboard.BaseAddress);

        answer.Status.ShouldBe(400);
        answer.Code.ShouldBe("VALIDATION_ERROR");
        answer.Json.GetProperty("error").GetProperty("details")[0].GetProperty("field").GetString().ShouldBe("Idempotency-Key");
        (await api.SendAsync("platform", "GET", "/v1/api-keys", tenant: ["wrong-form"])).Meta.GetProperty("total").GetInt32().ShouldBe(0);
    }

    private static void ShouldName(Reply repeat, string? made)
    {
        repeat.Status.ShouldBe(HttpStatusCode.Conflict, repeat.Json.GetRawText());
        repeat.Code.ShouldBe("CONFLICT");
        repeat.Message.ShouldContain(made!);
        repeat.Details.ShouldBe(["id " + made]);
        repeat.Headers.Location!.ToString().ShouldBe("/v1/api-keys/" + made);
    }

    private Task<Reply> CreateAsync(string caller, string body, string[]? tenant = null) =>
        api.SendAsync(caller, "POST", "/v1/api-keys", body, tenant, headers: "Idempotency-Key: " + key);
}
