using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;
using SalesOs.Dashboard.Components;
using SalesOs.Dashboard.SignIn;
using SalesOs.Dashboard.Tests.SignIn;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>What becomes of pages that are open while their session changes.</summary>
public class OpenPageTests(Chromium chromium)
{
    [Fact]
    public async Task SignIn_AsSomebodyElseInAnotherTab_EndsThePageOfTheFirst()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var tab = await Person.OpenAsync(window, "/sign-in?returnUrl=%2Fintegrations%2Fapi-keys");
        await tab.Page.Locator("button:has-text('admin@beta.test')").ClickAsync();

        await admin.ArriveAsync("/page-ended\\?reason=replaced");
        await admin.ShouldBeAccessibleAsync("page ended");
        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "Continue", Exact = true }).ClickAsync();
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Banner)).ToContainTextAsync("Beta Vendas");
        admin.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task SignOut_InAnotherTab_EndsThisPage()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var first = await Person.SignInAsync(window, "admin@acme.test");
        var second = await Person.OpenAsync(window, "/integrations/api-keys");
        await second.LiveAsync();
        await second.Page.GetByRole(AriaRole.Banner).GetByRole(AriaRole.Button).Last.ClickAsync();
        await second.Page.GetByText("Sign out").ClickAsync();

        await second.ArriveAsync("/signed-out$");
        await first.ArriveAsync("/page-ended\\?reason=signed-out");
    }

    [Fact]
    public async Task Idle_ThePageEndsUnlessSomebodyIsAtIt()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var dashboard = await RunningDashboard.StartAsync(time);
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test", "/integrations/api-keys?status=active");
        time.Advance(TimeSpan.FromMinutes(20));
        await admin.Page.GetByLabel("Status", new() { Exact = true }).SelectOptionAsync("Revoked");
        await admin.Page.WaitForFunctionAsync("() => location.search === '?status=revoked'");
        await RenewedAsync(dashboard, time);
        time.Advance(TimeSpan.FromMinutes(20));
        await admin.Page.GetByLabel("Status", new() { Exact = true }).SelectOptionAsync("Active");
        await admin.Page.WaitForFunctionAsync("() => location.search === '?status=active'");
        await RenewedAsync(dashboard, time);

        time.Advance(TimeSpan.FromMinutes(30));

        await admin.ArriveAsync("/page-ended");
        admin.Page.Url.ShouldContain("reason=idle");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in again", Exact = true })).ToHaveAttributeAsync("href", new Regex("status=active"));
        admin.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Act_ThatAsksTheServerNothing_KeepsTheSessionOpen()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var dashboard = await RunningDashboard.StartAsync(time);
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var sessions = dashboard.Services.GetRequiredService<Sessions>();
        time.Advance(TimeSpan.FromMinutes(29));
        await admin.Page.Keyboard.PressAsync("Shift");
        await RenewedAsync(dashboard, time);
        time.Advance(TimeSpan.FromMinutes(29));
        await sessions.SweepAsync();

        sessions.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Connection_LostWhileTheSessionEnded_LeadsToTheSignIn()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var sessions = dashboard.Services.GetRequiredService<Sessions>();
        await window.SetOfflineAsync(true);
        await admin.Page.EvaluateAsync("() => Blazor.disconnect?.()");
        foreach (var session in await dashboard.SessionsAsync())
        {
            await sessions.EndAsync(session, Termination.SignedOut);
        }

        await window.SetOfflineAsync(false);

        await Assertions.Expect(admin.Page.Locator("button:has-text('owner@acme.test'), h1:has-text('You signed out')").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task EveryPage_BreaksNoContentSecurityPolicyAndLogsNoError()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        await window.AddInitScriptAsync("document.addEventListener('securitypolicyviolation', e => console.error(`CSP: ${e.violatedDirective} ${e.blockedURI}`))");
        var pages = typeof(App).Assembly.GetTypes()
            .SelectMany(t => t.GetCustomAttributes(typeof(RouteAttribute), inherit: false).Cast<RouteAttribute>())
            .Select(r => Regex.Replace(r.Template, "\\{[^}]*\\}", Guid.Empty.ToString(), RegexOptions.None, TimeSpan.FromSeconds(1)))
            .ToList();
        pages.Count.ShouldBeGreaterThan(5);
        var nobody = await Person.OpenAsync(window, "/sign-in?returnUrl=%2F");
        await VisitAsync(nobody, [.. pages, "/nowhere"]);
        nobody.Troubles.ShouldBeEmpty();

        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await admin.CreateKeyAsync("CRM sync");
        await admin.SaveAsync();
        await admin.OpenActionAsync("CRM sync", "Revoke…");
        await admin.Button("Cancel").ClickAsync();
        string[] reasons = ["denied", "expired", "failed", "away", "no-tenant"];
        string[] ends = ["signed-out", "replaced", "idle", "age", "provider", "tenant", "pages"];
        await VisitAsync(admin, [.. pages, "/nowhere", .. reasons.Select(r => $"/sign-in/failed?reason={r}"), .. ends.Select(e => $"/page-ended?reason={e}&returnUrl=%2F")]);
        admin.Troubles.ShouldBeEmpty();
    }

    /// <summary>Waits for what the browser has sent to arrive.</summary>
    private static async Task RenewedAsync(RunningDashboard dashboard, FakeTimeProvider time)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while ((await dashboard.SessionsAsync()).Single().UsedAt.ToUnixTimeMilliseconds() != time.GetUtcNow().ToUnixTimeMilliseconds())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static async Task VisitAsync(Person person, IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            await person.Page.GotoAsync(path);
        }
    }
}
