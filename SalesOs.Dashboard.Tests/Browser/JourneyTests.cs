using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>The main job, end to end: make a key in the browser, call with it, watch it, stop it.</summary>
public class JourneyTests(Chromium chromium)
{
    [Fact]
    public async Task Admin_MakesCallsWatchesAndRevokes_EachStepActsAtOnce()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await Assertions.Expect(admin.Page.GetByText("Connect your first program")).ToBeVisibleAsync();

        var (apiKey, secret) = await admin.CreateKeyAsync("CRM sync");
        CredentialFormat.IsApiKey(apiKey).ShouldBeTrue();
        CredentialFormat.IsSecret(secret).ShouldBeTrue();
        await admin.SaveAsync();
        await Assertions.Expect(admin.Row("CRM sync")).ToContainTextAsync($"{apiKey[..16]}…{apiKey[^4..]}");
        await Assertions.Expect(admin.Row("CRM sync")).ToContainTextAsync("Full access");

        for (var call = 0; call < 3; call++)
        {
            (await CallAsync(dashboard, apiKey, secret)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        // By itself: nobody touches the page.
        await Assertions.Expect(admin.Row("CRM sync").Locator("td.number")).ToHaveTextAsync("3");

        await admin.OpenActionAsync("CRM sync", "Revoke…");
        await admin.Page.GetByLabel("It leaked, or may have").CheckAsync();
        await admin.Button("Revoke key").ClickAsync();
        await Assertions.Expect(admin.Page.GetByText("is revoked. Requests signed with it are refused")).ToBeVisibleAsync();
        (await CallAsync(dashboard, apiKey, secret)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await Assertions.Expect(admin.Row("CRM sync")).ToContainTextAsync("Revoked");

        await admin.OpenActionAsync("CRM sync", "Delete…");
        await Assertions.Expect(admin.Button("Delete key")).ToBeDisabledAsync();
        await admin.Page.GetByLabel("To confirm, type the key’s name").FillAsync("CRM sync");
        await admin.Button("Delete key").ClickAsync();
        await Assertions.Expect(admin.Page.GetByText("Connect your first program")).ToBeVisibleAsync();
        admin.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Reveal_ClosesOnlyByItsButtonAndThenTheSecretIsNowhere()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var (_, secret) = await admin.CreateKeyAsync("CRM sync");
        var saved = admin.Button("I have saved both values");

        await admin.Page.Keyboard.PressAsync("Escape");
        await admin.Page.Keyboard.PressAsync("Escape");
        await admin.Page.Mouse.ClickAsync(5, 5);
        var asked = new TaskCompletionSource();
        admin.Page.Dialog += async (_, question) =>
        {
            await question.DismissAsync();
            asked.TrySetResult();
        };
        await admin.Page.EvaluateAsync("() => { history.back(); }");
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await Assertions.Expect(saved).ToBeVisibleAsync();
        (await admin.Page.ContentAsync()).ShouldNotContain(secret, Case.Sensitive, "until it is shown, the secret is masked in the page too");

        await saved.ClickAsync();
        await Assertions.Expect(saved).ToBeHiddenAsync();
        (await admin.Page.ContentAsync()).ShouldNotContain(secret);
        (await admin.Page.EvaluateAsync<string>("() => JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.cookie")).ShouldNotContain(secret);
        var html = await window.APIRequest.GetAsync("/integrations/api-keys");
        (await html.TextAsync()).ShouldContain("CRM sync");
        (await html.TextAsync()).ShouldNotContain(secret);
        html.Headers["cache-control"].ShouldContain("no-store");
    }

    [Fact]
    public async Task Auditor_SeesKeysAndNoActionThatChangesAnything()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var adminsWindow = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(adminsWindow, "admin@acme.test");
        await admin.CreateKeyAsync("CRM sync");
        await admin.SaveAsync();

        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var auditor = await Person.SignInAsync(window, "auditor@acme.test");
        await Assertions.Expect(auditor.Row("CRM sync")).ToBeVisibleAsync();
        (await auditor.Button("Create API key").CountAsync()).ShouldBe(0);
        (await auditor.Button("Actions for CRM sync").CountAsync()).ShouldBe(0);
        auditor.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Manager_SeesWhatIsMissingAndWhomToAsk()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var manager = await Person.SignInAsync(window, "manager@acme.test");
        await Assertions.Expect(manager.Page.GetByRole(AriaRole.Main)).ToContainTextAsync("audit.integrations");
        await Assertions.Expect(manager.Page.GetByRole(AriaRole.Main)).ToContainTextAsync("admin");
        (await manager.Page.GetByRole(AriaRole.Table).CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task OtherTenant_SeesNothingOfIt()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var acme = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(acme, "admin@acme.test");
        await admin.CreateKeyAsync("CRM sync");
        await admin.SaveAsync();

        await using var beta = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var other = await Person.SignInAsync(beta, "admin@beta.test");
        await Assertions.Expect(other.Page.GetByText("Connect your first program")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task SearchFilterAndSort_StandInTheAddressAndALinkReproducesThem()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        foreach (var name in (string[])["Alpha", "Beta", "Integração São Paulo"])
        {
            await admin.CreateKeyAsync(name);
            await admin.SaveAsync();
        }

        await admin.Page.GetByRole(AriaRole.Searchbox).FillAsync("sao paulo");
        await Assertions.Expect(admin.Row("Alpha")).ToHaveCountAsync(0);
        await Assertions.Expect(admin.Row("São Paulo")).ToHaveCountAsync(1);
        await admin.Page.WaitForFunctionAsync("() => location.search.includes('search=sao')");
        var link = admin.Page.Url;

        var second = await window.NewPageAsync();
        await second.GotoAsync(link);
        await Assertions.Expect(second.GetByRole(AriaRole.Row).Filter(new() { HasText = "São Paulo" })).ToHaveCountAsync(1);
        await Assertions.Expect(second.GetByRole(AriaRole.Searchbox)).ToHaveValueAsync("sao paulo");
        await Assertions.Expect(second.GetByRole(AriaRole.Row).Filter(new() { HasText = "Alpha" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task SignOut_EndsBothSessions()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await admin.Page.GetByRole(AriaRole.Banner).GetByRole(AriaRole.Button).Last.ClickAsync();
        await admin.Page.GetByText("Sign out").ClickAsync();
        await admin.ArriveAsync("/signed-out");
        await admin.Page.GotoAsync("/integrations/api-keys");
        await Assertions.Expect(admin.Page.Locator("button:has-text('owner@acme.test')")).ToBeVisibleAsync();
        admin.Troubles.ShouldBeEmpty();
    }

    private static async Task<HttpResponseMessage> CallAsync(RunningDashboard dashboard, string apiKey, string secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/whoami");
        request.Headers.TryAddWithoutValidation("Authorization", RequestSigner.Authorization(apiKey, secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), "GET", "/v1/whoami", []));
        return await dashboard.Client.SendAsync(request);
    }
}
