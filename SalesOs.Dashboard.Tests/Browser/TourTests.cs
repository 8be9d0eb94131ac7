using Microsoft.Playwright;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>Every screen and state with the demo's data: nothing for axe-core, nothing in the console, nothing that scrolls sideways.</summary>
[Trait("Speed", "Long")]
public class TourTests(Chromium chromium)
{
    [Fact]
    public async Task EveryScreen_LightAndDarkWideAndNarrow_IsAccessibleAndFits()
    {
        // In Portuguese, whose words are the longer ones. With TOUR=full each pair of theme and width, in both languages.
        var full = Environment.GetEnvironmentVariable("TOUR") == "full";
        foreach (var portuguese in full ? [true, false] : (bool[])[true])
        {
            await using var demo = await RunningDashboard.StartAsync(settings: "--Demo=true");
            var tour = new Tour(chromium, demo, new Viewer(sight => sight.ShouldBeSoundAsync(), everyPair: full));

            await tour.WalkAsync(portuguese);
            if (portuguese)
            {
                await tour.WalkAsOthersAsync();
            }
        }
    }

    /// <summary>Takes the pictures of <c>docs/screens</c>, by <c>docs/screens/take.sh</c>, and shows axe-core each of them.</summary>
    [Fact(Explicit = true)]
    public async Task Pictures_OfEveryScreen_AreTaken()
    {
        var folder = Environment.GetEnvironmentVariable("SCREENS") ?? throw new InvalidOperationException("Set SCREENS to the folder for the pictures.");
        var viewer = new Viewer(async sight =>
        {
            await sight.Person.Page.ScreenshotAsync(new PageScreenshotOptions
            {
                Path = Path.Combine(folder, sight.Name + ".png"),
                FullPage = sight.FullPage,
                Animations = ScreenshotAnimations.Disabled,
            });
            await sight.ShouldBeSoundAsync();
        }, everyPair: true);
        await using var demo = await RunningDashboard.StartAsync(settings: "--Demo=true");
        var tour = new Tour(chromium, demo, viewer);

        await tour.WalkAsync();
        await tour.WalkAsOthersAsync();
        await new TroublesTour(chromium, viewer).WalkAsync(demo);
    }
}
