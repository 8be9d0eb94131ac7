using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.AuditLog;
using SalesOs.Dashboard.Persistence;

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
        await ManyKeysAsync(admin);
        await DialogsAsync(admin);
        await KeyAsync(admin);
        await RotationAsync(admin);
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

    /// <summary>A page whose connection is lost.</summary>
    public async Task WalkOfflineAsync()
    {
        await using var window = await chromium.NewWindowAsync(demo.BaseAddress);
        var line = await CuttableLine.LayAsync(window);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await admin.Row(KeyName).First.WaitForAsync();
        await line.CutAsync();
        await admin.Page.GetByText("Connection lost.").First.WaitForAsync();
        await StopAsync("connection-lost", admin);
        line.Mend();
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

    /// <summary>What is done to several keys at once, and what helps to find them.</summary>
    private async Task ManyKeysAsync(Person admin)
    {
        await admin.Page.SetViewportSizeAsync(1440, 900);
        var choices = admin.Page.GetByLabel(new Regex("^Select (?!all)"));
        await choices.Nth(0).CheckAsync();
        await choices.Nth(1).CheckAsync();
        await admin.Page.GetByText("2 keys selected").WaitForAsync();
        await StopAsync("api-keys-selected", admin);
        await admin.Page.GetByRole(AriaRole.Region, new() { Name = "Selected keys" }).GetByRole(AriaRole.Button, new() { Name = "Revoke…" }).ClickAsync();
        await admin.Page.GetByText("Looking at what will stop").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await StopAsync("revoke-several", admin);
        await CloseAsync(admin, "Cancel");

        await admin.Button("Find a leaked key").ClickAsync();
        await StopAsync("find", admin);
        await admin.Page.GetByLabel("Paste any text").FillAsync($"# .env\nSALESOS_API_KEY={await KeyAsync()}\nSALESOS_API_KEY_SECRET=salesos_secret_live_{new string('0', 43)}");
        await admin.Page.GetByText("of your keys is in this text").WaitForAsync();
        await StopAsync("find-found", admin);
        await CloseAsync(admin, "Close");

        await admin.Button("Keyboard shortcuts").ClickAsync();
        await StopAsync("shortcuts", admin);
        await CloseAsync(admin, "Close");
    }

    private async Task DialogsAsync(Person admin)
    {
        await admin.Page.SetViewportSizeAsync(1440, 900);
        await admin.Button("Create API key").First.ClickAsync();
        await admin.Page.GetByLabel("Name", new() { Exact = true }).WaitForAsync();
        await StopAsync("create", admin);
        await admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Create API key" }).ClickAsync();
        await admin.Page.Locator("[aria-invalid=true]").First.WaitForAsync();
        await StopAsync("create-refused", admin);
        await CloseAsync(admin, "Cancel");

        await admin.CreateKeyAsync("Novo CRM");
        await StopAsync("reveal", admin);
        await admin.SaveAsync();
        foreach (var action in (string[])["Revoke", "Delete"])
        {
            await admin.Page.GotoAsync("/integrations/api-keys?search=Novo+CRM");
            await admin.LiveAsync();
            await admin.OpenActionAsync("Novo CRM", action + "…");
            await StopAsync(action.ToLowerInvariant(), admin);
            await CloseAsync(admin, "Cancel");
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

        await admin.Page.Locator(".refusal summary").First.ClickAsync();
        await admin.Page.GetByText("The chart as a table").ClickAsync();
        await StopAsync("key-opened", admin, fullPage: true);
        await admin.Button("Edit").ClickAsync();
        await admin.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("");
        await admin.Button("Save changes").ClickAsync();
        await admin.Page.Locator("#edit-name-fault").WaitForAsync();
        await StopAsync("key-edit-refused", admin);
        await admin.Button("Cancel").ClickAsync();
        await admin.Button("Rotate…").ClickAsync();
        await admin.Button("Make the successor").WaitForAsync();
        await StopAsync("rotate", admin);
        await CloseAsync(admin, "Cancel");
    }

    /// <summary>A key beside its successor.</summary>
    private async Task RotationAsync(Person admin)
    {
        await admin.Page.GotoAsync($"{AuditAddress.Path}?action=key.rotated");
        await admin.LiveAsync();
        await admin.Page.Locator("a[href*='/integrations/api-keys/']").First.ClickAsync();
        await admin.Page.Locator("#rotation article").First.WaitForAsync();
        await StopAsync("key-rotated", admin, fullPage: true);
    }

    private static async Task CloseAsync(Person admin, string button)
    {
        await admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
        await admin.Page.Locator("dialog").WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    /// <summary>The public half of the key of that name, in full.</summary>
    private async Task<string> KeyAsync()
    {
        await using var db = demo.Services.GetRequiredService<Database>().Read(tenantId: null);
        return await db.Set<ApiKey>().IgnoreQueryFilters().Where(k => k.Name == KeyName).Select(k => k.Key).FirstAsync();
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
                if (fullPage)
                {
                    // What stands at the screen's edge would otherwise stand in the middle of the picture.
                    await person.Page.EvaluateAsync("() => scrollTo(0, 0)");
                }

                await look(new Sight($"{name}-{theme}-{width}", person, fullPage));
            }
        }
    }
}

/// <param name="Name">Such as <c>api-keys-dark-390</c>.</param>
internal sealed record Sight(string Name, Person Person, bool FullPage);
