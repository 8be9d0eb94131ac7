using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>Whoever clicks twice on a slow line, or presses Enter twice, does one thing. The second event comes when the act is done and the page has not yet drawn it.</summary>
public class OneActTests(Chromium chromium)
{
    [Fact]
    public async Task EveryDialog_SentTwice_ActsOnce()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var keys = dashboard.Services.GetRequiredService<ApiKeyService>();
        var audit = dashboard.Services.GetRequiredService<AuditQueries>();
        foreach (var name in (string[])["One", "Two", "Three"])
        {
            await keys.CreateAsync(new NewKey(name), KeyHouse.Admin());
        }

        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var line = await SlowLine.LayAsync(window);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var done = new Dictionary<string, int>(StringComparer.Ordinal);
        var dialog = admin.Page.GetByRole(AriaRole.Dialog);

        await admin.Button("Create API key").ClickAsync();
        await admin.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Four");
        await TwiceAsync(
            async () =>
            {
                await admin.Page.Keyboard.PressAsync("Enter");
                await admin.Page.Keyboard.PressAsync("Enter");
            },
            AuditActions.KeyCreated,
            acts: 4);
        await admin.SaveAsync();

        await admin.OpenActionAsync("One", "Revoke…");
        await TwiceAsync(() => admin.Button("Revoke key").DblClickAsync(), AuditActions.KeyRevoked, acts: 1);
        await Assertions.Expect(dialog).ToHaveCountAsync(0);

        await admin.OpenActionAsync("One", "Delete…");
        await admin.Page.GetByLabel("To confirm, type the key’s name").FillAsync("One");
        await Assertions.Expect(admin.Button("Delete key")).ToBeEnabledAsync();
        await TwiceAsync(() => admin.Button("Delete key").DblClickAsync(), AuditActions.KeyDeleted, acts: 1);
        await Assertions.Expect(dialog).ToHaveCountAsync(0);

        await admin.Page.GetByLabel("Select Two", new() { Exact = true }).CheckAsync();
        await admin.Page.GetByRole(AriaRole.Region, new() { Name = "Selected keys" }).GetByRole(AriaRole.Button, new() { Name = "Revoke…" }).ClickAsync();
        await dialog.WaitForAsync();
        await TwiceAsync(() => admin.Button("Revoke 1 key").DblClickAsync(), AuditActions.KeyRevoked, acts: 2);
        await Assertions.Expect(dialog).ToHaveCountAsync(0);

        await admin.Row("Three").GetByRole(AriaRole.Link).ClickAsync();
        await admin.Button("Edit").ClickAsync();
        await admin.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Third");
        await admin.Page.Locator("[data-draft-touched]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await TwiceAsync(() => admin.Button("Save changes").DblClickAsync(), AuditActions.KeyEdited, acts: 1);
        await admin.Button("Undo").WaitForAsync();
        await TwiceAsync(() => admin.Button("Undo").DblClickAsync(), AuditActions.KeyEdited, acts: 2);
        await Assertions.Expect(admin.Page.GetByText("Undone: the former settings are back.")).ToBeVisibleAsync();

        await admin.Button("Rotate…").ClickAsync();
        await dialog.WaitForAsync();
        await TwiceAsync(() => dialog.GetByRole(AriaRole.Button, new() { Name = "Make the successor" }).DblClickAsync(), AuditActions.KeyRotated, acts: 1);
        await admin.SaveAsync();
        done[AuditActions.KeyCreated]++;
        foreach (var (action, acts) in done)
        {
            (await CountAsync(action)).ShouldBe(acts, action);
        }

        admin.Troubles.ShouldBeEmpty();

        async Task TwiceAsync(Func<Task> twice, string action, int acts)
        {
            line.Hold();
            await twice();
            do
            {
                // A field that is left and a key that is pressed are events too.
                await line.EventToServerAsync();
            }
            while (!SpinWait.SpinUntil(() => CountAsync(action).GetAwaiter().GetResult() == acts, TimeSpan.FromSeconds(1)));

            line.Release();
            // The circuit answers in turn: when this is drawn, what was sent before was heard.
            await admin.Page.EvaluateAsync("() => { window.theme = [...document.querySelectorAll('#theme-panel button')].find(b => b.ariaPressed === 'false'); window.theme.click(); }");
            await admin.Page.WaitForFunctionAsync("() => window.theme.ariaPressed === 'true'");
            done[action] = acts;
        }

        async Task<long> CountAsync(string action) => (await audit.ListAsync(new AuditFilter(Action: action), KeyHouse.Auditor())).Value!.Total;
    }
}
