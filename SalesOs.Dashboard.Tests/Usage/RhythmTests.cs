using CsCheck;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Usage;

public class RhythmTests
{
    /// <summary>A Sunday.</summary>
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static readonly TimeZoneInfo Utc = TimeZoneInfo.Utc;

    public static TheoryData<string, double, RhythmKind> Patterns => new()
    {
        { "every minute", 1, RhythmKind.Hourly },
        { "hourly", 1, RhythmKind.Hourly },
        { "nightly", 24, RhythmKind.Daily },
        { "weekly", 168, RhythmKind.Weekly },
        { "weekday nights", 72, RhythmKind.Weekdays },
        { "every minute of working hours", 63, RhythmKind.Hourly },
        { "twice a day", 15, RhythmKind.Other },
        { "monthly", 2 * 30 * 24, RhythmKind.Unknown },
    };

    [Theory]
    [MemberData(nameof(Patterns))]
    public void Silence_OfAUsualPattern_IsQuietOnlyWhenItIsLongerThanUsual(string pattern, double hours, RhythmKind kind)
    {
        var uses = Uses(pattern, Now);
        var last = uses[^1];
        var silence = Of(uses);

        silence.Rhythm.In(Utc).Kind.ShouldBe(kind);
        silence.IsQuiet(last.AddHours(hours)).ShouldBeFalse();
        silence.IsQuiet(last.AddHours(hours + 1)).ShouldBeTrue();
        silence.IsQuiet(last.AddYears(1)).ShouldBeTrue();
    }

    /// <summary>Whatever the pattern and wherever in it the reader looks, a key that goes on as always is never called quiet.</summary>
    [Fact]
    public void Silence_OfAKeyThatGoesOnAsAlways_IsNeverCalledQuiet() =>
        Gen.Select(Gen.Int[0, 7], Gen.Int[1, 59], Gen.Int[0, 40 * 24 * 60]).Sample((index, minute, ago) =>
        {
            var pattern = Patterns.ElementAt(index).Data.Item1;
            // The program's clock: its calls come up to an hour late.
            var uses = Uses(pattern, Now).Select((at, i) => at.AddMinutes(i * 7 % minute)).ToList();
            var seen = Now.AddMinutes(-ago);
            var known = uses.Where(at => at <= seen).ToList();

            known.ShouldNotBeEmpty();
            Of(known).IsQuiet(seen).ShouldBeFalse($"{pattern}, last used {known[^1]}, seen {seen}");
        });

    [Theory]
    [InlineData(0, 168)]
    [InlineData(1, 168)]
    [InlineData(2, 4)]
    [InlineData(4, 4)]
    [InlineData(5, 2)]
    public void Silence_OfAKeyWithLittleHistory_MustBeLonger(int uses, int hours)
    {
        var first = Now.AddHours(-2 * uses);
        var used = Enumerable.Range(0, uses).Select(i => first.AddHours(2 * i)).ToList();
        var silence = uses == 0 ? new KeySilence(LastUsedAt: null, Now, new Rhythm([])) : Of(used);

        silence.IsQuiet(silence.SilentSince.AddHours(hours)).ShouldBe(uses < 2, "without a history the silence is counted from the moment");
        silence.IsQuiet(silence.SilentSince.AddHours(hours).AddSeconds(-1)).ShouldBeFalse();
        silence.IsQuiet(silence.SilentSince.AddHours(hours + 1)).ShouldBeTrue();
    }

    [Fact]
    public void LongestUsual_LeavesOutTheRareSilence()
    {
        var nights = Enumerable.Range(0, 90).Where(day => day is not (17 or 18 or 40 or 63)).Select(day => Now.AddDays(day - 90));

        // Three silences of two and three days among 85.
        Of([.. nights]).Rhythm.LongestUsual.ShouldBe(TimeSpan.FromDays(1));
    }

    [Theory]
    [InlineData("nightly", "2026-11-23T02:00")]
    [InlineData("weekly", "2026-11-23T02:00")]
    [InlineData("weekday nights", "2026-11-23T02:00")]
    [InlineData("every minute of working hours", "2026-11-23T08:00")]
    [InlineData("twice a day", "2026-11-22T18:00")]
    [InlineData("hourly", "2026-11-22T13:00")]
    public void NextExpected_FollowsWhatCameAfterTheSameHourBefore(string pattern, string next) =>
        Of(Uses(pattern, Now)).NextExpected.ShouldBe(DateTimeOffset.Parse(next + "Z", System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void Pattern_IsToldInTheReadersTimeZone()
    {
        var rhythm = Of(Uses("weekly", Now)).Rhythm;

        rhythm.In(Utc).ShouldBe(new RhythmPattern(RhythmKind.Weekly, TimeSpan.FromDays(7), 2, DayOfWeek.Monday));
        rhythm.In(TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo")).ShouldBe(new RhythmPattern(RhythmKind.Weekly, TimeSpan.FromDays(7), 23, DayOfWeek.Sunday));
    }

    [Fact]
    public void LongestUsual_IsThe95thPercentileWhereTheGapsAreFew() => Gen.Int[1, 200].Array[1, 79].Sample(hours =>
    {
        var at = 0L;
        long[] used = [0, .. hours.Select(gap => at += gap * 3600L)];

        var rank = ((95 * hours.Length) + 99) / 100;
        new Rhythm(used).LongestUsual.ShouldBe(TimeSpan.FromHours(hours.Order().ElementAt(rank - 1)));
    });

    private static KeySilence Of(IReadOnlyList<DateTimeOffset> uses) => new(uses[^1], uses[^1], new Rhythm(uses.Select(at => at.ToUnixTimeSeconds())));

    private static List<DateTimeOffset> Uses(string pattern, DateTimeOffset until)
    {
        var from = until.AddDays(-90);
        var hours = Enumerable.Range(0, 90 * 24).Select(i => from.AddHours(i + 1)).Where(at => at <= until);
        bool Weekday(DateTimeOffset at) => at.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);
        return
        [
            .. hours.Where(at => pattern switch
            {
                "every minute" or "hourly" => true,
                "nightly" => at.Hour == 2,
                "weekly" => at is { DayOfWeek: DayOfWeek.Monday, Hour: 2 },
                "weekday nights" => at.Hour == 2 && Weekday(at),
                "every minute of working hours" => at.Hour is >= 8 and <= 17 && Weekday(at),
                "twice a day" => at.Hour is 9 or 18,
                "monthly" => (int)(at - from).TotalHours % (30 * 24) == 12,
                _ => throw new ArgumentOutOfRangeException(nameof(pattern)),
            }),
        ];
    }
}
