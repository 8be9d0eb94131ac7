using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Gate;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Hosting;

public sealed class CrashAnswersTests(CrashAnswersTests.Crashing shared) : IClassFixture<CrashAnswersTests.Crashing>
{
    private const string Inside = "what only the log may say";

    private readonly LogLines log = shared.Log;
    private readonly RunningDashboard dashboard = shared.Dashboard;

    [Theory]
    [InlineData("GET", "/v1", 404)]
    [InlineData("GET", "/v1/nothing", 404)]
    [InlineData("GET", "/V1/nothing", 404)]
    [InlineData("POST", "/v1/leads/x/y", 404)]
    [InlineData("GET", "/v1//leads", 404)]
    [InlineData("GET", "/functions/v1/nothing", 404)]
    [InlineData("GET", "/functions/v1/default-integration", 405)]
    [InlineData("PUT", "/v1/leads", 405)]
    [InlineData("DELETE", "/v1/whoami", 405)]
    [InlineData("PUT", "/v1/api-keys", 405)]
    public async Task Program_WithoutARoute_GetsTheEnvelope(string method, string target, int status)
    {
        var answer = await new RawRequest(method, target).With("Accept: text/html").SendAsync(dashboard.BaseAddress);

        answer.Status.ShouldBe(status);
        answer.Code.ShouldBe(status == 404 ? "NOT_FOUND" : "METHOD_NOT_ALLOWED");
        answer["Content-Type"].ShouldBe("application/json; charset=utf-8");
        answer["X-Request-Id"].ShouldBe(answer.Json.GetProperty("meta").GetProperty("request_id").GetString());
        answer["Server"].ShouldBeNull();
        (answer["Allow"] is not null).ShouldBe(status == 405);
    }

    [Theory]
    [InlineData("/v1/test/crash")]
    [InlineData("/functions/v1/test/crash")]
    public async Task Crash_UnderAProgramRoute_Is500WithoutItsReason(string target)
    {
        var before = Errors();

        var answer = await new RawRequest("GET", target).With("Accept: text/html").SendAsync(dashboard.BaseAddress);

        answer.Status.ShouldBe(500);
        answer.Code.ShouldBe("SERVER_ERROR");
        answer.Body.ShouldNotContain(Inside);
        answer.Body.ShouldNotContain("Exception");
        Errors().Skip(before.Count).ShouldHaveSingleItem().ShouldContain(answer["X-Request-Id"]!);
    }

    [Fact]
    public async Task Crash_OfARequestThatWasLetIn_StillTellsTheLimit()
    {
        var answer = await SignedAsync("GET", "/v1/test/signed-crash");

        answer.Status.ShouldBe(500);
        answer["X-RateLimit-Limit"].ShouldBe("1000");
        answer["X-RateLimit-Remaining"].ShouldBe("999");
        answer["X-RateLimit-Reset"].ShouldNotBeNull();
        answer["ETag"].ShouldBeNull();
    }

    [Fact]
    public async Task Database_ThatCannotBeWritten_Is503AndChangesNothing()
    {
        await ExecuteAsync("CREATE TRIGGER refuse BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'disk'); END");
        using var client = dashboard.NewClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", Platform.ServiceKey);
        client.DefaultRequestHeaders.Add("X-Tenant-Id", "t");

        using var answer = await client.PostAsync("/v1/api-keys", new StringContent("""{"name":"x"}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")));

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter.ShouldNotBeNull();
        answer.Headers.Location.ShouldBeNull();
        var body = await answer.Content.ReadAsStringAsync();
        JsonElement.Parse(body).GetProperty("error").GetProperty("code").GetString().ShouldBe("UNAVAILABLE");
        foreach (var word in new[] { "disk", "SQL", "constraint", "Exception", "audit" })
        {
            body.ShouldNotContain(word, Case.Insensitive);
        }

        await ExecuteAsync("DROP TRIGGER refuse");
        JsonElement.Parse(await client.GetStringAsync("/v1/api-keys")).GetProperty("meta").GetProperty("total").GetInt32().ShouldBe(0);
        using var retried = await client.PostAsync("/v1/api-keys", new StringContent("""{"name":"x"}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")));
        retried.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Database_ThatCannotBeRead_Is503AlsoForASignedRequest()
    {
        await ExecuteAsync("ALTER TABLE leads RENAME TO elsewhere");

        var answer = await SignedAsync("GET", "/v1/leads");

        await ExecuteAsync("ALTER TABLE elsewhere RENAME TO leads");
        answer.Status.ShouldBe(503);
        answer.Code.ShouldBe("UNAVAILABLE");
        answer["X-RateLimit-Remaining"].ShouldBe("999");
    }

    private List<string> Errors() => [.. log.All.Where(line => line.Level == LogLevel.Error).Select(line => line.Text)];

    private async Task<RawAnswer> SignedAsync(string method, string target)
    {
        var key = (await dashboard.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("x"), KeyHouse.Admin())).Value!;
        var header = RequestSigner.Authorization(key.ApiKey, key.Secret, shared.Clock.GetUtcNow().ToUnixTimeSeconds(), method, target, []);
        return await new RawRequest(method, target).With("Authorization: " + header).SendAsync(dashboard.BaseAddress);
    }

    private Task ExecuteAsync(string sql) => dashboard.Services.GetRequiredService<Database>().WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync(sql));

    public sealed class Crashing : SharedDashboard
    {
        public LogLines Log { get; } = new();

        protected override void Configure(WebApplicationBuilder builder) => builder.Logging.ClearProviders().AddProvider(Log);

        protected override void Map(WebApplication app)
        {
            app.MapGet("/v1/test/crash", string () => throw new InvalidOperationException(Inside));
            app.MapGet("/functions/v1/test/crash", string () => throw new InvalidOperationException(Inside));
            app.MapGet("/v1/test/signed-crash", string (HttpContext context) =>
            {
                context.Response.Headers.ETag = "\"1\"";
                throw new InvalidOperationException(Inside);
            }).RequireSignature();
        }
    }
}
