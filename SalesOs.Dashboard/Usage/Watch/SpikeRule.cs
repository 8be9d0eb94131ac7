using System.Runtime.InteropServices;

namespace SalesOs.Dashboard.Usage.Watch;

/// <summary>When an hour of a key is so busy that people are told. Pure.</summary>
internal static class SpikeRule
{
    /// <summary>Requests in the hour, at least.</summary>
    public const int Least = 100;

    /// <summary>So many times the usual must be exceeded.</summary>
    public const int Times = 5;

    /// <summary>How far back hours are looked at where the last 30 days have few, and for busy ones that came before.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    /// <summary>Of a key that is younger nothing is known.</summary>
    public static readonly TimeSpan History = TimeSpan.FromDays(7);

    /// <summary>How far back the usual is looked for.</summary>
    private static readonly TimeSpan Span = TimeSpan.FromDays(30);

    /// <summary>With fewer hours in 30 days those of 90 days count, so that a monthly job is known by its run before.</summary>
    private const int FewHours = 20;

    private const long HourSeconds = 3600;
    private const long Day = 86_400;

    /// <summary>What an hour must reach to be looked at closely (<see cref="IsNews"/>).</summary>
    /// <param name="used">The hours of <see cref="Longest"/> before <paramref name="hour"/>, in any order.</param>
    /// <param name="hour">Its first second, Unix seconds.</param>
    public static SpikeBar BarOf(IReadOnlyCollection<UsedHour> used, long hour)
    {
        if (!used.Any(h => h.At <= hour - History.TotalSeconds))
        {
            return new SpikeBar(Usual: 0, long.MaxValue);
        }

        var usual = UsualOf(used, hour);
        return new SpikeBar(usual, Math.Max(Least, (usual * Times) + 1));
    }

    /// <summary>
    /// What comes back is no news: an hour no more than twice as busy as there was one at the same time of two days before, an hour earlier or later, so that a weekly export beside
    /// quiet use is told of twice at most.
    /// </summary>
    public static bool IsNews(IEnumerable<UsedHour> used, long hour, long count) =>
        used.Where(h => h.Count * 2 >= count && hour - h.At >= Day / 2 && ((hour - h.At + HourSeconds) % Day) <= 2 * HourSeconds)
            .Select(h => (hour - h.At + HourSeconds) / Day).Distinct().Count() < 2;

    /// <summary>The 99th percentile of the hours in which the key was used.</summary>
    /// <remarks>Hours without use do not count: of a nightly job 23 in 24 are, and its own hour would be an exception.</remarks>
    private static long UsualOf(IReadOnlyCollection<UsedHour> used, long hour)
    {
        var recent = used.Where(h => h.At >= hour - Span.TotalSeconds).ToList();
        var counts = (recent.Count < FewHours ? used : recent).Select(h => h.Count).Order().ToList();
        return counts[(((counts.Count * 99) + 99) / 100) - 1];
    }
}

/// <param name="Usual">The 99th percentile of the hours before; 0 where nothing is known.</param>
/// <param name="Count">The number that an hour must reach; <see cref="long.MaxValue"/>: nothing is known of the key.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SpikeBar(long Usual, long Count);

/// <param name="At">The hour's first second, Unix seconds.</param>
/// <param name="Count">Requests let in, 1 or more.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct UsedHour(long At, long Count);
