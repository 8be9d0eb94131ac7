using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Watch;

namespace SalesOs.Dashboard.Tests.Usage.Watch;

public class SilenceWatchTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>The run that does not come was due a day after the last one.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(60)]
    public async Task NightlyJob_ThatFallsSilent_IsToldWithinARhythmAndAHalfOfTheRunThatDidNotCome(int nights)
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        var last = await NightsAsync(house, key, nights);

        await house.WatchAsync(TimeSpan.FromMinutes(15), 4 * 24 * 4);

        var told = (await house.ToldAsync(NoticeEvent.KeySilent)).ShouldHaveSingleItem();
        (told.At - last).ShouldBeGreaterThan(2 * TimeSpan.FromDays(1), "twice its rhythm");
        (told.At - last.AddDays(1)).ShouldBeLessThanOrEqualTo(1.5 * TimeSpan.FromDays(1));
        (told.KeyId, told.Data["last_used_at"]!.GetValue<string>(), told.Data["hours"]!.GetValue<int>()).ShouldBe((key.Id, Rfc3339.Of(last), 24));
    }

    [Fact]
    public async Task Silence_ThatEndsAndBeginsAnew_IsToldForEach()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        await NightsAsync(house, key, 20);
        await house.WatchAsync(Hour, 4 * 24);
        (await house.ToldAsync(NoticeEvent.KeySilent)).Count.ShouldBe(1);

        await NightsAsync(house, key, 40);
        (await house.ToldAsync(NoticeEvent.KeySilent)).Count.ShouldBe(1);
        await house.WatchAsync(Hour, 4 * 24);

        (await house.ToldAsync(NoticeEvent.KeySilent)).Count.ShouldBe(2);
    }

    /// <summary>Of a job that runs once a month only the days are kept for long enough.</summary>
    [Fact]
    public async Task MonthlyJob_ThatFallsSilent_IsToldAfterTwoMonths()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        await house.UseAsync(TimeSpan.FromDays(30), 6, _ => key.LetIn(50));
        var last = (await house.Keys.GetAsync(key.Id, KeyHouse.Admin())).Value!.LastUsedAt!.Value;

        house.Clock.Advance(TimeSpan.FromDays(29));
        await house.WatchAsync(Hour, 4 * 24);

        var told = (await house.ToldAsync(NoticeEvent.KeySilent)).ShouldHaveSingleItem();
        (told.At - last).ShouldBeInRange(TimeSpan.FromDays(60), TimeSpan.FromDays(62));
    }

    /// <summary>Nobody could call it then.</summary>
    [Fact]
    public async Task Program_ThatWasAway_CountsNoSilenceOfThatTime()
    {
        var directory = Directory.CreateTempSubdirectory("salesos-").FullName;
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 2, 0, 0, TimeSpan.Zero));
        CreatedKey made;
        Guid dead;
        await using (var house = await KeyHouse.OpenAsync(directory, clock))
        {
            made = await house.MakeAsync();
            var (key, silent) = (UsedKey.Of(house, made), await UsedKey.MakeAsync(house));
            dead = silent.Id;
            await house.UseAsync(Hour, 36 * 24, _ =>
            {
                key.LetIn();
                silent.LetIn();
            });
            await house.WatchAsync(Hour, 24, _ => key.LetIn());
            (await house.ToldAsync(NoticeEvent.KeySilent)).Select(n => n.KeyId).ShouldBe([dead]);
        }

        clock.Advance(TimeSpan.FromDays(10));
        await using (var house = await KeyHouse.OpenAsync(directory, clock))
        {
            var key = UsedKey.Of(house, made);
            await house.WatchAsync(Hour, 2);
            (await house.ToldAsync(NoticeEvent.KeySilent)).Count.ShouldBe(1, "it may be on its way back, and what was told is not told again");
            key.LetIn();
            await house.WatchAsync(Hour, 24);
            (await house.ToldAsync(NoticeEvent.KeySilent)).Select(n => n.KeyId).ShouldBe([dead, key.Id]);
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Clock_ThatLeapsAheadAndBack_TellsOfNoSilence()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        await house.UseAsync(Hour, 10 * 24, _ => key.LetIn());
        await house.Get<SilenceWatch>().WatchAsync();
        foreach (var days in (int[])[5, -5, 30, -29])
        {
            house.Clock.AdjustTime(house.Clock.GetUtcNow().AddDays(days));
            await house.Get<SilenceWatch>().WatchAsync();
            house.Clock.Advance(TimeSpan.FromMinutes(30));
            await house.Get<SilenceWatch>().WatchAsync();
        }

        (await house.ToldAsync(NoticeEvent.KeySilent)).ShouldBeEmpty();
    }

    /// <summary>Paused, revoked, replaced, expired, or refused although it calls: there is another reason, and another notice.</summary>
    [Theory]
    [InlineData("paused")]
    [InlineData("resumed")]
    [InlineData("revoked")]
    [InlineData("rotated")]
    [InlineData("expired")]
    [InlineData("refused")]
    public async Task Key_ThatIsNotUsedForAReason_IsNotCalledSilent(string why)
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        await NightsAsync(house, key, 20);
        switch (why)
        {
            case "paused" or "resumed":
                (await house.Get<KeyPauses>().PauseAsync(key.Id, new KeyPause(), ifVersions: null, KeyHouse.Admin())).Done.ShouldBeTrue();
                break;
            case "revoked":
                (await house.Keys.RevokeAsync(key.Id, reason: null, KeyHouse.Admin())).Done.ShouldBeTrue();
                break;
            case "rotated":
                (await house.Keys.RotateAsync(key.Id, KeyHouse.Admin())).Done.ShouldBeTrue();
                break;
            case "expired":
                (await house.Keys.EditAsync(key.Id, new KeyEdit { ExpiresInDays = 1 }, ifVersion: null, KeyHouse.Admin())).Done.ShouldBeTrue();
                break;
        }

        await house.WatchAsync(Hour, 4 * 24, hour =>
        {
            if (why == "refused" && hour % 24 == 14)
            {
                key.Counted(Verdict.MissingScope);
            }
        });
        if (why == "resumed")
        {
            (await house.Get<KeyPauses>().ResumeAsync(key.Id, ifVersions: null, KeyHouse.Admin())).Done.ShouldBeTrue();
            await house.WatchAsync(Hour, 47);
            (await house.ToldAsync(NoticeEvent.KeySilent)).ShouldBeEmpty("its silence begins when it may be used again");
            await house.WatchAsync(Hour, 4);
            (await house.ToldAsync(NoticeEvent.KeySilent)).Count.ShouldBe(1);
            return;
        }

        (await house.ToldAsync(NoticeEvent.KeySilent)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Silence_OfManyNodesAtOnce_IsToldOnce()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        await NightsAsync(house, key, 20);
        house.Clock.Advance(2 * TimeSpan.FromDays(1));
        var nodes = Enumerable.Range(0, 3)
            .Select(_ => new SilenceWatch(house.Database, house.Get<NoticeOutbox>(), house.Clock, NullLogger<SilenceWatch>.Instance)).ToList();

        await Task.WhenAll(nodes.Select(node => Task.Run(() => node.WatchAsync())));

        nodes.ForEach(node => node.Dispose());
        (await house.ToldAsync(NoticeEvent.KeySilent)).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("1 1 1", null)]
    [InlineData("1 1 1 167", 167)]
    [InlineData("24 24 24 24 24", null)]
    [InlineData("24 24 24 24 24 24 24", 24)]
    [InlineData("24 24 24 24 24 24 24 24 24 24 24 24 24 24 24 24 24 24 24 24 24 72", 72)]
    public void Usual_OfAShortHistory_IsItsLongestSilence(string gaps, int? hours)
    {
        var at = 0L;
        long[] used = [0, .. gaps.Split(' ').Select(gap => at += long.Parse(gap, System.Globalization.CultureInfo.InvariantCulture) * 3600)];

        SilenceRule.UsualOf(new Rhythm(used)).ShouldBe(hours is { } known ? TimeSpan.FromHours(known) : null);
    }

    /// <summary>One run each night; the time passes to an hour after the last one.</summary>
    /// <returns>The last run.</returns>
    private static async Task<DateTimeOffset> NightsAsync(KeyHouse house, UsedKey key, int nights)
    {
        await house.UseAsync(TimeSpan.FromDays(1), nights - 1, _ => key.LetIn(200));
        await house.UseAsync(Hour, 1, _ => key.LetIn(200));
        return house.Clock.GetUtcNow() - Hour;
    }
}
