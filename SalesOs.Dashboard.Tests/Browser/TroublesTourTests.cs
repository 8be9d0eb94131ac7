namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>The same as <see cref="TourTests"/> where people wait, choose, or something went wrong; a class of its own, so that both tours run at once.</summary>
[Trait("Speed", "Long")]
public class TroublesTourTests(Chromium chromium)
{
    [Fact]
    public async Task EveryState_OfWaitingChoosingAndFailing_IsAccessibleAndFits()
    {
        await using var demo = await RunningDashboard.StartAsync(settings: "--Demo=true");

        await new TroublesTour(chromium, new Viewer(sight => sight.ShouldBeSoundAsync())).WalkAsync(demo);
    }
}
