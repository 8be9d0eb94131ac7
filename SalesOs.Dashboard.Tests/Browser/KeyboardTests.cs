using System.Text.RegularExpressions;
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
            (await admin.Page.EvaluateAsync<bool>("() => document.activeElement.closest('.mud-dialog-container') !== null")).ShouldBeTrue();
        }

        await admin.Page.Keyboard.PressAsync("Escape");
        await admin.Page.WaitForFunctionAsync("() => document.activeElement.textContent.trim() === 'Create API key'");
    }

    [Fact]
    public async Task Language_Switched_SpeaksPortugueseAndKeepsTheAddress()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test", "/integrations/api-keys?environment=test");
        await admin.Page.ClickAsync("[popovertarget=language-panel]");
        await admin.Page.ClickAsync("#language-panel [lang=pt-BR]");
        await admin.Page.GetByRole(AriaRole.Heading, new() { Name = "Chaves de API", Exact = true }).WaitForAsync();
        await admin.Page.WaitForURLAsync(new Regex("environment=test$"));
        await admin.LiveAsync();
        await admin.ShouldBeAccessibleAsync("list in Portuguese");
        admin.Troubles.ShouldBeEmpty();
    }
}
