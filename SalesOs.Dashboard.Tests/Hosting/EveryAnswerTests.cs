using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace SalesOs.Dashboard.Tests.Hosting;

/// <summary>Guarantee W1: whatever the status and the method, the headers are there and the server is not named.</summary>
public sealed class EveryAnswerTests(EveryAnswerTests.Crashing shared) : IClassFixture<EveryAnswerTests.Crashing>
{
    private readonly RunningDashboard dashboard = shared.Dashboard;

    [Theory]
    [InlineData("GET", "/sign-in/failed", 200)]
    [InlineData("HEAD", "/sign-in/failed", 200)]
    [InlineData("GET", "/", 302)]
    [InlineData("GET", "/v1/api-keys", 401)]
    [InlineData("HEAD", "/v1/api-keys", 401)]
    [InlineData("HEAD", "/v1/whoami", 401)]
    [InlineData("GET", "/v1/whoami", 401)]
    [InlineData("GET", "/theme.css", 200)]
    [InlineData("HEAD", "/theme.css", 200)]
    [InlineData("GET", "/nowhere", 404)]
    [InlineData("HEAD", "/nowhere", 404)]
    [InlineData("POST", "/nowhere", 404)]
    [InlineData("GET", "/v1/nowhere", 404)]
    [InlineData("GET", "/health/ready", 200)]
    [InlineData("GET", "/openapi/v1.json", 200)]
    [InlineData("GET", "/_blazor", 426)]
    [InlineData("GET", "/test/crash", 500)]
    [InlineData("HEAD", "/test/crash", 500)]
    [InlineData("POST", "/test/crash", 500)]
    [InlineData("GET", "/v1/test/crash", 500)]
    [InlineData("HEAD", "/v1/test/crash", 500)]
    public async Task Answer_OfAnyStatus_HasAllHeadersAndNoServer(string method, string target, int status)
    {
        var answer = await new RawRequest(method, target).With("X-Forwarded-Proto: https", "X-Forwarded-For: 203.0.113.5").SendAsync(dashboard.BaseAddress);

        answer.Status.ShouldBe(status);
        answer["Content-Security-Policy"].ShouldNotBeNull().ShouldContain("default-src 'none'; script-src 'self'");
        answer["Content-Security-Policy"]!.ShouldContain("frame-ancestors 'none'");
        answer["X-Content-Type-Options"].ShouldBe("nosniff");
        answer["X-Frame-Options"].ShouldBe("DENY");
        answer["Referrer-Policy"].ShouldBe("same-origin");
        answer["Cross-Origin-Opener-Policy"].ShouldBe("same-origin");
        answer["Strict-Transport-Security"].ShouldBe("max-age=63072000; includeSubDomains");
        answer["X-Request-Id"].ShouldNotBeNull();
        answer["Server"].ShouldBeNull();
        if (target != "/theme.css")
        {
            answer["Cache-Control"].ShouldNotBeNull().ShouldContain("no-store");
        }

        if (status == 500)
        {
            answer.Body.ShouldNotContain("inside");
        }
    }

    [Fact]
    public async Task Answer_OverHttp_DoesNotAskForHttps() =>
        (await new RawRequest("GET", "/sign-in/failed").SendAsync(dashboard.BaseAddress))["Strict-Transport-Security"].ShouldBeNull();

    public sealed class Crashing : SharedDashboard
    {
        protected override IEnumerable<string> Arguments =>
        [
            "--environment=Production",
            "--Oidc:Authority=http://127.0.0.1:9",
            "--Oidc:ClientId=dashboard",
            "--Oidc:ClientSecret=hush",
            "--Oidc:Audience=salesos-api",
            "--Proxy:KnownProxies:0=127.0.0.1",
            "--Logging:LogLevel:Default=None",
            "--Logging:LogLevel:Microsoft.AspNetCore=None",
        ];

        protected override void Map(WebApplication app)
        {
            app.Map("/test/crash", string () => throw new InvalidOperationException("inside"));
            app.Map("/v1/test/crash", string () => throw new InvalidOperationException("inside"));
        }
    }
}
