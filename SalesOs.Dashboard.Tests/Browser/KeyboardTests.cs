using Microsoft.Playwright;

namespace SalesOs.Dashboard.Tests.Browser;

public class KeyboardTests(Chromium chromium)
{
    [Fact]
    public async Task Dialog_ByKeyboard_KeepsTheFocusAndGivesItBack()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await admin.Button("Create API key").First.PressAsync("Enter");
        await admin.Page.WaitForFunctionAsync("() => document.activeElement.id === 'key-name'");
        for (var step = 0; step < 20; step++)
        {
            await admin.Page.Keyboard.PressAsync("Tab");
            // At its end the circuit leads the focus back to the dialog's beginning.
            await admin.Page.WaitForFunctionAsync("() => document.activeElement.closest('.mud-dialog-container') !== null");
        }

        await admin.Page.Keyboard.PressAsync("Escape");
        await admin.Page.WaitForFunctionAsync("() => document.activeElement.textContent.trim() === 'Create API key'");
    }

    [Fact]
    public async Task CreateRevealAndRevoke_ByKeyboardAlone_AreReachedStepByStep()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var keys = admin.Page.Keyboard;

        await TabToAsync(admin, "Create API key");
        await keys.PressAsync("Enter");
        await FocusedAsync(admin, "Name");
        await keys.TypeAsync("CRM sync");
        await TabToAsync(admin, "Lead sync");
        await keys.PressAsync("Space");
        await TabToAsync(admin, "Rate limit");
        await keys.PressAsync("Enter");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Save the values of CRM sync");

        await FocusedAsync(admin, "Save the values of CRM sync");
        await TabToAsync(admin, "Copy API key secret");
        await Person.WithClipboardAsync(async () =>
        {
            await keys.PressAsync("Enter");
            await Assertions.Expect(admin.Page.GetByText("Copied: API key secret")).ToBeVisibleAsync();
        });
        await TabToAsync(admin, "cURL");
        await keys.PressAsync("ArrowRight");
        await FocusedAsync(admin, "Node.js");
        await TabToAsync(admin, "I have saved both values");
        await keys.PressAsync("Enter");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);

        await TabToAsync(admin, "Actions for CRM sync");
        await keys.PressAsync("Enter");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Revoke…" })).ToBeVisibleAsync();
        await ArrowToAsync(admin, "Revoke…");
        await keys.PressAsync("Enter");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Revoke API key");
        await TabToAsync(admin, "Revoke key");
        await keys.PressAsync("Enter");

        await Assertions.Expect(admin.Row("CRM sync")).ToContainTextAsync("Revoked");
        admin.Troubles.ShouldBeEmpty();
    }

    /// <summary>The accessible name of what has the focus, as far as the page's own elements need it computed.</summary>
    private static Task<string> NameAsync(Person person) => person.Page.EvaluateAsync<string>(
        """
        () => {
          const e = document.activeElement;
          return (e.getAttribute("aria-label") ?? (e.labels?.length ? e.labels[0].textContent : null) ?? e.querySelector("strong")?.textContent ?? e.textContent).trim();
        }
        """);

    private static async Task FocusedAsync(Person person, string name)
    {
        await person.Page.WaitForFunctionAsync(
            "name => { const e = document.activeElement; return (e.labels?.[0]?.textContent ?? e.textContent).trim() === name; }", name);
    }

    private static Task TabToAsync(Person person, string name) => PressUntilAsync(person, "Tab", name);

    private static Task ArrowToAsync(Person person, string name) => PressUntilAsync(person, "ArrowDown", name);

    private static async Task PressUntilAsync(Person person, string key, string name)
    {
        var passed = new List<string>();
        while (passed.Count < 60)
        {
            await person.Page.EvaluateAsync("() => { window.before = document.activeElement; }");
            await person.Page.Keyboard.PressAsync(key);
            // Inside a menu the circuit moves the focus: a key pressed before it has moved would go one too far.
            await person.Page.WaitForFunctionAsync("() => document.activeElement !== window.before");
            passed.Add(await NameAsync(person));
            if (passed[^1] == name)
            {
                (await person.Page.EvaluateAsync<bool>("() => document.activeElement.matches(':focus-visible')")).ShouldBeTrue($"where the focus is can be seen on {name}");
                return;
            }
        }

        Assert.Fail($"{key} never reached '{name}', but: {string.Join(" | ", passed)}");
    }
}
