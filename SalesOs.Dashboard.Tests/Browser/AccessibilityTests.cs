using Microsoft.Playwright;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>
/// axe-core finds nothing on any page or dialog. The tours show it each state in light on a wide screen and in dark on a narrow one; here it sees dark on a wide
/// one and light on a narrow one, the second in Portuguese.
/// </summary>
public class AccessibilityTests(Chromium chromium)
{
    [Theory]
    [InlineData(1440, true, "en-US")]
    [InlineData(390, false, "pt-BR")]
    public async Task EveryPageAndDialog_IsAccessible(int width, bool dark, string locale)
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress, width, dark, locale);
        var admin = await Person.SignInAsync(window, "admin@acme.test", portuguese: locale == "pt-BR");
        await admin.ShouldBeAccessibleAsync("empty");
        await Assertions.Expect(admin.Page.Locator("html")).ToHaveAttributeAsync("lang", locale[..2] == "en" ? "en" : locale);

        var create = admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = admin.Says("Create API key") });
        await admin.Button(admin.Says("Create API key")).First.ClickAsync();
        await admin.Page.GetByLabel(admin.Says("Name"), new() { Exact = true }).WaitForAsync();
        await admin.ShouldBeAccessibleAsync("create");
        await create.HoverAsync();
        await admin.ShouldBeAccessibleAsync("create, pointed at");
        await create.ClickAsync();
        await admin.Page.Locator("[aria-invalid=true]").First.WaitForAsync();
        await admin.ShouldBeAccessibleAsync("create, refused");
        await CancelAsync(admin);

        await admin.MakeKeyAsync("CRM sync");
        await admin.Button(admin.Says("I have saved both values")).WaitForAsync();
        await admin.ShouldBeAccessibleAsync("reveal");
        await admin.SaveAsync();
        await admin.Row("CRM sync").WaitForAsync();
        await admin.ShouldBeAccessibleAsync("list");
        await admin.ShouldFitAsync("list");
        await ShouldKeepItsMeaningAsync(admin);

        await admin.OpenActionAsync("CRM sync", admin.Says("Revoke…"));
        await admin.ShouldBeAccessibleAsync("revoke");
        await admin.Button(admin.Says("Revoke key")).HoverAsync();
        await admin.ShouldBeAccessibleAsync("revoke, pointed at");
        await CancelAsync(admin);
        await admin.OpenActionAsync("CRM sync", admin.Says("Delete…"));
        await admin.ShouldBeAccessibleAsync("delete");
        await CancelAsync(admin);

        await admin.Page.GetByRole(AriaRole.Searchbox).FillAsync("no such key");
        await admin.Page.GetByText(admin.Says("No key matches")).WaitForAsync();
        await admin.ShouldBeAccessibleAsync("no match");
        foreach (var path in (string[])["/nowhere", "/signed-out", "/sign-in/failed?reason=denied", "/error"])
        {
            await admin.Page.GotoAsync(path);
            await admin.ShouldBeAccessibleAsync(path);
        }

        admin.Troubles.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false, "pt-BR")]
    [InlineData(true, "en-US")]
    public async Task MissingCapabilityAndTheSignInPage_AreAccessible(bool dark, string locale)
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress, dark: dark, locale: locale);
        var person = await Person.OpenAsync(window, "/integrations/api-keys");
        await person.ShouldBeAccessibleAsync("the sign-in page");
        await using var other = await chromium.NewWindowAsync(dashboard.BaseAddress, dark: dark, locale: locale);
        var manager = await Person.SignInAsync(other, "manager@acme.test");
        await manager.ShouldBeAccessibleAsync("missing capability");
    }

    /// <summary>Where the system's colours take the place of ours, and on paper.</summary>
    private static async Task ShouldKeepItsMeaningAsync(Person admin)
    {
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

    private static async Task CancelAsync(Person person)
    {
        await person.Button(person.Says("Cancel")).ClickAsync();
        await person.Page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Hidden });
    }
}
