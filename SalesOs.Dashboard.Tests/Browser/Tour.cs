using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.AuditLog;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Notices;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>A walk over every screen of the demo while all goes well. <see cref="TroublesTour"/> shows what else can be.</summary>
internal sealed class Tour(Chromium chromium, RunningDashboard demo, Viewer viewer)
{
    internal const string KeyName = "CRM · sincronização de leads";

    /// <summary>The pages of people, with all that they open.</summary>
    public async Task WalkAsync(bool portuguese = false)
    {
        await using var window = await chromium.NewWindowAsync(demo.BaseAddress, locale: portuguese ? "pt-BR" : "en-US");
        var admin = await Person.SignInAsync(window, "admin@acme.test", portuguese: portuguese);
        await KeysAsync(admin);
        await ManyKeysAsync(admin);
        await DialogsAsync(admin);
        await StopAsync(admin);
        await KeyAsync(admin);
        await RotationAsync(admin);
        await SandboxAsync(admin);
        await AuditAsync(admin);
        await NoticesAsync(admin);
        await PolicyAsync(admin);
        await new ReviewTour(viewer).WalkAsync(admin);
        foreach (var (name, path) in ((string, string)[])[("not-found", "/nowhere"), ("error", "/error"), ("signed-out", "/signed-out"), ("sign-in-failed", "/sign-in/failed?reason=denied"), ("page-ended", "/page-ended?reason=idle")])
        {
            await admin.Page.GotoAsync(path);
            await viewer.StopAsync(name, admin);
        }

        admin.Troubles.ShouldBeEmpty();
    }

    /// <summary>What those see who may see less.</summary>
    public async Task WalkAsOthersAsync()
    {
        await using var auditorsWindow = await chromium.NewWindowAsync(demo.BaseAddress, locale: "pt-BR");
        var auditor = await Person.SignInAsync(auditorsWindow, "auditor@acme.test");
        await auditor.Row(KeyName).First.WaitForAsync();
        await viewer.StopAsync("api-keys-auditor-pt-br", auditor);
        await ShouldShowKeysAsync(auditor);
        await auditor.Page.GotoAsync(AuditAddress.Path);
        await auditor.LiveAsync();
        await viewer.StopAsync("audit-log-pt-br", auditor);
        await auditor.Page.GotoAsync(NoticesAddress.Path);
        await auditor.LiveAsync();
        await viewer.StopAsync("notices-auditor-pt-br", auditor);

        await using var managersWindow = await chromium.NewWindowAsync(demo.BaseAddress);
        var signingIn = await Person.OpenAsync(managersWindow, "/integrations/api-keys");
        await signingIn.Page.Locator("button:has-text('manager@acme.test')").WaitForAsync();
        await viewer.StopAsync("sign-in", signingIn);
        var manager = await Person.SignInAsync(managersWindow, "manager@acme.test");
        await viewer.StopAsync("missing-capability", manager);
        auditor.Troubles.Concat(signingIn.Troubles).Concat(manager.Troubles).ShouldBeEmpty();
    }

    private async Task KeysAsync(Person admin)
    {
        await admin.Row(KeyName).First.WaitForAsync();
        await viewer.StopAsync("api-keys", admin);
        await ShouldShowKeysAsync(admin);
        await admin.Page.GotoAsync("/integrations/api-keys?search=nothing+like+it");
        await admin.LiveAsync();
        await viewer.StopAsync("api-keys-no-match", admin);
        await admin.Page.SetViewportSizeAsync(390, 844);
        await admin.Button(admin.Says("Open navigation")).ClickAsync();
        await viewer.StopAsync("navigation", admin, Viewer.Sizes[1..]);
        await admin.Page.GotoAsync("/integrations/api-keys");
        await admin.LiveAsync();
    }

    /// <summary>Without scrolling: the first keys on a phone, eleven on a desktop, where what was narrow leaves nothing that scrolls sideways.</summary>
    private static async Task ShouldShowKeysAsync(Person person)
    {
        await person.Page.SetViewportSizeAsync(390, 844);
        (await person.WholeRowsAsync()).ShouldBeGreaterThanOrEqualTo(3);
        await person.Page.SetViewportSizeAsync(1440, 900);
        (await person.WholeRowsAsync()).ShouldBeGreaterThanOrEqualTo(11);
        await person.ShouldFitAsync("the list, widened");
    }

    /// <summary>What is done to several keys at once, and what helps to find them.</summary>
    private async Task ManyKeysAsync(Person admin)
    {
        await admin.Page.SetViewportSizeAsync(1440, 900);
        var choices = admin.Page.GetByRole(AriaRole.Row).GetByRole(AriaRole.Checkbox, new() { NameRegex = new Regex("^Sele(ct (?!all)|cionar (?!todas))") });
        await choices.Nth(0).CheckAsync();
        await choices.Nth(1).CheckAsync();
        var selected = admin.Page.GetByRole(AriaRole.Region, new() { Name = admin.Says("Selected keys") });
        await selected.GetByText(new Regex("^2 ")).WaitForAsync();
        await viewer.StopAsync("api-keys-selected", admin);
        await selected.GetByRole(AriaRole.Button, new() { Name = admin.Says("Revoke…") }).ClickAsync();
        await admin.Page.GetByText(admin.Says("Looking at what will stop…")).WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await viewer.StopAsync("revoke-several", admin);
        await CloseAsync(admin, "Cancel");

        await admin.Button(admin.Says("Find a leaked key")).ClickAsync();
        await viewer.StopAsync("find", admin);
        await admin.Page.GetByLabel(admin.Says("Paste any text")).FillAsync($"# .env\nSALESOS_API_KEY={await KeyAsync()}\nSALESOS_API_KEY_SECRET=salesos_secret_live_{new string('0', 43)}");
        await admin.Page.Locator(".results p").First.WaitForAsync();
        await viewer.StopAsync("find-found", admin);
        await CloseAsync(admin, "Close");

        await admin.Button(admin.Says("Keyboard shortcuts")).ClickAsync();
        await viewer.StopAsync("shortcuts", admin);
        await CloseAsync(admin, "Close");
    }

    private async Task DialogsAsync(Person admin)
    {
        await admin.Page.SetViewportSizeAsync(1440, 900);
        await admin.Button(admin.Says("Create API key")).First.ClickAsync();
        await admin.Page.GetByLabel(admin.Says("Name"), new() { Exact = true }).WaitForAsync();
        await viewer.StopAsync("create", admin);
        var create = admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = admin.Says("Create API key") });
        await PointAtAsync("create", admin, create);
        await create.ClickAsync();
        await admin.Page.Locator("[aria-invalid=true]").First.WaitForAsync();
        await viewer.StopAsync("create-refused", admin);
        await CloseAsync(admin, "Cancel");

        await admin.CreateKeyAsync("Novo CRM");
        await viewer.StopAsync("reveal", admin);
        await admin.SaveAsync();
        foreach (var action in (string[])["Revoke", "Delete"])
        {
            await admin.Page.GotoAsync("/integrations/api-keys?search=Novo+CRM");
            await admin.LiveAsync();
            await admin.OpenActionAsync("Novo CRM", admin.Says(action + "…"));
            await viewer.StopAsync(action.ToLowerInvariant(), admin);
            if (action == "Revoke")
            {
                await PointAtAsync("revoke", admin, admin.Button(admin.Says("Revoke key")));
            }

            await CloseAsync(admin, "Cancel");
        }
    }

    /// <summary>A key is paused for a time, then revoked, and its receipt is there.</summary>
    private async Task StopAsync(Person admin)
    {
        await OpenNewAsync(admin);
        await admin.Button(admin.Says("Plan a brown-out…")).ClickAsync();
        await admin.Button(admin.Says("Start now")).WaitForAsync();
        await viewer.StopAsync("brown-out", admin);
        await CloseAsync(admin, "Cancel");
        await admin.Button(admin.Says("Pause…")).ClickAsync();
        await admin.Page.GetByText(admin.Says("24 hours"), new() { Exact = true }).ClickAsync();
        await admin.Page.GetByText(admin.Says("Looking at what will stop…")).WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await viewer.StopAsync("pause", admin);
        await CloseAsync(admin, "Pause key");
        await admin.Page.Locator(".banner").WaitForAsync();
        await viewer.StopAsync("key-paused", admin);
        await admin.Button(admin.Says("Revoke…")).ClickAsync();
        await CloseAsync(admin, "Revoke key");
        var receipt = admin.Page.Locator("#revocation");
        await receipt.GetByText("401").First.WaitForAsync();
        await viewer.StopAsync("key-revoked", admin, fullPage: true);
        await receipt.GetByRole(AriaRole.Link, new() { Name = admin.Says("Page to print") }).ClickAsync();
        await admin.ArriveAsync("/receipt$");
        await viewer.StopAsync("receipt", admin, fullPage: true);
    }

    /// <summary>The page of the key that was made before.</summary>
    private static async Task OpenNewAsync(Person admin)
    {
        await admin.Page.SetViewportSizeAsync(1440, 900);
        await admin.Page.GotoAsync("/integrations/api-keys?search=Novo+CRM");
        await admin.LiveAsync();
        await admin.Row("Novo CRM").GetByRole(AriaRole.Link).First.ClickAsync();
        await admin.ArriveAsync("/integrations/api-keys/[0-9a-f-]{36}");
    }

    /// <summary>A button under the pointer, which has a colour of its own then. No picture shows one.</summary>
    private static async Task PointAtAsync(string name, Person admin, ILocator button)
    {
        await new Viewer(sight => sight.ShouldBeSoundAsync()).StopAsync($"{name}-pointed-at", admin, pointedAt: button);
        await admin.Page.Mouse.MoveAsync(0, 0);
    }

    private async Task KeyAsync(Person admin)
    {
        await admin.Page.GotoAsync($"{AuditAddress.Path}?key=CRM&action=key.created");
        await admin.LiveAsync();
        await admin.Page.GetByRole(AriaRole.Link, new() { Name = KeyName }).First.ClickAsync();
        await admin.ArriveAsync("/integrations/api-keys/[0-9a-f-]{36}");
        await admin.Page.Locator("#callers").WaitForAsync();
        await viewer.StopAsync("key", admin, fullPage: true);
        await admin.Page.SetViewportSizeAsync(1440, 900);
        await admin.Page.Locator("#callers").ScrollIntoViewIfNeededAsync();
        await Assertions.Expect(admin.Page.Locator("#facts")).ToBeInViewportAsync(new() { Ratio = 0.9f });

        await admin.Page.Locator(".rejection summary").First.ClickAsync();
        await admin.Page.GetByText(admin.Says("The chart as a table")).ClickAsync();
        await viewer.StopAsync("key-opened", admin, fullPage: true);
        await admin.Button(admin.Says("Edit")).ClickAsync();
        await admin.Page.GetByLabel(admin.Says("Name"), new() { Exact = true }).FillAsync("");
        await admin.Button(admin.Says("Save changes")).ClickAsync();
        await admin.Page.Locator("#edit-name-fault").WaitForAsync();
        await viewer.StopAsync("key-edit-refused", admin);
        await admin.Button(admin.Says("Cancel")).ClickAsync();
        await admin.Button(admin.Says("Rotate…")).ClickAsync();
        await admin.Button(admin.Says("Make the successor")).WaitForAsync();
        await viewer.StopAsync("rotate", admin);
        await CloseAsync(admin, "Cancel");
    }

    /// <summary>A key beside its successor.</summary>
    private async Task RotationAsync(Person admin)
    {
        await admin.Page.GotoAsync($"{AuditAddress.Path}?action=key.rotated");
        await admin.LiveAsync();
        await admin.Page.Locator("a[href*='/integrations/api-keys/']").First.ClickAsync();
        await admin.Page.Locator("#rotation article").First.WaitForAsync();
        await viewer.StopAsync("key-rotated", admin, fullPage: true);
    }

    /// <summary>A request signed with a secret that is not the key's.</summary>
    private async Task SandboxAsync(Person admin)
    {
        await admin.Page.GotoAsync(KeyLinks.Sandbox);
        await admin.LiveAsync();
        await admin.Page.GetByLabel("API_KEY").FillAsync(await KeyAsync());
        await viewer.StopAsync("sandbox", admin, fullPage: true);
        await admin.Page.SetViewportSizeAsync(1440, 900);
        await admin.Button(admin.Says("Sign and send")).ClickAsync();
        await admin.Page.Locator("#sandbox-secret-fault").WaitForAsync();
        await viewer.StopAsync("sandbox-refused", admin);
        await admin.Page.GetByLabel(admin.Says("API key secret")).FillAsync(CredentialFormat.NewSecret(test: false));
        await admin.Button(admin.Says("Sign and send")).ClickAsync();
        await admin.Page.Locator("[data-verdict]").WaitForAsync();
        await admin.Page.GetByLabel(admin.Says("Authorization header of your program")).FillAsync($"P2S-SIGN-V1 {await KeyAsync()}:1764410000417:{new string('0', 64)}");
        await admin.Button(admin.Says("Compare")).ClickAsync();
        await admin.Page.Locator("[data-finding]:visible").WaitForAsync();
        await viewer.StopAsync("sandbox-answered", admin, fullPage: true);
    }

    /// <summary>Presses a button that closes the dialog, and waits until the dialog is gone: what is seen next is the page.</summary>
    internal static async Task CloseAsync(Person admin, string button)
    {
        await admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = admin.Says(button), Exact = true }).ClickAsync();
        await admin.Page.Locator("dialog").WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    /// <summary>The public half of the key of that name, in full.</summary>
    private async Task<string> KeyAsync()
    {
        await using var db = demo.Services.GetRequiredService<Database>().Read(tenantId: null);
        return await db.Set<ApiKey>().IgnoreQueryFilters().Where(k => k.Name == KeyName).Select(k => k.Key).FirstAsync();
    }

    private async Task PolicyAsync(Person admin)
    {
        await admin.Page.GotoAsync("/integrations/policy");
        await admin.LiveAsync();
        await admin.Page.Locator(".forecast li").First.WaitForAsync();
        await viewer.StopAsync("policy", admin, fullPage: true);
        await admin.Page.GotoAsync("/integrations/approvals");
        await admin.LiveAsync();
        await admin.Page.GetByRole(AriaRole.Article).First.WaitForAsync();
        await viewer.StopAsync("approvals", admin, fullPage: true);
    }

    private async Task AuditAsync(Person admin)
    {
        await admin.Page.GotoAsync(AuditAddress.Path);
        await admin.LiveAsync();
        await viewer.StopAsync("audit-log", admin);
        await admin.Page.GotoAsync($"{AuditAddress.Path}?action=key.edited");
        await admin.LiveAsync();
        await admin.Page.Locator("summary").First.ClickAsync();
        await admin.Button(admin.Says("Verify the log")).ClickAsync();
        await admin.Page.Locator(".verdict .whole").WaitForAsync();
        await viewer.StopAsync("audit-log-edits", admin);
        await admin.Page.GotoAsync($"{AuditAddress.Path}?to=2020-01-01");
        await admin.LiveAsync();
        await viewer.StopAsync("audit-log-no-match", admin);
    }

    private static async Task CloseBellAsync(Person admin)
    {
        await admin.Page.Keyboard.PressAsync("Escape");
        await admin.Page.Locator("#notices-panel").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
    }

    private async Task NoticesAsync(Person admin)
    {
        await admin.Page.GotoAsync(NoticesAddress.Path);
        await admin.LiveAsync();
        await admin.Page.Locator("#deliveries summary").First.ClickAsync();
        await viewer.StopAsync("notices", admin, fullPage: true);
        await admin.Page.SetViewportSizeAsync(1440, 900);
        await admin.Page.Locator("button[popovertarget=notices-panel]").ClickAsync();
        await admin.Page.Locator("#notices-panel li").First.WaitForAsync();
        await viewer.StopAsync("bell", admin);
        await CloseBellAsync(admin);
        await admin.Button(admin.Says("Add a webhook")).ClickAsync();
        await admin.Page.GetByText(admin.Says("Only these events")).ClickAsync();
        await admin.Button(admin.Says("Add")).ClickAsync();
        await admin.Page.Locator("#webhook-url-fault").WaitForAsync();
        await viewer.StopAsync("webhook-refused", admin);
        await admin.Button(admin.Says("Cancel")).ClickAsync();
        await CloseAsync(admin, "Discard");

        await admin.Page.GotoAsync($"/notices/confirm/{Guid.Empty}/nothing");
        await viewer.StopAsync("confirm-address", admin);
    }
}
