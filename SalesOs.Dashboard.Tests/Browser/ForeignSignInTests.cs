using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Tests.SignIn;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>Signing in and out with a provider that this product did not write, its pages, tokens and calls included.</summary>
public class ForeignSignInTests(Chromium chromium)
{
    private static readonly TimeSpan Recheck = TimeSpan.FromSeconds(61);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task SignInAndOut_RolesAndTenantComeFromNestedClaims(bool claimsInToken, bool header)
    {
        await using var provider = await ForeignProvider.StartAsync();
        await using var dashboard = await provider.OpenDashboardAsync(behave: new { claimsInToken, header });
        await provider.PersonAsync("ana", ["admin", "offline_access"], ("acme", "Acme Imóveis"));
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var ana = await SignInAsync(window, "ana");

        await Assertions.Expect(ana.Page.GetByRole(AriaRole.Banner)).ToContainTextAsync("Acme Imóveis");
        await Assertions.Expect(ana.Button("Create API key").First).ToBeVisibleAsync();
        await SignOutAsync(ana);

        await ana.ArriveAsync("/signed-out$");
        await ana.Page.GotoAsync("/integrations/api-keys");
        await Assertions.Expect(ana.Page.GetByPlaceholder("Enter any login")).ToBeVisibleAsync();
        ana.Troubles.ShouldBeEmpty();
    }

    /// <summary>Chromium follows a form's redirects only to where the page's <c>form-action</c> lets them go.</summary>
    [Fact]
    public async Task SignOut_AtAProviderWithAHostOfItsOwnForThat_EndsOnOurPage()
    {
        await using var provider = await ForeignProvider.StartAsync();
        await using var dashboard = await provider.OpenDashboardAsync(behave: new { claimsInToken = true, signOutHost = "localhost" });
        await provider.PersonAsync("ana", ["admin"], ("acme", "Acme"));
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var ana = await SignInAsync(window, "ana");

        await ana.Page.GetByRole(AriaRole.Banner).GetByRole(AriaRole.Button).Last.ClickAsync();
        // The provider has no cookie at that host, and so nothing to ask.
        var way = await ana.Page.RunAndWaitForRequestAsync(
            () => ana.Page.GetByText("Sign out").ClickAsync(), request => request.Url.StartsWith("http://localhost:", StringComparison.Ordinal));

        way.Url.ShouldContain("/session/end?");
        await ana.ArriveAsync("/signed-out$");
        ana.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task KeyRotation_BetweenTwoSignIns_BothSucceedAndTheApiGoesOnToo()
    {
        await using var provider = await ForeignProvider.StartAsync();
        await using var dashboard = await provider.OpenDashboardAsync();
        await provider.PersonAsync("ana", ["admin"], ("acme", "Acme"));
        (await CallApiAsync(dashboard, await provider.ApiTokenAsync())).ShouldBe(200);
        await using (var window = await chromium.NewWindowAsync(dashboard.BaseAddress))
        {
            await SignInAsync(window, "ana");
        }

        await provider.RotateKeysAsync();

        await using var second = await chromium.NewWindowAsync(dashboard.BaseAddress);
        await SignInAsync(second, "ana");
        (await CallApiAsync(dashboard, await provider.ApiTokenAsync())).ShouldBe(200);
    }

    [Fact]
    public async Task Consent_Cancelled_IsAPageThatOffersAnotherAccount()
    {
        await using var provider = await ForeignProvider.StartAsync();
        await using var dashboard = await provider.OpenDashboardAsync(behave: new { claimsInToken = true, push = false });
        await provider.PersonAsync("ana", ["admin"], ("acme", "Acme"));
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var ana = await Person.OpenAsync(window, "/integrations/api-keys");
        await LogInAsync(ana.Page, "ana");

        await ana.Page.GetByText("Cancel").ClickAsync();

        await Assertions.Expect(ana.Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("You were not let in");
        var way = await ana.Page.RunAndWaitForRequestAsync(
            () => ana.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with another account", Exact = true }).ClickAsync(),
            request => request.Url.StartsWith($"{provider.Issuer}/auth?", StringComparison.Ordinal));
        way.Url.ShouldContain("prompt=login");
        await Assertions.Expect(ana.Page.GetByPlaceholder("Enter any login")).ToBeVisibleAsync();
        ana.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nonce_ChangedOnTheWay_IsRefusedOnAPage()
    {
        await using var provider = await ForeignProvider.StartAsync();
        // Pushed ahead (RFC 9126) the request would not come by the browser, and nobody there could change it.
        await using var dashboard = await provider.OpenDashboardAsync(behave: new { claimsInToken = true, push = false });
        await provider.PersonAsync("ana", ["admin"], ("acme", "Acme"));
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var way = await window.APIRequest.GetAsync("/sign-in?returnUrl=%2F", new() { MaxRedirects = 0 });
        var page = await window.NewPageAsync();
        await page.GotoAsync(Regex.Replace(way.Headers["location"], "nonce=[^&]+", "nonce=another", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await LogInAsync(page, "ana");
        await ConsentAsync(page);

        await Assertions.Expect(page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Sign-in failed");
        page.Url.ShouldEndWith("/sign-in/failed?reason=failed");
    }

    [Fact]
    public async Task Callback_Replayed_LeadsOnWithASessionAndIsAPageWithoutOne()
    {
        await using var provider = await ForeignProvider.StartAsync();
        await using var dashboard = await provider.OpenDashboardAsync();
        await provider.PersonAsync("ana", ["admin"], ("acme", "Acme"));
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        string? callback = null;
        window.Request += (_, request) => callback = request.Url.Contains("/signin-oidc?", StringComparison.Ordinal) ? request.Url : callback;
        var ana = await SignInAsync(window, "ana");

        (await ana.Page.GotoAsync(callback!))!.Status.ShouldBe(200);
        new Uri(ana.Page.Url).Query.ShouldBe("");

        await using var otherWindow = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var stranger = await otherWindow.NewPageAsync();
        var answer = await stranger.GotoAsync(callback!);

        answer!.Status.ShouldBe(200);
        await Assertions.Expect(stranger.GetByRole(AriaRole.Heading)).ToHaveTextAsync("The sign-in took too long");
    }

    [Fact]
    public async Task BackchannelLogout_EndsAnOpenPage()
    {
        await using var provider = await ForeignProvider.StartAsync();
        await using var dashboard = await provider.OpenDashboardAsync();
        await provider.PersonAsync("ana", ["admin"], ("acme", "Acme"));
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var ana = await SignInAsync(window, "ana");

        // In another tab she signs out at the provider itself, which tells the dashboard.
        var tab = await window.NewPageAsync();
        await tab.GotoAsync($"{provider.Issuer}/session/end");
        await tab.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Yes") }).ClickAsync();

        await ana.ArriveAsync("/page-ended\\?reason=provider");
        await Assertions.Expect(ana.Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Your sign-in service ended the session");
        await ana.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in again", Exact = true }).ClickAsync();
        await Assertions.Expect(ana.Page.GetByPlaceholder("Enter any login")).ToBeVisibleAsync();
        ana.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Role_RemovedAtTheProvider_IsGoneOnTheFirstActionAfterTheNextRefresh()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var provider = await ForeignProvider.StartAsync();
        await using var dashboard = await provider.OpenDashboardAsync(time);
        await provider.PersonAsync("ana", ["admin"], ("acme", "Acme"));
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var ana = await SignInAsync(window, "ana");
        await ana.CreateKeyAsync("CRM sync");
        await ana.SaveAsync();

        await provider.PersonAsync("ana", ["auditor"], ("acme", "Acme"));
        await ana.OpenActionAsync("CRM sync", "Revoke…");
        time.Advance(Recheck);
        await ana.Page.GetByLabel("It leaked, or may have").CheckAsync();
        await ana.Button("Revoke key").ClickAsync();

        await Assertions.Expect(ana.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("You no longer have the capability admin.integrations");
        await ana.Page.ReloadAsync();
        await Assertions.Expect(ana.Row("CRM sync")).ToContainTextAsync("Active");
        await Assertions.Expect(ana.Button("Create API key")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Person_DisabledAtTheProvider_LosesTheOpenPageWithoutTouchingIt()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var provider = await ForeignProvider.StartAsync();
        await using var dashboard = await provider.OpenDashboardAsync(time);
        await provider.PersonAsync("ana", ["admin"], ("acme", "Acme"));
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var ana = await SignInAsync(window, "ana");

        await provider.DisableAsync("ana");
        time.Advance(Recheck);

        await ana.ArriveAsync("/page-ended\\?reason=provider");
    }

    [Fact]
    public async Task SeveralTenants_ThePersonPicksOneAndCanSwitch()
    {
        await using var provider = await ForeignProvider.StartAsync();
        await using var dashboard = await provider.OpenDashboardAsync();
        await provider.PersonAsync("ana", ["admin"], ("acme", "Acme Imóveis"), ("beta", "Beta Vendas"));
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var ana = await Person.OpenAsync(window, "/integrations/api-keys?status=active");
        await LogInAsync(ana.Page, "ana");
        await ConsentAsync(ana.Page);
        await Assertions.Expect(ana.Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Choose an organization");
        await ana.ShouldBeAccessibleAsync("choose a tenant");

        // Nothing is shown of any tenant until one is chosen.
        var second = await window.NewPageAsync();
        await second.GotoAsync("/integrations/api-keys");
        await Assertions.Expect(second.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Choose an organization");

        await ana.Page.GetByRole(AriaRole.Button, new() { Name = "Beta Vendas" }).ClickAsync();
        await ana.ArriveAsync("/integrations/api-keys\\?status=active$");
        await ana.LiveAsync();
        await Assertions.Expect(ana.Page.GetByRole(AriaRole.Banner)).ToContainTextAsync("Beta Vendas");

        await second.GotoAsync("/choose-tenant");
        await second.GetByRole(AriaRole.Button, new() { Name = "Acme Imóveis" }).ClickAsync();
        await Assertions.Expect(second.GetByRole(AriaRole.Banner)).ToContainTextAsync("Acme Imóveis");
        await ana.ArriveAsync("/page-ended\\?reason=tenant");
        await ana.Page.GetByRole(AriaRole.Link, new() { Name = "Continue", Exact = true }).ClickAsync();
        await Assertions.Expect(ana.Page.GetByRole(AriaRole.Banner)).ToContainTextAsync("Acme Imóveis");
        await ana.LiveAsync();
        await ana.Page.GetByRole(AriaRole.Banner).GetByRole(AriaRole.Button).Last.ClickAsync();
        await ana.Page.GetByRole(AriaRole.Link, new() { Name = "Switch organization", Exact = true }).ClickAsync();
        await Assertions.Expect(ana.Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Choose an organization");
        ana.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Member_OfNoTenant_IsToldSo()
    {
        await using var provider = await ForeignProvider.StartAsync();
        await using var dashboard = await provider.OpenDashboardAsync();
        await provider.PersonAsync("ana", ["admin"]);
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var page = await window.NewPageAsync();
        await page.GotoAsync("/integrations/api-keys");
        await LogInAsync(page, "ana");
        await ConsentAsync(page);

        await Assertions.Expect(page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Your account belongs to no organization");
    }

    [Fact]
    public async Task Provider_GoesDown_OpenPagesGoOnAndASignInIsAClearPage()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var provider = await ForeignProvider.StartAsync();
        await using var dashboard = await provider.OpenDashboardAsync(time);
        await provider.PersonAsync("ana", ["admin"], ("acme", "Acme"));
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var ana = await SignInAsync(window, "ana");
        (await dashboard.Client.GetStringAsync("/health/ready")).ShouldContain("\"status\":\"ready\"");

        await provider.StopAsync();
        time.Advance(Recheck);

        (await dashboard.Client.GetStringAsync("/health/ready")).ShouldContain("\"status\":\"degraded\"");
        await ana.CreateKeyAsync("CRM sync");
        await ana.SaveAsync();
        await Assertions.Expect(ana.Row("CRM sync")).ToBeVisibleAsync();
        await using var other = await chromium.NewWindowAsync(dashboard.BaseAddress, locale: "pt-BR");
        var page = await other.NewPageAsync();
        (await page.GotoAsync("/integrations/api-keys"))!.Status.ShouldBe(200);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("O serviço de login não responde");
        ana.Troubles.ShouldBeEmpty();
    }

    internal static async Task<Person> SignInAsync(IBrowserContext window, string login)
    {
        var person = await Person.OpenAsync(window, "/integrations/api-keys");
        await LogInAsync(person.Page, login);
        await ConsentAsync(person.Page);
        await person.ArriveAsync("/integrations/api-keys");
        await person.LiveAsync();
        return person;
    }

    internal static async Task LogInAsync(IPage page, string login)
    {
        await page.GetByPlaceholder("Enter any login").FillAsync(login);
        await page.GetByPlaceholder("and password").FillAsync("any");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign-in" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).WaitForAsync();
    }

    internal static Task ConsentAsync(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();

    private static async Task SignOutAsync(Person person)
    {
        await person.Page.GetByRole(AriaRole.Banner).GetByRole(AriaRole.Button).Last.ClickAsync();
        await person.Page.GetByText("Sign out").ClickAsync();
        await person.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Yes") }).ClickAsync();
    }

    private static async Task<int> CallApiAsync(RunningDashboard dashboard, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/test/me");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return (int)(await dashboard.Client.SendAsync(request)).StatusCode;
    }
}
