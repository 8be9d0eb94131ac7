using System.Runtime.InteropServices;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>One bar of the chart and one row of its table twin.</summary>
/// <param name="To">The moment after the bar; of the last one it may be in the future.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct UsageBar(DateTimeOffset From, DateTimeOffset To, long LetIn, long Refused)
{
    public long All => LetIn + Refused;
}

/// <summary>Lays counts over the reader's own days and hours.</summary>
public static class UsageBars
{
    private static readonly int[] Tenths = [10, 12, 15, 20, 25, 30, 40, 50, 60, 80];

    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    /// <summary>What to ask of the record, so that bars of the reader's time zone come out whole.</summary>
    /// <param name="kept">For how long such steps are kept; what is older is not asked for.</param>
    public static UsageSpan Span(UsageRange range, DateTimeOffset now, TimeZoneInfo zone, Func<UsageStep, TimeSpan> kept)
    {
        var step = range == UsageRange.Day ? UsageStep.Minute : UsageStep.Hour;
        var from = range switch
        {
            UsageRange.Day => Floor(now) - TimeSpan.FromHours(24) + Quarter,
            UsageRange.Week => Midnight(now, zone, daysBack: 6),
            UsageRange.Month => Midnight(now, zone, daysBack: 29),
            UsageRange.Quarter => Midnight(now, zone, daysBack: 89),
        };
        var oldest = now - kept(step);
        return new UsageSpan(from < oldest ? oldest : from, To: null, step);
    }

    /// <summary>The report's steps gathered into bars; every step lies in one bar, so they add up to the report's totals.</summary>
    public static IReadOnlyList<UsageBar> Of(UsageReport report, UsageRange range, TimeZoneInfo zone)
    {
        var width = report.Step switch
        {
            UsageStep.Minute => TimeSpan.FromMinutes(1),
            UsageStep.Hour => TimeSpan.FromHours(1),
            UsageStep.Day => TimeSpan.FromDays(1),
        };
        var bars = new List<UsageBar>();
        DateTime? current = null;
        foreach (var point in report.Points)
        {
            var start = StartOf(point.At, range, zone);
            if (start == current)
            {
                var bar = bars[^1];
                bars[^1] = bar with { To = point.At + width, LetIn = bar.LetIn + point.Totals.LetIn, Refused = bar.Refused + point.Totals.Refused };
            }
            else
            {
                current = start;
                bars.Add(new UsageBar(point.At, point.At + width, point.Totals.LetIn, point.Totals.Refused));
            }
        }

        return bars;
    }

    /// <summary>The least round number that no bar exceeds and whose half is whole: the highest bar takes three quarters of the height or more.</summary>
    public static long Ceiling(IEnumerable<UsageBar> bars)
    {
        var most = bars.Select(b => b.All).DefaultIfEmpty().Max();
        for (var power = 1L; ; power *= 10)
        {
            foreach (var tenths in Tenths)
            {
                if (tenths * power >= most * 10 && tenths * power % 20 == 0)
                {
                    return tenths * power / 10;
                }
            }
        }
    }

    /// <summary>By the reader's clock; quarters of an hour are the same in every zone, and an hour that a clock repeats stays two.</summary>
    private static DateTime StartOf(DateTimeOffset at, UsageRange range, TimeZoneInfo zone)
    {
        if (range == UsageRange.Day)
        {
            return Floor(at).UtcDateTime;
        }

        var local = TimeZoneInfo.ConvertTime(at, zone).DateTime;
        return range == UsageRange.Week ? local.Date.AddHours(local.Hour / 3 * 3) : local.Date;
    }

    private static DateTimeOffset Floor(DateTimeOffset at) => at.AddTicks(-(at.UtcTicks % Quarter.Ticks));

    private static DateTimeOffset Midnight(DateTimeOffset now, TimeZoneInfo zone, int daysBack)
    {
        var midnight = TimeZoneInfo.ConvertTime(now, zone).Date.AddDays(-daysBack);
        // Where daylight saving begins at midnight that hour does not exist.
        var local = zone.IsInvalidTime(midnight) ? midnight.AddHours(1) : midnight;
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
