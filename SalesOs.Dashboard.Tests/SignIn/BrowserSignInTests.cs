using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace SalesOs.Dashboard.Tests.SignIn;

public sealed class BrowserSignInTests(SharedDashboard shared) : IClassFixture<SharedDashboard>, IDisposable
{
    private readonly FakeTimeProvider time = shared.Clock;
    private readonly RunningDashboard dashboard = shared.Dashboard;
    private readonly Visitor visitor = new(shared.Dashboard);

    public void Dispose() => visitor.Dispose();

    [Fact]
    public async Task SignIn_APersonIsClicked_TheyAreBackWhereTheyWantedToBe()
    {
        var page = await visitor.SignInAsync(Visitor.Admin, "/test/me?x=1");

        page.RequestMessage!.RequestUri!.PathAndQuery.ShouldBe("/test/me?x=1");
        var caller = JsonDocument.Parse(await page.Content.ReadAsStringAsync()).RootElement;
        caller.GetProperty("subject").GetString().ShouldBe("a0000000-0000-4000-8000-000000000002");
        caller.GetProperty("email").GetString().ShouldBe(Visitor.Admin);
        caller.GetProperty("tenantId").GetString().ShouldBe("11111111-1111-4111-8111-111111111111");
        caller.GetProperty("tenantName").GetString().ShouldBe("Acme Imóveis");
        caller.GetProperty("roles")[0].GetString().ShouldBe("admin");
        caller.GetProperty("canManageKeys").GetBoolean().ShouldBeTrue();
        caller.GetProperty("address").GetString().ShouldBe("127.0.0.1");
        Guid.Parse(caller.GetProperty("requestId").GetString()!).Version.ShouldBe(7);
    }

    [Fact]
    public async Task SignIn_TheWayToTheProvider_CarriesAPkceChallengeAndComesBackByQuery()
    {
        var answer = await visitor.GetAsync("/sign-in?returnUrl=%2Ftest%2Fme");

        var query = answer.Headers.Location!.Query;
        query.ShouldContain("code_challenge_method=S256");
        query.ShouldContain("code_challenge=");
        query.ShouldContain("response_type=code");
        query.ShouldNotContain("form_post");
        answer.Headers.GetValues("Set-Cookie").ShouldAllBe(c => c.Contains("samesite=lax") && c.Contains("httponly"));
    }

    [Fact]
    public async Task SignIn_AProtectedPageIsAskedFor_LeadsThereAfterwards()
    {
        var page = await visitor.FollowAsync(await visitor.GetAsync("/test/private"));
        var back = await visitor.FollowAsync(await visitor.ClickAsync(page, Visitor.Admin));

        (await back.Content.ReadAsStringAsync()).ShouldBe("for people");
    }

    [Fact]
    public async Task ProtectedPage_AskedForByAScript_Answers401()
    {
        using var client = dashboard.NewClient(followRedirects: false);
        client.DefaultRequestHeaders.Add("Sec-Fetch-Mode", "cors");

        (await client.GetAsync("/test/private")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("https://evil.test/")]
    [InlineData("//evil.test/")]
    [InlineData("/\\evil.test/")]
    [InlineData("\\\\evil.test")]
    [InlineData("/\t/evil.test/")]
    [InlineData("/\r\n/evil.test")]
    [InlineData("javascript:alert(1)")]
    [InlineData("~//evil.test")]
    [InlineData("~/x")]
    [InlineData("evil.test")]
    [InlineData("")]
    public async Task SignIn_AForeignReturnUrl_LeadsToTheStartPage(string returnUrl)
    {
        var page = await visitor.SignInAsync(Visitor.Admin, returnUrl);

        page.RequestMessage!.RequestUri.ShouldBe(new Uri(dashboard.BaseAddress, "/integrations/api-keys"));
    }

    [Fact]
    public async Task SessionCookie_OverHttpInDevelopment_IsPlainLaxAndHttpOnly()
    {
        var callback = await visitor.ClickAsync(await visitor.OpenSignInAsync(), Visitor.Admin);
        var answer = await visitor.GetAsync(callback.Headers.Location!.PathAndQuery);

        var cookie = answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("salesos=", StringComparison.Ordinal));
        cookie.ShouldContain("path=/;");
        cookie.ShouldContain("samesite=lax");
        cookie.ShouldContain("httponly");
        cookie.ShouldNotContain("secure");
        cookie.ShouldNotContain("domain");
        cookie.ShouldNotContain("expires");
        cookie.Length.ShouldBeLessThan(1000);
    }

    [Fact]
    public async Task Session_KeepsTheProvidersTokensOnTheServer()
    {
        await visitor.SignInAsync();

        (await (await visitor.GetAsync("/test/tokens")).Content.ReadAsStringAsync()).ShouldBe("access_token expires_at id_token refresh_token token_type");
    }

    [Fact]
    public async Task SignIn_DashboardOpenAsLocalhostWhileItListensOn127001_ComesBackToLocalhost()
    {
        var localhost = new UriBuilder(dashboard.BaseAddress) { Host = "localhost" }.Uri;

        var page = await visitor.FollowAsync(await visitor.GetAsync(new Uri(localhost, "/sign-in?returnUrl=/test/private").AbsoluteUri));
        var back = await visitor.FollowAsync(await visitor.ClickAsync(page, Visitor.Admin));

        back.RequestMessage!.RequestUri.ShouldBe(new Uri(localhost, "/test/private"));
        (await back.Content.ReadAsStringAsync()).ShouldBe("for people");
    }

    [Fact]
    public async Task SignIn_ThePersonDeclines_IsToldSo()
    {
        var page = await visitor.SignInAsync("nobody");

        page.RequestMessage!.RequestUri!.PathAndQuery.ShouldBe("/sign-in/failed?reason=denied");
        visitor.SessionCookie.ShouldBeNull();
    }

    [Fact]
    public async Task Callback_WithAnotherState_IsExpired()
    {
        var callback = await visitor.ClickAsync(await visitor.OpenSignInAsync(), Visitor.Admin);
        var code = System.Web.HttpUtility.ParseQueryString(callback.Headers.Location!.Query)["code"];

        var answer = await visitor.GetAsync($"/signin-oidc?code={Uri.EscapeDataString(code!)}&state=another");

        answer.Headers.Location!.ToString().ShouldBe("/sign-in/failed?reason=expired");
        visitor.SessionCookie.ShouldBeNull();
    }

    [Fact]
    public async Task Callback_InAnotherBrowser_IsExpired()
    {
        var callback = await visitor.ClickAsync(await visitor.OpenSignInAsync(), Visitor.Admin);
        using var other = new Visitor(dashboard);

        var answer = await other.GetAsync(callback.Headers.Location!.PathAndQuery);

        answer.Headers.Location!.ToString().ShouldBe("/sign-in/failed?reason=expired");
        other.SessionCookie.ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("?error=server_error&error_description=a%0Ab")]
    [InlineData("?code=x")]
    [InlineData("?state=%00")]
    public async Task Callback_OutOfNowhere_LeadsToThePageThatSaysSo(string query)
    {
        var answer = await visitor.GetAsync("/signin-oidc" + query);

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.ToString().ShouldStartWith("/sign-in/failed?reason=");
    }

    [Fact]
    public async Task Callback_WithAFalseCode_Fails()
    {
        var callback = await visitor.ClickAsync(await visitor.OpenSignInAsync(), Visitor.Admin);
        var state = System.Web.HttpUtility.ParseQueryString(callback.Headers.Location!.Query)["state"];

        var answer = await visitor.GetAsync($"/signin-oidc?code=false&state={Uri.EscapeDataString(state!)}");

        answer.Headers.Location!.ToString().ShouldBe("/sign-in/failed?reason=failed");
    }

    [Fact]
    public async Task SignIn_Again_EndsTheSessionThatTheCookieNamed()
    {
        await visitor.SignInAsync();
        var first = visitor.SessionCookie;
        await visitor.SignInAsync("auditor@acme.test");

        (visitor.SessionCookie == first).ShouldBeFalse();
        (await visitor.WhoAsync()).ShouldBe("auditor@acme.test");
        (await WhoHasAsync(first!)).ShouldBeNull();
    }

    [Fact]
    public async Task SignOut_EndsTheSessionHereAndAtTheProvider()
    {
        await visitor.SignInAsync();
        var cookie = visitor.SessionCookie;
        visitor.Trail.Clear();

        var page = await visitor.SignOutAsync();

        page.RequestMessage!.RequestUri!.PathAndQuery.ShouldBe("/signed-out");
        string.Join(' ', visitor.Trail.Select(t => t.AbsolutePath)).ShouldBe("/connect/endsession /signout-callback-oidc /signed-out");
        visitor.Trail[0].Query.ShouldContain("id_token_hint=");
        visitor.SessionCookie.ShouldBeNull();
        (await WhoHasAsync(cookie!)).ShouldBeNull();
    }

    [Fact]
    public async Task SignOut_WithoutAntiforgeryToken_IsRefusedAndTheSessionGoesOn()
    {
        await visitor.SignInAsync();

        (await visitor.PostAsync("/sign-out")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await visitor.WhoAsync()).ShouldBe(Visitor.Admin);
    }

    [Fact]
    public async Task SignOut_ByNobody_LandsOnTheSamePage()
    {
        (await visitor.PostAsync("/sign-out")).Headers.Location!.ToString().ShouldBe("/signed-out");
    }

    [Fact]
    public async Task Session_Idle_EndsAfterThirtyMinutes()
    {
        await visitor.SignInAsync();
        time.Advance(TimeSpan.FromMinutes(29));
        (await visitor.WhoAsync()).ShouldBe(Visitor.Admin);
        time.Advance(TimeSpan.FromMinutes(29));
        (await visitor.WhoAsync()).ShouldBe(Visitor.Admin);
        time.Advance(TimeSpan.FromMinutes(30));

        (await visitor.WhoAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Session_InUseAllDay_EndsAfterTwelveHours()
    {
        await visitor.SignInAsync();
        for (var step = 0; step < 28; step++)
        {
            // Not Advance: it would run each round of each job in between.
            time.AdjustTime(time.GetUtcNow().AddMinutes(25));
            (await visitor.WhoAsync()).ShouldBe(Visitor.Admin);
        }

        time.Advance(TimeSpan.FromMinutes(20));

        (await visitor.WhoAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Session_ARoleLosesItsCapability_ActsOnTheNextAction()
    {
        await visitor.SignInAsync();
        var configuration = dashboard.Services.GetRequiredService<IConfiguration>();
        var before = configuration["Roles:admin"];
        configuration["Roles:admin"] = "audit.integrations";

        var caller = JsonDocument.Parse(await (await visitor.GetAsync("/test/me")).Content.ReadAsStringAsync()).RootElement;

        configuration["Roles:admin"] = before;
        caller.GetProperty("canManageKeys").GetBoolean().ShouldBeFalse();
        caller.GetProperty("canSeeKeys").GetBoolean().ShouldBeTrue();
    }

    private async Task<string?> WhoHasAsync(string cookie)
    {
        using var thief = new Visitor(dashboard);
        thief.Cookies.Add(dashboard.BaseAddress, new Cookie("salesos", cookie));
        return await thief.WhoAsync();
    }
}
