namespace SalesOs.Dashboard.Usage;

/// <summary>
/// How a key is normally used, read from the hours in which it was: how long it is usually silent, and when it is next expected. Pure; its hours are those of UTC.
/// </summary>
public sealed class Rhythm
{
    /// <summary>How far back the hours are looked at.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromDays(90);

    /// <summary>A key without a history is never called quiet before.</summary>
    public static readonly TimeSpan WithoutHistory = TimeSpan.FromDays(7);

    private const long Hour = 3600;
    private const int HoursOfWeek = 168;

    /// <summary>With fewer gaps than this, twice the usual silence must pass.</summary>
    private const int FewGaps = 4;

    /// <summary>
    /// Of the gaps 5 % are exceptions, but no more than this: what comes back more often, as the weekends of a key that calls every minute of a weekday do, is usual.
    /// </summary>
    private const int MostExceptions = 3;

    private readonly long[] hours;
    private readonly long[] gaps;

    /// <param name="usedHours">The first second of each hour in which the key was used, Unix seconds, in any order.</param>
    public Rhythm(IEnumerable<long> usedHours)
    {
        hours = [.. usedHours.Select(at => at - (at % Hour)).Distinct().Order()];
        gaps = [.. hours.Skip(1).Zip(hours, (next, at) => next - at)];
    }

    /// <summary>Silences between two used hours.</summary>
    public int Gaps => gaps.Length;

    /// <summary>From the first used hour to the last.</summary>
    public TimeSpan History => hours.Length == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(hours[^1] - hours[0]);

    /// <summary>The longest silence that there was. Null: there is no history.</summary>
    public TimeSpan? Longest => gaps.Length == 0 ? null : TimeSpan.FromSeconds(gaps.Max());

    /// <summary>The longest silence that is usual: the 95th percentile of the gaps, at least an hour. Null: there is no history.</summary>
    public TimeSpan? LongestUsual
    {
        get
        {
            if (gaps.Length == 0)
            {
                return null;
            }

            var exceptions = Math.Min(gaps.Length / 20, MostExceptions);
            return TimeSpan.FromSeconds(gaps.Order().ElementAt(gaps.Length - 1 - exceptions));
        }
    }

    /// <summary>The usual way from one used hour to the next: the middle one of the gaps. Null: there is no history.</summary>
    public TimeSpan? Beat => gaps.Length == 0 ? null : TimeSpan.FromSeconds(gaps.Order().ElementAt(gaps.Length / 2));

    /// <summary>From when on a silence is longer than usual.</summary>
    /// <remarks>Counted from the end of the hour, since the hours do not say when in the next one a call comes.</remarks>
    /// <param name="silentSince">The latest request, or the making of a key that was never used.</param>
    public DateTimeOffset QuietFrom(DateTimeOffset silentSince) => LongestUsual is { } usual
        ? StartOfHour(silentSince) + (Gaps < FewGaps ? 2 * usual : usual) + TimeSpan.FromHours(1)
        : silentSince + WithoutHistory;

    /// <summary>When the next request is expected, by what followed the same hour of the week before, else by <see cref="Beat"/>. Null: there is no history.</summary>
    /// <param name="lastUse">The latest request.</param>
    public DateTimeOffset? NextExpected(DateTimeOffset lastUse)
    {
        var at = StartOfHour(lastUse);
        var hourOfWeek = HourOfWeek(at.ToUnixTimeSeconds());
        long[] like = [.. gaps.Where((_, i) => HourOfWeek(hours[i]) == hourOfWeek).Order()];
        return like.Length > 1 ? at + TimeSpan.FromSeconds(like[like.Length / 2]) : at + Beat;
    }

    /// <summary>What the rhythm is called, and when in a day or week it beats.</summary>
    /// <param name="zone">The reader's.</param>
    public RhythmPattern In(TimeZoneInfo zone)
    {
        if (Beat is not { } beat || Gaps < FewGaps)
        {
            return new RhythmPattern(RhythmKind.Unknown, Beat);
        }

        var local = hours.Select(at => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(at), zone)).ToList();
        var usualHour = Commonest(local.Select(at => at.Hour));
        return beat.TotalHours switch
        {
            <= 1 => new RhythmPattern(RhythmKind.Hourly, beat),
            // The clocks change twice a year.
            >= 23 and <= 25 when local.TrueForAll(at => at.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)) => new RhythmPattern(RhythmKind.Weekdays, beat, usualHour),
            >= 23 and <= 25 => new RhythmPattern(RhythmKind.Daily, beat, usualHour),
            >= 167 and <= 169 => new RhythmPattern(RhythmKind.Weekly, beat, usualHour, Commonest(local.Select(at => at.DayOfWeek))),
            _ => new RhythmPattern(RhythmKind.Other, beat),
        };
    }

    private static T Commonest<T>(IEnumerable<T> values)
        where T : notnull => values.CountBy(value => value).MaxBy(found => found.Value).Key;

    private static long HourOfWeek(long at) => at / Hour % HoursOfWeek;

    private static DateTimeOffset StartOfHour(DateTimeOffset moment) => DateTimeOffset.FromUnixTimeSeconds(UsageSteps.StartOf(UsageStep.Hour, moment.ToUnixTimeSeconds()));
}

public enum RhythmKind
{
    /// <summary>Too little is known.</summary>
    Unknown,

    /// <summary>At least once an hour.</summary>
    Hourly,

    Daily,

    /// <summary>Daily, but never on a Saturday or Sunday.</summary>
    Weekdays,

    Weekly,

    /// <summary>Every so often, at no hour that could be named.</summary>
    Other,
}

/// <param name="Beat">The usual way from one used hour to the next; null where nothing is known.</param>
/// <param name="HourOfDay">0–23, the commonest, of a rhythm of days or weeks.</param>
/// <param name="Day">The commonest, of a weekly rhythm.</param>
public sealed record RhythmPattern(RhythmKind Kind, TimeSpan? Beat, int? HourOfDay = null, DayOfWeek? Day = null);

/// <summary>A key's silence beside its rhythm.</summary>
/// <param name="LastUsedAt">Null: never.</param>
/// <param name="SilentSince">The latest request, or the making of a key that was never used.</param>
public sealed record KeySilence(DateTimeOffset? LastUsedAt, DateTimeOffset SilentSince, Rhythm Rhythm)
{
    public DateTimeOffset QuietFrom => Rhythm.QuietFrom(SilentSince);

    public DateTimeOffset? NextExpected => LastUsedAt is { } last ? Rhythm.NextExpected(last) : null;

    /// <summary>Silent for longer than is usual.</summary>
    public bool IsQuiet(DateTimeOffset now) => now >= QuietFrom;
}
