using Microsoft.Playwright;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>Every screen and state with the demo's data: nothing for axe-core, nothing in the console, nothing that scrolls sideways.</summary>
public class TourTests(Chromium chromium)
{
    [Fact]
    public async Task EveryScreen_LightAndDarkWideAndNarrow_IsAccessibleAndFits()
    {
        await using var demo = await RunningDashboard.StartAsync(settings: "--Demo=true");
        var tour = new Tour(chromium, demo, new Viewer(ShouldBeSoundAsync));

        await tour.WalkAsync();
        await tour.WalkAsOthersAsync();
    }

    [Fact]
    public async Task EveryState_OfWaitingChoosingAndFailing_IsAccessibleAndFits()
    {
        await using var demo = await RunningDashboard.StartAsync(settings: "--Demo=true");
        // axe-core takes long: here it sees each theme and each width, and of the four pairs two.
        var tour = new TroublesTour(chromium, new Viewer(sight =>
            sight.Name.EndsWith("-light-1440", StringComparison.Ordinal) || sight.Name.EndsWith("-dark-390", StringComparison.Ordinal) ? ShouldBeSoundAsync(sight) : ShouldFitAsync(sight)));

        await tour.WalkAsync(demo);
    }

    /// <summary>Not a test: takes the pictures of <c>docs/screens</c>, by <c>docs/screens/take.sh</c>.</summary>
    [Fact(Explicit = true)]
    public async Task Pictures_OfEveryScreen_AreTaken()
    {
        var folder = Environment.GetEnvironmentVariable("SCREENS") ?? throw new InvalidOperationException("Set SCREENS to the folder for the pictures.");
        var viewer = new Viewer(sight => sight.Person.Page.ScreenshotAsync(new PageScreenshotOptions
        {
            Path = Path.Combine(folder, sight.Name + ".png"),
            FullPage = sight.FullPage,
            Animations = ScreenshotAnimations.Disabled,
        }));
        await using var demo = await RunningDashboard.StartAsync(settings: "--Demo=true");
        var tour = new Tour(chromium, demo, viewer);

        await tour.WalkAsync();
        await tour.WalkAsOthersAsync();
        await new TroublesTour(chromium, viewer).WalkAsync(demo);
    }

    private static async Task ShouldBeSoundAsync(Sight sight)
    {
        // What lies behind a dialog is out of reach, and was looked at without it.
        var dialog = sight.Person.Page.Locator(".mud-dialog-container, dialog:modal");
        await sight.Person.ShouldBeAccessibleAsync(sight.Name, await dialog.CountAsync() > 0 ? dialog.First : null);
        await ShouldFitAsync(sight);
    }

    private static async Task ShouldFitAsync(Sight sight) =>
        (await sight.Person.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")).ShouldBeLessThanOrEqualTo(0, $"{sight.Name} scrolls sideways");
}
