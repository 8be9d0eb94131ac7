using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;
using Database = SalesOs.Dashboard.Persistence.Database;

namespace SalesOs.Dashboard.Usage.Rotations;

/// <summary>How far a rotation has come and who still calls with the old key, for people who may see keys (<c>admin.integrations</c> or <c>audit.integrations</c>).</summary>
public sealed class RotationQuery(Database database, TimeProvider clock)
{
    public const int MostStragglers = 50;

    private static readonly TimeSpan LongestCycle = TimeSpan.FromDays(31);

    /// <param name="id">The old key's or the new key's; of a key between two others it is the rotation to the next.</param>
    /// <returns><c>NotFound</c> when the key is in no rotation.</returns>
    public async Task<Result<RotationView>> OfAsync(Guid id, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        if (await KeyRotations.FindAsync(db, id, cancellationToken) is not { } pair)
        {
            return new Error(ErrorReason.NotFound);
        }

        var now = clock.GetUtcNow();
        var overlap = pair.Stored?.Overlap ?? RotationOverlap.ByHand;
        var started = pair.Stored?.StartedAt ?? pair.New?.CreatedAt ?? pair.Old.CreatedAt;
        var drain = await RotationEvidence.OfAsync(db, pair, overlap.QuietCycles ?? 1, now, cancellationToken);
        List<ApiKey> keys = pair.New is null ? [pair.Old] : [pair.Old, pair.New];
        var views = await KeyList.ViewsAsync(db, keys, now, cancellationToken);
        var ended = pair.Old.RevokedSince(now) ?? (pair.Old.ExpiresAt <= now ? pair.Old.ExpiresAt : null);
        var held = ended is null ? pair.Stored?.HeldAt : null;
        var state = ended is not null ? RotationState.Ended
            : held is not null ? RotationState.Held
            : drain.IsDrained(now) ? RotationState.Drained
            : pair.New?.LastUsedAt is not null ? RotationState.InUse
            : pair.New is { ValuesUnsaved: true } ? RotationState.Made
            : RotationState.Saved;
        return new RotationView(
            state,
            started,
            overlap,
            ended is null && held is null ? EndsAt(overlap, drain, now) : null,
            held,
            ended,
            new RotatingKey(views[0], drain.Silence),
            pair.New is null ? null : new RotatingKey(views[1], await RhythmQuery.OfAsync(db, pair.New, now, cancellationToken)),
            drain,
            await RequestsAsync(db, pair.Old.Id, drain.Silence.Rhythm, started, now, cancellationToken),
            await StragglersAsync(db, pair.Old.Id, started, cancellationToken));
    }

    private static DateTimeOffset? EndsAt(RotationOverlap overlap, Drain drain, DateTimeOffset now)
    {
        if (overlap.Until is { } until)
        {
            return until;
        }

        if (overlap.QuietCycles is null || !drain.IsTakenOver)
        {
            return null;
        }

        var from = drain.From > now ? drain.From : now;
        return from > overlap.Latest ? null : from;
    }

    /// <summary>Whole hours: the cycle's last one is not over yet.</summary>
    private static async Task<CycleRequests> RequestsAsync(DashboardDbContext db, Guid key, Rhythm rhythm, DateTimeOffset started, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var cycle = rhythm.LongestUsual is { } usual ? usual < LongestCycle ? usual : LongestCycle : TimeSpan.FromDays(1);
        var last = await SumAsync(UsageSteps.StartOf(UsageStep.Hour, (now - cycle).ToUnixTimeSeconds()) + 1, long.MaxValue);
        var before = UsageSteps.StartOf(UsageStep.Hour, started.ToUnixTimeSeconds());
        var oldest = (now - Rhythm.Span).ToUnixTimeSeconds();
        var first = await Hours(oldest, before).MinAsync(c => (long?)c.At, cancellationToken);
        var cycles = first is { } from ? Math.Max(1, (before - from) / cycle.TotalSeconds) : 1;
        return new CycleRequests(cycle, last, (long)Math.Round(await SumAsync(oldest, before) / cycles));

        IQueryable<UsageCount> Hours(long from, long until)
        {
            var letIn = CountedAs.Of(Verdict.LetIn);
            return db.Set<UsageCount>().Where(c => c.KeyId == key && c.Step == UsageStep.Hour && c.At >= from && c.At < until && c.Counted == letIn);
        }

        Task<long> SumAsync(long from, long until) => Hours(from, until).SumAsync(c => c.Count, cancellationToken);
    }

    private static async Task<IReadOnlyList<Straggler>> StragglersAsync(DashboardDbContext db, Guid key, DateTimeOffset started, CancellationToken cancellationToken)
    {
        var rows = await db.Set<RotationCaller>().Where(c => c.KeyId == key && c.LastSeenAt >= started)
            .OrderByDescending(c => c.LastSeenAt).ThenBy(c => c.Address).ThenBy(c => c.Agent).ThenBy(c => c.Route).Take(MostStragglers).ToListAsync(cancellationToken);
        return [.. rows.Select(c => new Straggler(Known(c.Address), Known(c.Agent), c.Route, c.Count, c.FirstSeenAt, c.LastSeenAt))];
    }

    private static string? Known(string text) => text.Length == 0 ? null : text;
}
