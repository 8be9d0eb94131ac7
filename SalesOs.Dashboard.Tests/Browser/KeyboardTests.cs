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
}
