using Microsoft.Playwright;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>What <see cref="Tour"/> does not see: the page where the system's colours take the place of ours, and on paper.</summary>
public class AccessibilityTests(Chromium chromium)
{
    [Fact]
    public async Task List_InTheSystemsColoursAndOnPaper_KeepsItsMeaning()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress, dark: true);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await admin.CreateKeyAsync("CRM sync");
        await admin.SaveAsync();
        await admin.Row("CRM sync").WaitForAsync();

        await admin.Page.EmulateMediaAsync(new() { ForcedColors = ForcedColors.Active });
        (await StyleAsync("#side-navigation a.active", "outlineStyle")).ShouldBe("solid", "the page that is shown is marked");
        (await StyleAsync("#side-navigation a:not(.active)", "outlineStyle")).ShouldBe("none");
        (await StyleAsync(".mud-button-filled", "backgroundColor") == await StyleAsync(".mud-button-outlined", "backgroundColor")).ShouldBeFalse("the primary button stands out");
        await admin.Page.EmulateMediaAsync(new() { ForcedColors = ForcedColors.None, Media = Media.Print });
        await Assertions.Expect(admin.Page.Locator("#side-navigation")).ToBeHiddenAsync();
        await Assertions.Expect(admin.Button(admin.Says("Create API key"))).ToBeHiddenAsync();
        await Assertions.Expect(admin.Page.GetByText("CRM sync").First).ToBeVisibleAsync();
        await Assertions.Expect(admin.Page.Locator("body")).ToHaveCSSAsync("background-color", "rgb(255, 255, 255)");
        await admin.Page.EmulateMediaAsync(new() { Media = Media.Screen });

        Task<string> StyleAsync(string selector, string property) =>
            admin.Page.EvaluateAsync<string>("([selector, property]) => getComputedStyle(document.querySelector(selector))[property]", new[] { selector, property });
    }
}
