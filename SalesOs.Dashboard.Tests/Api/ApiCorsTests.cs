using Microsoft.Extensions.Configuration;
using SalesOs.Dashboard.Api;

namespace SalesOs.Dashboard.Tests.Api;

/// <summary>Which pages of other origins may call the management API from a browser.</summary>
public sealed class ApiCorsTests(ApiCorsTests.Origins api) : IClassFixture<ApiCorsTests.Origins>
{
    private const string Panel = "https://admin.example.com";

    [Theory]
    [InlineData("POST", "/v1/api-keys")]
    [InlineData("PATCH", "/v1/api-keys/x")]
    [InlineData("DELETE", "/v1/api-keys/x")]
    [InlineData("GET", "/v1/audit-entries")]
    public async Task Preflight_OfANamedOrigin_IsLetInWithoutCredentials(string method, string target)
    {
        var answer = await PreflightAsync(Panel, method, target);

        answer.Status.ShouldBe(204);
        answer["Access-Control-Allow-Origin"].ShouldBe(Panel);
        answer["Access-Control-Allow-Methods"]!.ShouldContain(method);
        answer["Access-Control-Allow-Headers"]!.ToLowerInvariant().ShouldContain("authorization");
        answer["Access-Control-Allow-Credentials"].ShouldBeNull();
        answer["Vary"].ShouldBe("Origin");
    }

    [Theory]
    [InlineData("null")]
    [InlineData("https://admin.example.com.evil.test")]
    [InlineData("https://evil-admin.example.com")]
    [InlineData("https://sub.admin.example.com")]
    [InlineData("https://example.com")]
    [InlineData("http://admin.example.com")]
    [InlineData("https://admin.example.com:8443")]
    [InlineData("https://admin.example.com/")]
    [InlineData("https://ADMIN.example.com")]
    [InlineData("*")]
    public async Task Origin_ThatIsNotNamed_GetsNoHeaderOfCors(string origin)
    {
        ShouldHaveNone(await PreflightAsync(origin, "POST", "/v1/api-keys"));
        ShouldHaveNone(await CallAsync(origin, "GET", "/v1/api-keys"));
    }

    [Theory]
    [InlineData("/v1/api-keys", 200)]
    [InlineData("/v1/api-keys/none", 404)]
    [InlineData("/v1/api-keys?page=x", 400)]
    public async Task Call_OfANamedOrigin_MayBeReadWhateverItsStatus(string target, int status)
    {
        var answer = await CallAsync(Panel, "GET", target);

        answer.Status.ShouldBe(status);
        answer["Access-Control-Allow-Origin"].ShouldBe(Panel);
        answer["Access-Control-Expose-Headers"]!.ShouldContain("ETag");
        answer["Access-Control-Allow-Credentials"].ShouldBeNull();
    }

    [Fact]
    public async Task Call_WithoutAToken_MayReadItsRefusal()
    {
        var answer = await new RawRequest("GET", "/v1/api-keys").With("Origin: " + Panel).SendAsync(api.Dashboard.BaseAddress);

        answer.Status.ShouldBe(401);
        answer["Access-Control-Allow-Origin"].ShouldBe(Panel);
    }

    [Theory]
    [InlineData("GET", "/v1/whoami")]
    [InlineData("POST", "/v1/leads")]
    [InlineData("POST", "/functions/v1/default-integration")]
    [InlineData("GET", "/v1/none")]
    [InlineData("GET", "/openapi/v1.json")]
    [InlineData("GET", "/health/live")]
    [InlineData("GET", "/signed-out")]
    [InlineData("GET", "/integrations/api-keys")]
    [InlineData("GET", "/theme.css")]
    [InlineData("POST", "/sign-out")]
    public async Task OtherRoute_OfANamedOrigin_GetsNoHeaderOfCors(string method, string target)
    {
        ShouldHaveNone(await PreflightAsync(Panel, method, target));
        ShouldHaveNone(await new RawRequest(method, target).With("Origin: " + Panel).SendAsync(api.Dashboard.BaseAddress));
    }

    [Fact]
    public async Task Origins_ThatAreNotSet_AreNone()
    {
        await using var dashboard = await RunningDashboard.StartAsync();

        var answer = await new RawRequest("OPTIONS", "/v1/api-keys").With("Origin: " + Panel, "Access-Control-Request-Method: POST").SendAsync(dashboard.BaseAddress);

        answer.Status.ShouldBe(405);
        ShouldHaveNone(answer);
    }

    [Theory]
    [InlineData("https://admin.example.com", true)]
    [InlineData("http://localhost:3000", true)]
    [InlineData("https://[2001:db8::1]:8443", true)]
    [InlineData("*", false)]
    [InlineData("null", false)]
    [InlineData("", false)]
    [InlineData("admin.example.com", false)]
    [InlineData("https://*.example.com", false)]
    [InlineData("https://admin.example.com/", false)]
    [InlineData("https://admin.example.com/panel", false)]
    [InlineData("https://admin.example.com:443", false)]
    [InlineData("https://me@admin.example.com", false)]
    [InlineData("https://Admin.example.com", false)]
    [InlineData("chrome-extension://abc", false)]
    public void Setting_OfAnOrigin_IsExactlyWhatABrowserSends(string origin, bool sound)
    {
        var faults = ApiOptions.Faults(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Api:CorsOrigins:0", (string?)origin)]).Build()).ToList();

        faults.Count.ShouldBe(sound ? 0 : 1);
        faults.ShouldAllBe(fault => fault.StartsWith("Api:CorsOrigins:0: "));
    }

    private static void ShouldHaveNone(RawAnswer answer) =>
        answer.Headers.Where(h => h.Name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();

    private Task<RawAnswer> PreflightAsync(string origin, string method, string target) => new RawRequest("OPTIONS", target)
        .With("Origin: " + origin, "Access-Control-Request-Method: " + method, "Access-Control-Request-Headers: authorization,content-type")
        .SendAsync(api.Dashboard.BaseAddress);

    private Task<RawAnswer> CallAsync(string origin, string method, string target) => new RawRequest(method, target)
        .With("Origin: " + origin, "Authorization: Bearer " + Platform.ServiceKey, "X-Tenant-Id: cors").SendAsync(api.Dashboard.BaseAddress);

    public sealed class Origins : SharedDashboard
    {
        protected override IEnumerable<string> Arguments => ["--Api:CorsOrigins:0=https://other.example.com", "--Api:CorsOrigins:1=" + Panel];
    }
}
