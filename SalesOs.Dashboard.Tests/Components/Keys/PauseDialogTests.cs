using Bunit;
using MudBlazor;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys.Pause;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Components.Keys;

public class PauseDialogTests : ComponentHouse
{
    private readonly List<KeyPause> asked = [];

    [Fact]
    public async Task Pause_AsProposed_LastsUntilSomebodyResumesTheKey()
    {
        var dialog = await OpenAsync();
        dialog.Find(".next").TextContent.ShouldBe("It stays paused until somebody resumes it.");
        dialog.FindAll("input[name=pause-then]").ShouldBeEmpty();

        await dialog.Find("form").SubmitAsync();

        asked.ShouldBe([new KeyPause { Reason = "", Answer = PauseAnswer.KeyPaused }]);
    }

    [Fact]
    public async Task Pause_ForADayAndThenRevokedAsLeaked_SaysSoAndAsksForIt()
    {
        var dialog = await OpenAsync();
        await dialog.FindAll("input[name=pause-choice]")[2].ChangeAsync("on");
        dialog.Find(".next").TextContent.ShouldStartWith("It works again by itself: ");
        await dialog.FindAll("input[name=pause-then]")[1].ChangeAsync("on");
        await dialog.Find(".tick input").ChangeAsync(true);
        await dialog.Find("#pause-reason").InputAsync("Seen in a log");
        dialog.Find(".next").TextContent.ShouldStartWith("It is revoked for good: ");

        await dialog.Find("form").SubmitAsync();

        asked.ShouldBe([new KeyPause { Until = Clock.GetUtcNow().AddDays(1), Then = PauseEnd.Revoke, Reason = "Seen in a log", Answer = PauseAnswer.Unauthorized }]);
    }

    [Fact]
    public async Task Pause_UntilATime_AsksForOneToCome()
    {
        var dialog = await OpenAsync();
        await dialog.FindAll("input[name=pause-choice]")[3].ChangeAsync("on");
        foreach (var (typed, said) in (ValueTuple<string?, string>[])[(null, "Choose a time."), ("2020-01-01T10:00", "Choose a time in the future.")])
        {
            await dialog.Find("#pause-time").ChangeAsync(typed ?? "");
            await dialog.Find("form").SubmitAsync();
            dialog.Find("#pause-time-fault").TextContent.ShouldBe(said);
            asked.ShouldBeEmpty();
        }

        await dialog.Find("#pause-time").ChangeAsync("2026-12-01T10:00");
        await dialog.Find("form").SubmitAsync();

        asked.ShouldHaveSingleItem().Until.ShouldBe(new DateTimeOffset(2026, 12, 1, 10, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Pause_OfAPausedKey_GoesOnFromItsReasonAndAnswer()
    {
        var dialog = await OpenAsync(new PauseView(Clock.GetUtcNow(), "ana@acme.test", Until: null, Then: null, "Seen in a log", PauseAnswer.Unauthorized));
        dialog.Find("h2").TextContent.ShouldBe("Change the pause of an API key");

        await dialog.Find("form").SubmitAsync();

        asked.ShouldBe([new KeyPause { Reason = "Seen in a log", Answer = PauseAnswer.Unauthorized }]);
    }

    [Theory]
    [InlineData("2026-03-08T01:59", "2026-03-08T06:59Z")]
    [InlineData("2026-03-08T02:30", "2026-03-08T07:00Z")]
    [InlineData("2026-11-01T01:30", "2026-11-01T05:30Z")]
    public void LocalTime_WhereClocksJump_IsTheFirstMomentThatShowsIt(string shown, string moment) =>
        LocalTime.At(DateTime.Parse(shown, System.Globalization.CultureInfo.InvariantCulture), TimeZoneInfo.FindSystemTimeZoneById("America/New_York"))
            .ShouldBe(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture));

    private Task<IRenderedComponent<MudDialogProvider>> OpenAsync(PauseView? pause = null) => ShowAsync(new DialogParameters<PauseKeyDialog>
    {
        { d => d.Key, Key(status: pause is null ? KeyStatus.Active : KeyStatus.Paused) with { Pause = pause } },
        { d => d.Facts, () => Task.FromResult<StopFacts?>(null) },
        { d => d.Pause, asking =>
            {
                asked.Add(asking);
                return Task.FromResult<Error?>(null);
            }
        },
    });
}
