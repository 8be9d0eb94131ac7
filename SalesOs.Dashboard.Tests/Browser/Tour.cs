using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SalesOs.Dashboard.Components.AuditLog;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>
/// A walk over every screen and state of the demo. At each it stops and lets <paramref name="look"/> see it: light and dark, wide and on a phone,
/// without loading it anew.
/// </summary>
internal sealed class Tour(Chromium chromium, RunningDashboard demo, Func<Sight, Task> look)
{
    private const string KeyName = "CRM · sincronização de leads";

    private static readonly (int Width, int Height)[] Sizes = [(1440, 900), (390, 844)];

    /// <summary>The pages of people, with all that they open.</summary>
    public async Task WalkAsync()
    {
        await using var window = await chromium.NewWindowAsync(demo.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await KeysAsync(admin);
        await DialogsAsync(admin);
        await KeyAsync(admin);
        await AuditAsync(admin);
        foreach (var (name, path) in ((string, string)[])[("not-found", "/nowhere"), ("error", "/error"), ("signed-out", "/signed-out"), ("sign-in-failed", "/sign-in/failed?reason=denied"), ("page-ended", "/page-ended?reason=idle")])
        {
            await admin.Page.GotoAsync(path);
            await StopAsync(name, admin);
        }

        admin.Troubles.ShouldBeEmpty();
    }

    /// <summary>What those see who may see less.</summary>
    public async Task WalkAsOthersAsync()
    {
        await using var auditorsWindow = await chromium.NewWindowAsync(demo.BaseAddress, locale: "pt-BR");
        var auditor = await Person.SignInAsync(auditorsWindow, "auditor@acme.test");
        await auditor.Row(KeyName).First.WaitForAsync();
        await StopAsync("api-keys-auditor-pt-br", auditor);
        await auditor.Page.GotoAsync(AuditAddress.Path);
        await auditor.LiveAsync();
        await StopAsync("audit-log-pt-br", auditor);

        await using var managersWindow = await chromium.NewWindowAsync(demo.BaseAddress);
        var manager = await Person.SignInAsync(managersWindow, "manager@acme.test");
        await StopAsync("missing-capability", manager);
        auditor.Troubles.Concat(manager.Troubles).ShouldBeEmpty();
    }

    /// <summary>A tenant that has no key yet.</summary>
    public async Task WalkEmptyAsync(RunningDashboard empty)
    {
        await using var window = await chromium.NewWindowAsync(empty.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await StopAsync("api-keys-empty", admin);
        admin.Troubles.ShouldBeEmpty();
    }

    private async Task KeysAsync(Person admin)
    {
        await admin.Row(KeyName).First.WaitForAsync();
        await StopAsync("api-keys", admin);
        await admin.Page.GotoAsync("/integrations/api-keys?search=nothing+like+it");
        await admin.LiveAsync();
        await StopAsync("api-keys-no-match", admin);
        await admin.Page.SetViewportSizeAsync(390, 844);
        await admin.Button("Open navigation").ClickAsync();
        await StopAsync("navigation", admin, Sizes[1..]);
        await admin.Page.GotoAsync("/integrations/api-keys");
        await admin.LiveAsync();
    }

    private async Task DialogsAsync(Person admin)
    {
        var dialog = admin.Page.GetByRole(AriaRole.Dialog);
        await admin.Page.SetViewportSizeAsync(1440, 900);
        await admin.Button("Create API key").First.ClickAsync();
        await admin.Page.GetByLabel("Name", new() { Exact = true }).WaitForAsync();
        await StopAsync("create", admin);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Create API key" }).ClickAsync();
        await admin.Page.Locator("[aria-invalid=true]").First.WaitForAsync();
        await StopAsync("create-refused", admin);
        await admin.Button("Cancel").ClickAsync();
        await dialog.WaitForAsync(new() { State = WaitForSelectorState.Hidden });

        await admin.CreateKeyAsync("Novo CRM");
        await StopAsync("reveal", admin);
        await admin.Button("I have saved both values").ClickAsync();
        foreach (var action in (string[])["Revoke", "Delete"])
        {
            await admin.Page.GotoAsync("/integrations/api-keys?search=Novo+CRM");
            await admin.LiveAsync();
            await admin.OpenActionAsync("Novo CRM", action + "…");
            await StopAsync(action.ToLowerInvariant(), admin);
            await admin.Button("Cancel").ClickAsync();
            await dialog.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        }
    }

    private async Task KeyAsync(Person admin)
    {
        await admin.Page.GotoAsync($"{AuditAddress.Path}?key=CRM&action=key.created");
        await admin.LiveAsync();
        await admin.Page.GetByRole(AriaRole.Link, new() { Name = KeyName }).First.ClickAsync();
        await admin.Page.WaitForURLAsync(new Regex("/integrations/api-keys/[0-9a-f-]{36}"));
        await admin.Page.Locator("#callers").WaitForAsync();
        await StopAsync("key", admin, fullPage: true);
    }

    private async Task AuditAsync(Person admin)
    {
        await admin.Page.GotoAsync(AuditAddress.Path);
        await admin.LiveAsync();
        await StopAsync("audit-log", admin);
        await admin.Page.GotoAsync($"{AuditAddress.Path}?action=key.edited");
        await admin.LiveAsync();
        await admin.Page.Locator("summary").First.ClickAsync();
        await admin.Button("Verify the log").ClickAsync();
        await admin.Page.GetByText("The log is whole").WaitForAsync();
        await StopAsync("audit-log-edits", admin);
        await admin.Page.GotoAsync($"{AuditAddress.Path}?to=2020-01-01");
        await admin.LiveAsync();
        await StopAsync("audit-log-no-match", admin);
    }

    private async Task StopAsync(string name, Person person, (int Width, int Height)[]? sizes = null, bool fullPage = false)
    {
        foreach (var (width, height) in sizes ?? Sizes)
        {
            await person.Page.SetViewportSizeAsync(width, height);
            foreach (var theme in (string[])["light", "dark"])
            {
                await person.Page.EvaluateAsync("theme => { document.documentElement.dataset.theme = theme; }", theme);
                // Colours pass from one theme to the other; some signs move without end.
                await person.Page.EvaluateAsync(
                    "() => Promise.all(document.getAnimations().filter(a => a.effect.getComputedTiming().endTime !== Infinity).map(a => a.finished.catch(() => {})))");
                await look(new Sight($"{name}-{theme}-{width}", person, fullPage));
            }
        }
    }
}

/// <param name="Name">Such as <c>api-keys-dark-390</c>.</param>
internal sealed record Sight(string Name, Person Person, bool FullPage);
