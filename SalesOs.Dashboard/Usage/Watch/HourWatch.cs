using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Usage.Watch;

/// <summary>
/// Finds the hours that are far too busy. How a key's hour stands on all nodes is asked for only when this process has let in as many more as might have brought it over the bar,
/// which for a key that goes on as usual is a few times an hour.
/// </summary>
internal sealed class HourWatch(DashboardDbContext db, WatchMemory memory)
{
    /// <summary>With so many nodes that are equally busy an hour is found the moment that it is over the bar; with more of them a little later.</summary>
    private const int Nodes = 4;

    /// <summary>Keys whose bar is read in one batch: others wait for the next one.</summary>
    private const int MostRead = 8;

    private const long Day = 86_400;
    private const int Hour = 3600;

    private static readonly short LetIn = CountedAs.Of(Verdict.LetIn);

    private readonly List<(KeyUsage Key, KeyHour Hour)> toLookAt = [];

    /// <summary>Adds what a batch brings to a key's hour.</summary>
    public void Note(UnwrittenUsage one, WatchFindings found)
    {
        if (one.LetIn == 0)
        {
            return;
        }

        var (at, letIn) = LatestHourOf(one.Cells);
        var before = memory.HourOf(one.Usage.Id);
        var hour = before.At == at
            ? before with { Own = before.Own + letIn }
            : before with { At = at, Own = letIn, LookAt = (before.Day == at / Day ? before.Bar : SpikeRule.Least) / Nodes };
        found.Hours[one.Usage.Id] = hour;
        if (hour.Own >= hour.LookAt)
        {
            toLookAt.Add((one.Usage, hour));
        }
    }

    /// <summary>Those of the keys noted whose hour is over the bar.</summary>
    public async Task<IReadOnlyList<Spike>> SpikesAsync(WatchFindings found)
    {
        var spikes = new List<Spike>();
        var read = 0;
        foreach (var alike in toLookAt.GroupBy(one => one.Hour.At))
        {
            var counts = await CountsAsync([.. alike.Select(one => one.Key.Id)], alike.Key);
            foreach (var (key, noted) in alike)
            {
                var (hour, count) = (noted, counts.GetValueOrDefault(key.Id));
                if (count >= SpikeRule.Least && hour.Day != hour.At / Day)
                {
                    if (read++ >= MostRead)
                    {
                        continue;
                    }

                    var bar = SpikeRule.BarOf(await UsedAsync(key.Id, hour.At), hour.At);
                    hour = hour with { Day = hour.At / Day, Usual = bar.Usual, Bar = bar.Count };
                }

                var least = hour.Day == hour.At / Day ? hour.Bar : SpikeRule.Least;
                var isOver = count >= least;
                var isNews = isOver && SpikeRule.IsNews(await UsedAsync(key.Id, hour.At), hour.At, count);
                if (isNews)
                {
                    spikes.Add(new Spike(key, hour.At, count, hour.Usual));
                }

                // An hour that came back is looked at again when it is half as busy again.
                found.Hours[key.Id] = hour with { LookAt = isNews ? long.MaxValue : hour.Own + Math.Max(1, (isOver ? count / 2 : least - count) / Nodes) };
            }
        }

        return spikes;
    }

    /// <summary>The latest hour of a batch, Unix seconds, and what was let in in it; the second before it is no part of a new hour.</summary>
    private static (long At, long LetIn) LatestHourOf(CountCell[] cells)
    {
        var (latest, sum) = (0, 0L);
        foreach (var cell in cells)
        {
            var hour = cell.Minute / (Hour / 60);
            if (cell.Counted == LetIn && hour >= latest)
            {
                (latest, sum) = (hour, (hour == latest ? sum : 0) + cell.Count);
            }
        }

        return ((long)latest * Hour, sum);
    }

    private async Task<Dictionary<Guid, long>> CountsAsync(List<Guid> keys, long hour) => await db.Set<UsageCount>().IgnoreQueryFilters()
        .Where(c => keys.Contains(c.KeyId) && c.Step == UsageStep.Hour && c.At == hour && c.Counted == LetIn)
        .GroupBy(c => c.KeyId)
        .Select(g => new { g.Key, Count = g.Sum(c => c.Count) })
        .ToDictionaryAsync(g => g.Key, g => g.Count, CancellationToken.None);

    /// <summary>The hours before this one in which the key was used.</summary>
    private async Task<List<UsedHour>> UsedAsync(Guid key, long hour)
    {
        var from = hour - (long)SpikeRule.Longest.TotalSeconds;
        var used = await db.Set<UsageCount>().IgnoreQueryFilters()
            .Where(c => c.KeyId == key && c.Step == UsageStep.Hour && c.At >= from && c.At < hour && c.Counted == LetIn)
            .GroupBy(c => c.At)
            .Select(g => new { g.Key, Count = g.Sum(c => c.Count) })
            .ToListAsync(CancellationToken.None);
        return [.. used.Select(h => new UsedHour(h.Key, h.Count))];
    }
}

/// <summary>An hour of a key that is far too busy.</summary>
/// <param name="At">Its first second, Unix seconds.</param>
/// <param name="Count">Requests let in so far.</param>
/// <param name="Usual">The 99th percentile of the hours before.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Spike(KeyUsage Key, long At, long Count, long Usual);
