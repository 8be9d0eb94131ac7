using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Usage.Rotations;

/// <summary>What is on record of the two keys of a rotation.</summary>
internal static class RotationEvidence
{
    private static readonly short[] Calls = [.. Enum.GetValues<Verdict>().Where(Rejection.IsCall).Select(CountedAs.Of)];

    /// <param name="cycles">1–5.</param>
    public static async Task<Drain> OfAsync(DashboardDbContext db, RotationPair pair, int cycles, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (old, started) = (pair.Old, pair.Stored?.StartedAt ?? pair.New?.CreatedAt ?? now);
        var from = (now - Rhythm.Span).ToUnixTimeSeconds();
        var hours = await db.Set<UsageCount>()
            .Where(c => c.KeyId == old.Id && c.Step == UsageStep.Hour && c.At >= from && Calls.Contains(c.Counted))
            .Select(c => new { c.Route, c.At }).Distinct()
            .ToListAsync(cancellationToken);
        var callers = await db.Set<KeyCaller>().AsNoTracking().Where(c => c.KeyId == old.Id && c.LastSeenAt >= now - Rhythm.Span).ToListAsync(cancellationToken);
        var successor = pair.New?.Id;
        var movedRoutes = await db.Set<UsageCount>()
            .Where(c => c.KeyId == successor && c.Step == UsageStep.Hour && c.At >= from && Calls.Contains(c.Counted))
            .Select(c => c.Route).Distinct()
            .ToListAsync(cancellationToken);
        var movedAgents = await db.Set<KeyCaller>().Where(c => c.KeyId == successor).Select(c => c.Agent).Distinct().ToListAsync(cancellationToken);
        var movedPrograms = movedAgents.Select(ProgramOf).ToHashSet(StringComparer.Ordinal);

        List<Strand> strands =
        [
            .. hours.GroupBy(h => h.Route, StringComparer.Ordinal).Select(route => Strand.OfRoute(route.Key, route.Select(h => h.At), movedRoutes.Contains(route.Key, StringComparer.Ordinal))),
            .. callers.GroupBy(c => ProgramOf(c.Agent), StringComparer.Ordinal).Where(program => program.Key.Length > 0).Select(program => new Strand(
                StrandKind.Program, program.Key, program.Min(c => c.FirstSeenAt), program.Max(c => c.LastSeenAt), program.Max(LongestOf), Silences: null, movedPrograms.Contains(program.Key))),
            .. callers.Where(c => LongestOf(c) is not null).Select(c => new Strand(
                StrandKind.Caller, $"{c.Address} {c.Agent}".Trim(), c.FirstSeenAt, c.LastSeenAt, LongestOf(c), Silences: null, HasMoved: false)),
        ];
        // A call that was refused is in the hours alone.
        var refusedUntil = hours.Count == 0 ? default(DateTimeOffset?) : DateTimeOffset.FromUnixTimeSeconds(hours.Max(h => h.At));
        var silentSince = Later(old.LastUsedAt, refusedUntil) ?? old.CreatedAt;
        var silence = new KeySilence(old.LastUsedAt, silentSince, new Rhythm(hours.Select(h => h.At)));
        var isUsed = old.LastUsedAt is not null || strands.Count > 0;
        return new Drain(strands, silence, !isUsed || pair.New?.LastUsedAt >= started, TimeSpan.FromMilliseconds(pair.Stored?.Unwatched ?? 0), cycles);
    }

    /// <summary>An agent without its version: a program that is brought out anew is the same.</summary>
    public static string ProgramOf(string agent)
    {
        var end = agent.IndexOfAny(['/', ' ', '(']);
        return end < 0 ? agent : agent[..end];
    }

    private static TimeSpan? LongestOf(KeyCaller caller) => caller.LongestSilence is { } ms and >= 3_600_000 ? TimeSpan.FromMilliseconds(ms) : null;

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other ?? one : one;
}
