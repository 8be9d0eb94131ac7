using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Tests.SignIn;

/// <summary>Outside Development, with an identity provider that is away: nobody listens on port 9 of this machine.</summary>
public sealed class ElsewhereProviderTests(ElsewhereProviderTests.Elsewhere shared) : IClassFixture<ElsewhereProviderTests.Elsewhere>
{
    private readonly RunningDashboard dashboard = shared.Dashboard;

    [Theory]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/jwks")]
    [InlineData("/connect/authorize")]
    [InlineData("/connect/token")]
    [InlineData("/connect/endsession")]
    [InlineData("/connect/sign-in.css")]
    public async Task BuiltInProvider_OutsideDevelopment_IsNotThere(string path)
    {
        (await dashboard.Client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await dashboard.Client.PostAsync(path, content: null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public void SessionCookie_OutsideDevelopment_IsSecureAndForThisHostAlone()
    {
        var cookie = dashboard.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(SignInSchemes.Session).Cookie;

        cookie.Name.ShouldBe("__Host-salesos");
        cookie.SecurePolicy.ShouldBe(CookieSecurePolicy.Always);
        cookie.HttpOnly.ShouldBeTrue();
        cookie.SameSite.ShouldBe(SameSiteMode.Lax);
        cookie.Path.ShouldBe("/");
        cookie.Domain.ShouldBeNull();
    }

    [Fact]
    public void CorrelationCookie_OutsideDevelopment_IsSecureAndLax()
    {
        var options = dashboard.Services.GetRequiredService<IOptionsMonitor<OpenIdConnectOptions>>().Get(SignInSchemes.Provider);

        options.CorrelationCookie.SecurePolicy.ShouldBe(CookieSecurePolicy.Always);
        options.CorrelationCookie.SameSite.ShouldBe(SameSiteMode.Lax);
        options.CorrelationCookie.Name.ShouldStartWith("__Host-");
        options.NonceCookie.Name.ShouldStartWith("__Host-");
        options.NonceCookie.SecurePolicy.ShouldBe(CookieSecurePolicy.Always);
    }

    [Fact]
    public async Task SignIn_TheProviderIsAway_LeadsToThePageThatSaysSo()
    {
        using var visitor = new Visitor(dashboard);

        (await visitor.GetAsync("/sign-in")).Headers.Location!.ToString().ShouldBe("/sign-in/failed?reason=away");
    }

    [Fact]
    public void AntiforgeryCookie_OutsideDevelopment_IsForThisHostAlone()
    {
        var cookie = dashboard.Services.GetRequiredService<IOptions<AntiforgeryOptions>>().Value.Cookie;

        cookie.Name.ShouldBe("__Host-salesos-antiforgery");
        cookie.Path.ShouldBe("/");
        cookie.Domain.ShouldBeNull();
        cookie.HttpOnly.ShouldBeTrue();
    }

    [Fact]
    public async Task Ready_TheProviderIsAway_IsDegradedAndStill200()
    {
        var answer = await dashboard.Client.GetAsync("/health/ready");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var told = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        told.GetProperty("status").GetString().ShouldBe("degraded");
        told.GetProperty("checks").GetProperty("identity_provider").GetString().ShouldBe("degraded");
        told.GetProperty("checks").GetProperty("database").GetString().ShouldBe("ready");
    }

    [Theory]
    [InlineData("en", "The sign-in service does not answer")]
    [InlineData("pt-BR", "O serviço de login não responde")]
    public async Task SignIn_TheProviderIsAway_ThePageIsClearInBothLanguages(string language, string title)
    {
        using var client = dashboard.NewClient();
        client.DefaultRequestHeaders.Add("Accept-Language", language);

        var page = await client.GetAsync("/sign-in");

        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync()).ShouldContain($"<h1>{title}</h1>");
    }

    [Fact]
    public async Task Api_TheProviderIsAway_Is401()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/test/me");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiJ4In0.AAAA");

        (await dashboard.Client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    public sealed class Elsewhere : SharedDashboard
    {
        protected override IEnumerable<string> Arguments =>
        [
            "--environment=Production",
            "--Oidc:Authority=http://127.0.0.1:9",
            "--Oidc:ClientId=dashboard",
            "--Oidc:ClientSecret=hush",
            "--Oidc:Audience=salesos-api",
            // The framework logs the unreachable provider at length, which is not what is tested.
            "--Logging:LogLevel:Default=None",
        ];
    }
}
