using Bunit;
using MudBlazor;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys.Rotate;

namespace SalesOs.Dashboard.Tests.Components.Keys;

public class RotateDialogTests : ComponentHouse
{
    private readonly List<KeyRotation> asked = [];

    [Fact]
    public async Task Rotate_AsProposed_RenewsTheLifeThatTheKeyWasMadeFor()
    {
        // Made three days ago for ninety.
        var dialog = await OpenAsync(Clock.GetUtcNow().AddDays(87));
        dialog.Find("#rotate-expiry option").TextContent.ShouldBe("After 90 days, like this key");
        dialog.Markup.ShouldContain("The successor works until Feb 20, 2027.");
        dialog.Markup.ShouldContain("This key stops working on Feb 17, 2027");

        await dialog.Find("form").SubmitAsync();

        asked.ShouldBe([new KeyRotation()]);
    }

    [Fact]
    public async Task Rotate_OfAKeyThatNeverExpires_ProposesNever()
    {
        var dialog = await OpenAsync(expiresAt: null);
        dialog.Find("#rotate-expiry option").TextContent.ShouldBe("Never, like this key");
        dialog.Markup.ShouldNotContain("The successor works until");
        dialog.FindAll("#rotate-expiry option").Count.ShouldBe(6);

        await dialog.Find("form").SubmitAsync();

        asked.ShouldBe([new KeyRotation()]);
    }

    [Fact]
    public async Task Rotate_ForAnotherLife_AsksForIt()
    {
        var dialog = await OpenAsync(Clock.GetUtcNow().AddDays(1));
        await dialog.Find("#rotate-expiry").ChangeAsync("Days30");
        dialog.Markup.ShouldContain("The successor works until Dec 22, 2026.");

        await dialog.Find("form").SubmitAsync();

        asked.ShouldBe([new KeyRotation { ExpiresInDays = 30 }]);
    }

    [Fact]
    public async Task Rotate_Never_WarnsAndAsksForIt()
    {
        var dialog = await OpenAsync(Clock.GetUtcNow().AddDays(1));
        await dialog.Find("#rotate-expiry").ChangeAsync("Never");
        dialog.Find(".warning").TextContent.ShouldContain("never expires");

        await dialog.Find("form").SubmitAsync();

        asked.ShouldBe([new KeyRotation { ExpiresAt = new(IsGiven: true, Value: null) }]);
    }

    [Theory]
    [InlineData("", "Choose the last day")]
    [InlineData("2026-11-21", "This day is over")]
    public async Task Rotate_UntilAFaultyDate_SaysSoAndMakesNone(string date, string said)
    {
        var dialog = await OpenAsync(Clock.GetUtcNow().AddDays(1));
        await dialog.Find("#rotate-expiry").ChangeAsync("Date");
        await dialog.Find("#rotate-expiry-date").ChangeAsync(date);

        await dialog.Find("form").SubmitAsync();

        dialog.Find("#rotate-expiry-date-fault").TextContent.ShouldContain(said);
        asked.ShouldBeEmpty();
        await dialog.Find("#rotate-expiry-date").ChangeAsync("2026-12-01");
        await dialog.Find("form").SubmitAsync();
        asked.ShouldHaveSingleItem().ExpiresAt.Value.ShouldBe(new DateTimeOffset(2026, 12, 2, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Rotate_WithAnEndOfTheOldKey_AsksForIt()
    {
        var dialog = await OpenAsync(expiresAt: null);
        await dialog.Find("#overlap").ChangeAsync("Quiet");
        await dialog.Find("#overlap-cycles").ChangeAsync("3");
        await dialog.Find("#overlap-latest").ChangeAsync("14");

        await dialog.Find("form").SubmitAsync();

        asked.ShouldBe([new KeyRotation { Overlap = new RotationOverlap { QuietCycles = 3, Latest = Clock.GetUtcNow().AddDays(14) } }]);
    }

    [Theory]
    [InlineData("", "Choose a time.")]
    [InlineData("2026-11-22T11:59", "in the future")]
    public async Task Rotate_WithAFaultyTime_SaysSoAndMakesNone(string time, string said)
    {
        var dialog = await OpenAsync(expiresAt: null);
        await dialog.Find("#overlap").ChangeAsync("Time");
        await dialog.Find("#overlap-time").ChangeAsync(time);

        await dialog.Find("form").SubmitAsync();

        dialog.Find("#overlap-time-fault").TextContent.ShouldContain(said);
        asked.ShouldBeEmpty();
        await dialog.Find("#overlap-time").ChangeAsync("2026-11-23T12:00");
        await dialog.Find("form").SubmitAsync();
        asked.ShouldHaveSingleItem().Overlap.ShouldBe(new RotationOverlap { Until = Clock.GetUtcNow().AddDays(1) });
    }

    private Task<IRenderedComponent<MudDialogProvider>> OpenAsync(DateTimeOffset? expiresAt) => ShowAsync(new DialogParameters<RotateKeyDialog>
    {
        { d => d.Key, Key(expiresAt: expiresAt) },
        { d => d.Rotate, (rotation, _) =>
            {
                asked.Add(rotation);
                return Task.FromResult<Error?>(null);
            }
        },
    });
}
