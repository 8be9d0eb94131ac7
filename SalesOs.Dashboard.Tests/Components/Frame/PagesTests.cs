using System.Net;
using SalesOs.Dashboard.Tests.SignIn;

namespace SalesOs.Dashboard.Tests.Components.Frame;

public sealed class PagesTests(SharedDashboard shared) : IClassFixture<SharedDashboard>
{
    private readonly RunningDashboard dashboard = shared.Dashboard;

    [Fact]
    public async Task ApiKeys_ForNobody_LeadsToTheSignIn()
    {
        using var browser = dashboard.NewClient(followRedirects: false);

        var answer = await browser.GetAsync("/integrations/api-keys");

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.ToString().ShouldContain("/sign-in");
    }

    [Theory]
    [InlineData("/signed-out", "You are signed out")]
    [InlineData("/sign-in/failed?reason=expired", "The sign-in took too long")]
    [InlineData("/sign-in/failed?reason=%3Cscript%3E", "Sign-in failed")]
    [InlineData("/notices/confirm/00000000-0000-0000-0000-000000000000/%3Cscript", "Notices to this address")]
    public async Task Page_ForNobody_OpensNoCircuitAndNeedsNoScript(string path, string title)
    {
        var html = await dashboard.Client.GetStringAsync(path);

        html.ShouldContain($"<h1>{title}</h1>");
        html.ShouldNotContain("<script");
    }

    [Fact]
    public async Task Page_WithoutScript_SaysWhatItNeeds()
    {
        using var admin = new Visitor(dashboard);
        await admin.SignInAsync("admin@acme.test");
        using var browser = dashboard.NewClient(cookies: admin.Cookies);

        (await browser.GetStringAsync("/integrations/api-keys")).ShouldContain("<noscript><p class=\"no-script\">This dashboard needs JavaScript");
    }

    [Fact]
    public async Task Page_UnknownAddress_IsAPageWithStatus404()
    {
        var answer = await dashboard.Client.GetAsync("/nope");

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("Page not found");
    }

    [Theory]
    [InlineData("en", "/integrations/api-keys?page=2", "/integrations/api-keys?page=2")]
    [InlineData("pt-BR", "//evil.test", "/")]
    [InlineData("pt-BR", "/\\evil.test", "/")]
    [InlineData("pt-BR", "https://evil.test", "/")]
    public async Task Language_Chosen_IsKeptInACookieAndLeadsNowhereElse(string culture, string returnUrl, string expected)
    {
        using var browser = dashboard.NewClient(followRedirects: false);

        var answer = await browser.GetAsync($"/language/{culture}?returnUrl={Uri.EscapeDataString(returnUrl)}");

        answer.Headers.Location!.ToString().ShouldBe(expected);
        answer.Headers.GetValues("Set-Cookie").ShouldContain(c => c.StartsWith(".AspNetCore.Culture=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Language_Unknown_IsNotFound() => (await dashboard.Client.GetAsync("/language/xx")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

    [Theory]
    [InlineData("pt-PT,pt;q=0.9,en;q=0.8", "pt-BR")]
    [InlineData("de,en;q=0.5", "en")]
    [InlineData("fr", "en")]
    public async Task Page_WithoutAChoice_SpeaksWhatTheBrowserAccepts(string accepted, string language)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/signed-out");
        request.Headers.Add("Accept-Language", accepted);

        var html = await (await dashboard.Client.SendAsync(request)).Content.ReadAsStringAsync();

        html.ShouldContain($"<html lang=\"{language}\"");
    }

    [Theory]
    [InlineData("dark", "dark")]
    [InlineData("\"><script>", "system")]
    public async Task Page_WithAThemeCookie_IsPaintedSoFromTheFirstByte(string cookie, string theme)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/signed-out");
        request.Headers.Add("Cookie", $"theme={Uri.EscapeDataString(cookie)}");
        using var browser = dashboard.NewClient(cookies: new CookieContainer());

        var html = await (await browser.SendAsync(request)).Content.ReadAsStringAsync();

        html.ShouldContain($"data-theme=\"{theme}\"");
    }
}
