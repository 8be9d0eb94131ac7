using System.Net;
using System.Text.Json;

namespace SalesOs.Dashboard.Tests.Api;

public sealed class RotateKeyTests(ManagementApi api) : IClassFixture<ManagementApi>
{
    private const string Admin = "admin@acme.test";

    [Fact]
    public async Task Rotate_OfAnActiveKey_MakesASuccessorWithItsSettingsAndLeavesItWorking()
    {
        var old = await api.CreateAsync(Admin, """
            {"name":"ERP","notes":"n","scopes":["leads:read"],"rate_limit":9,"allowed_ips":["127.0.0.1"],"environment":"test","single_use":false,"expires_in_days":30}
            """);
        api.Clock.AdjustTime(api.Clock.GetUtcNow().AddDays(1));

        var reply = await api.SendAsync("owner@acme.test", "POST", Target(old) + "/rotate");

        reply.Status.ShouldBe(HttpStatusCode.Created, reply.Json.GetRawText());
        var successor = reply.Data;
        reply.Headers.Location!.ToString().ShouldBe(Target(successor));
        foreach (var field in new[] { "name", "notes", "scopes", "rate_limit", "allowed_ips", "environment", "single_use", "status" })
        {
            successor.GetProperty(field).GetRawText().ShouldBe(old.GetProperty(field).GetRawText(), field);
        }

        Expiry(successor).ShouldBe(At(successor, "created_at")!.Value.AddDays(30));
        foreach (var field in new[] { "id", "api_key", "api_key_secret", "key_prefix" })
        {
            (successor.GetProperty(field).GetString() == old.GetProperty(field).GetString()).ShouldBeFalse(field);
        }

        successor.GetProperty("created_by").GetString().ShouldBe("owner@acme.test");
        Id(successor, "rotated_from").ShouldBe(Id(old));
        var shown = await api.SendAsync(Admin, "GET", Target(old));
        Id(shown.Data, "rotated_to").ShouldBe(Id(successor));
        shown.Data.GetProperty("status").GetString().ShouldBe("active");
        shown.Headers.ETag!.ToString().ShouldBe("\"1\"");
        (await api.WhoAmIAsync(old)).ShouldBe(200);
        (await api.WhoAmIAsync(successor)).ShouldBe(200);

        await api.SendAsync(Admin, "POST", Target(old) + "/revoke");
        (await api.WhoAmIAsync(old)).ShouldBe(401);
        (await api.WhoAmIAsync(successor)).ShouldBe(200);
    }

    [Theory]
    [InlineData(null, 90)]
    [InlineData("{}", 90)]
    [InlineData("""{"expires_in_days":7}""", 7)]
    [InlineData("""{"expires_in_days":3650}""", 3650)]
    [InlineData("""{"expires_at":null}""", null)]
    public async Task Rotate_OfAKeyForNinetyDaysThatExpiresTomorrow_LivesAnewFromNowOn(string? body, int? days)
    {
        var old = await api.CreateAsync(Admin, """{"name":"ERP","expires_in_days":90}""");
        api.Clock.AdjustTime(api.Clock.GetUtcNow().AddDays(89));

        var successor = (await api.SendAsync(Admin, "POST", Target(old) + "/rotate", body)).Data;

        Expiry(successor).ShouldBe(days is { } lives ? At(successor, "created_at")!.Value.AddDays(lives) : null);
        Expiry((await api.SendAsync(Admin, "GET", Target(old))).Data).ShouldBe(Expiry(old), "the key itself keeps its own");
        var rotated = (await api.SendAsync(Admin, "GET", $"/v1/audit-entries?action=key.rotated&key_id={Id(old)}")).Data.EnumerateArray().Single().GetProperty("detail");
        (rotated.GetProperty("expires_at").ValueKind == JsonValueKind.Null ? null : (long?)rotated.GetProperty("expires_at").GetInt64())
            .ShouldBe(Expiry(successor)?.ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task Rotate_UntilAMoment_EndsThen()
    {
        var end = new DateTimeOffset(api.Clock.GetUtcNow().Year + 1, 5, 6, 7, 8, 9, TimeSpan.Zero);
        var successor = (await api.SendAsync(Admin, "POST", Target(await api.CreateAsync()) + "/rotate", $$"""{"expires_at":"{{end:yyyy-MM-dd'T'HH:mm:ss'Z'}}"}""")).Data;

        Expiry(successor).ShouldBe(end);
    }

    [Fact]
    public async Task Rotate_OfAKeyThatNeverExpires_StaysWithoutAnEnd() =>
        Expiry((await api.SendAsync(Admin, "POST", Target(await api.CreateAsync()) + "/rotate")).Data).ShouldBeNull();

    [Fact]
    public async Task Rotate_OfAKeyWhoseExpiryWasEdited_TakesTheEditForItsWish()
    {
        var old = await api.CreateAsync(Admin, """{"name":"ERP","expires_in_days":90}""");
        await api.SendAsync(Admin, "PATCH", Target(old), """{"expires_in_days":10}""");

        var successor = (await api.SendAsync(Admin, "POST", Target(old) + "/rotate")).Data;

        (Expiry(successor)!.Value - At(successor, "created_at")!.Value).TotalDays.ShouldBe(10, tolerance: 0.01);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Relatives_Deleted_AreNamedNoMoreInAnyAnswer(bool deletePredecessor, bool deleteSuccessor)
    {
        string[] tenant = ["relatives-" + Guid.NewGuid().ToString("N")];
        var first = await api.CreateAsync("platform", tenant: tenant);
        var second = (await api.SendAsync("platform", "POST", Target(first) + "/rotate", tenant: tenant)).Data;
        var third = (await api.SendAsync("platform", "POST", Target(second) + "/rotate", tenant: tenant)).Data;
        foreach (var key in new[] { deletePredecessor ? first : default, deleteSuccessor ? third : default }.Where(key => key.ValueKind == JsonValueKind.Object))
        {
            (await api.SendAsync("platform", "DELETE", Target(key), tenant: tenant)).Status.ShouldBe(HttpStatusCode.NoContent);
        }

        var list = await api.SendAsync("platform", "GET", "/v1/api-keys", tenant: tenant);
        JsonElement[] answers =
        [
            (await api.SendAsync("platform", "GET", Target(second), tenant: tenant)).Data,
            (await api.SendAsync("platform", "PATCH", Target(second), """{"name":"edited"}""", tenant)).Data,
            list.Data.EnumerateArray().Single(k => Id(k) == Id(second)),
        ];
        foreach (var answer in answers)
        {
            answer.GetProperty("rotated_from").GetString().ShouldBe(deletePredecessor ? null : Id(first));
            answer.GetProperty("rotated_to").GetString().ShouldBe(deleteSuccessor ? null : Id(third));
        }
    }

    [Fact]
    public async Task Rotate_OfARevokedKey_Is409AndMakesNone()
    {
        string[] tenant = ["rotate-revoked"];
        var key = await api.CreateAsync("platform", tenant: tenant);
        await api.SendAsync("platform", "POST", Target(key) + "/revoke", tenant: tenant);

        (await api.SendAsync("platform", "POST", Target(key) + "/rotate", "{}", tenant)).Code.ShouldBe("CONFLICT");

        (await api.SendAsync("platform", "GET", "/v1/api-keys", tenant: tenant)).Meta.GetProperty("total").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Rotate_OfAnExpiredKey_Is409()
    {
        string[] tenant = ["rotate-expired"];
        var key = await api.CreateAsync("platform", """{"name":"x","expires_in_days":1}""", tenant);
        api.Clock.AdjustTime(api.Clock.GetUtcNow().AddDays(1));

        (await api.SendAsync("platform", "POST", Target(key) + "/rotate", tenant: tenant)).Code.ShouldBe("CONFLICT");
    }

    [Fact]
    public async Task Rotate_Twice_NamesTheLatestSuccessor()
    {
        var key = await api.CreateAsync();
        var first = (await api.SendAsync(Admin, "POST", Target(key) + "/rotate")).Data;
        var second = (await api.SendAsync(Admin, "POST", Target(key) + "/rotate")).Data;

        Id((await api.SendAsync(Admin, "GET", Target(key))).Data, "rotated_to").ShouldBe(Id(second));
        Id(first, "rotated_from").ShouldBe(Id(key));
        Id(second, "rotated_from").ShouldBe(Id(key));
    }

    [Fact]
    public async Task Rotate_IsOnRecordForBothKeys()
    {
        var old = await api.CreateAsync();
        var reply = await api.SendAsync(Admin, "POST", Target(old) + "/rotate");

        var rotated = (await api.SendAsync(Admin, "GET", $"/v1/audit-entries?action=key.rotated&key_id={Id(old)}")).Data.EnumerateArray().Single();
        Id(rotated.GetProperty("detail"), "rotated_to").ShouldBe(Id(reply.Data));
        var created = (await api.SendAsync(Admin, "GET", $"/v1/audit-entries?key_id={Id(reply.Data)}")).Data.EnumerateArray().Single();
        Id(created.GetProperty("detail"), "rotated_from").ShouldBe(Id(old));
        created.GetProperty("request_id").GetString().ShouldBe(reply.Meta.GetProperty("request_id").GetString());
        created.GetRawText().ShouldNotContain(reply.Data.GetProperty("api_key_secret").GetString()!);
    }

    [Theory]
    [InlineData("""{"name":"x"}""", "name is not a known field")]
    [InlineData("""{"tenant_id":1}""", "tenant_id must be a string")]
    [InlineData("""{"expires_in_days":0}""", "expires_in_days must be a whole number from 1 to 3650")]
    [InlineData("""{"expires_in_days":"90"}""", "expires_in_days must be a whole number")]
    [InlineData("""{"expires_at":"2020-01-01T00:00:00Z"}""", "expires_at must be in the future")]
    [InlineData("""{"expires_at":"9999-01-01T00:00:00Z"}""", "expires_at must be within 3650 days")]
    [InlineData("""{"expires_in_days":90,"expires_at":"2030-01-01T00:00:00Z"}""", "expires_at give expires_in_days or expires_at, not both")]
    public async Task Rotate_WithAFaultyBody_NamesTheFault(string body, string detail) =>
        (await api.SendAsync(Admin, "POST", Target(await api.CreateAsync()) + "/rotate", body)).ShouldBeInvalid(detail);

    [Fact]
    public async Task Rotate_BeyondTheTenantsMost_Is409()
    {
        await using var small = new ManagementApi { Settings = ["--ApiKeys:MaxPerTenant=1"] };
        await small.InitializeAsync();
        var key = await small.CreateAsync();

        (await small.SendAsync(Admin, "POST", Target(key) + "/rotate")).Code.ShouldBe("CONFLICT");
        (await small.SendAsync(Admin, "GET", Target(key))).Data.GetProperty("rotated_to").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private static DateTimeOffset? Expiry(JsonElement key) => At(key, "expires_at");

    private static DateTimeOffset? At(JsonElement key, string name) =>
        key.GetProperty(name) is { ValueKind: JsonValueKind.String } at ? at.GetDateTimeOffset() : null;

    private static string Target(JsonElement key) => "/v1/api-keys/" + Id(key);

    private static string? Id(JsonElement key, string name = "id") => key.GetProperty(name).GetString();
}
