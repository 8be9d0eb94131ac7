using Microsoft.Playwright;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>axe-core finds nothing on any page or dialog, light and dark, wide and narrow, in both languages.</summary>
public class AccessibilityTests(Chromium chromium)
{
    [Theory]
    [InlineData(1440, false, "en-US")]
    [InlineData(1440, true, "en-US")]
    [InlineData(390, false, "en-US")]
    [InlineData(390, true, "en-US")]
    public async Task EveryPageAndDialog_IsAccessible(int width, bool dark, string locale)
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress, width, dark, locale);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await admin.ShouldBeAccessibleAsync("empty");

        await admin.Button("Create API key").First.ClickAsync();
        await admin.Page.GetByLabel("Name", new() { Exact = true }).WaitForAsync();
        await admin.ShouldBeAccessibleAsync("create");
        await admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Create API key" }).HoverAsync();
        await admin.ShouldBeAccessibleAsync("create, pointed at");
        await admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Create API key" }).ClickAsync();
        await admin.Page.Locator("[aria-invalid=true]").First.WaitForAsync();
        await admin.ShouldBeAccessibleAsync("create, refused");
        await admin.Button("Cancel").ClickAsync();
        await admin.Page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Hidden });

        await admin.CreateKeyAsync("CRM sync");
        await admin.ShouldBeAccessibleAsync("reveal");
        await admin.SaveAsync();
        await admin.Row("CRM sync").WaitForAsync();
        await admin.ShouldBeAccessibleAsync("list");
        (await admin.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")).ShouldBeLessThanOrEqualTo(0, "nothing scrolls sideways");

        await admin.OpenActionAsync("CRM sync", "Revoke…");
        await admin.ShouldBeAccessibleAsync("revoke");
        await admin.Button("Revoke key").HoverAsync();
        await admin.ShouldBeAccessibleAsync("revoke, pointed at");
        await admin.Button("Cancel").ClickAsync();
        await admin.Page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await admin.OpenActionAsync("CRM sync", "Delete…");
        await admin.ShouldBeAccessibleAsync("delete");
        await admin.Button("Cancel").ClickAsync();
        await admin.Page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Hidden });

        await admin.Page.GetByRole(AriaRole.Searchbox).FillAsync("no such key");
        await admin.Page.GetByText("No key matches").WaitForAsync();
        await admin.ShouldBeAccessibleAsync("no match");
        foreach (var path in (string[])["/nowhere", "/signed-out", "/sign-in/failed?reason=denied", "/error"])
        {
            await admin.Page.GotoAsync(path);
            await admin.ShouldBeAccessibleAsync(path);
        }

        admin.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task MissingCapabilityAndTheSignInPage_AreAccessible()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        foreach (var dark in (bool[])[false, true])
        {
            await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress, dark: dark);
            var manager = await Person.SignInAsync(window, "manager@acme.test");
            await manager.ShouldBeAccessibleAsync("missing capability");
            await using var fresh = await chromium.NewWindowAsync(dashboard.BaseAddress, dark: dark);
            var page = await fresh.NewPageAsync();
            await page.GotoAsync("/integrations/api-keys");
            (await Deque.AxeCore.Playwright.PageExtensions.RunAxe(page)).Violations.Select(v => v.Id).ShouldBeEmpty();
        }
    }
}
