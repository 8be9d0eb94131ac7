using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;
using Database = SalesOs.Dashboard.Persistence.Database;

namespace SalesOs.Dashboard.Usage.Rotations;

/// <summary>
/// Ends rotations: at their time, or once the old key is drained; and holds those whose old key is still needed when it should have ended. Also what came due while the program
/// was stopped. Of several nodes one does it.
/// </summary>
public sealed partial class RotationEnds(
    Database database, KeyRotations rotations, WrittenCounts counts, UsageRecorder recorder, KeyRing ring, TimeProvider clock, ILogger<RotationEnds> logger)
    : PeriodicJob(Every, clock, atStart: true)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenWatches = TimeSpan.FromMinutes(1);

    /// <summary>A program that was away for less has missed no more than a caller who was late.</summary>
    private static readonly TimeSpan LongestAway = TimeSpan.FromHours(1);

    /// <summary>Until when a key need not be looked at, as long as it was not used since.</summary>
    private readonly ConcurrentDictionary<Guid, (DateTimeOffset? LastUsedAt, DateTimeOffset From)> looked = new();

    private readonly SemaphoreSlim turn = new(1, 1);
    private DateTimeOffset watchedAt;

    /// <summary>Ends or holds all that is due: no request with an old key that has ended by then is let in that begins after the return.</summary>
    public async Task EndDueAsync(CancellationToken cancellationToken = default)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            await EndAsync(cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    public override void Dispose()
    {
        turn.Dispose();
        base.Dispose();
    }

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        await WatchAsync(cancellationToken);
        var due = await DueAsync(cancellationToken);
        foreach (var one in due.Where(one => !one.OnEvidence))
        {
            await rotations.TurnAsync(one.TenantId, one.KeyId, JudgeAsync, cancellationToken);
        }

        // Of what was counted before this moment nothing may be missing where silence is to be told.
        if (due.Exists(one => one.OnEvidence) && await counts.AllAsync(cancellationToken))
        {
            foreach (var one in due.Where(one => one.OnEvidence))
            {
                await rotations.TurnAsync(one.TenantId, one.KeyId, JudgeAsync, cancellationToken);
            }
        }
    }

    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        await using var round = await database.TryTakeAsync("ending of rotations", cancellationToken);
        if (round is not null)
        {
            await EndDueAsync(cancellationToken);
        }
    }

    [LoggerMessage(2521, LogLevel.Error, "Rotations that are due could not be ended or held; it is tried again in 5 seconds. Their old keys work until then.")]
    protected override partial void Failed(Exception fault);

    /// <summary>Notes that the program is there. Where it was not, a silence of that time is no evidence.</summary>
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var now = Clock.GetUtcNow();
        if (now - watchedAt < BetweenWatches && now >= watchedAt)
        {
            return;
        }

        await using (var db = database.Read(tenantId: null))
        {
            if (!await Watched(db).AnyAsync(cancellationToken))
            {
                watchedAt = now;
                return;
            }
        }

        await database.WriteAsync(
            tenantId: null,
            async db =>
            {
                var oldest = now - LongestAway;
                foreach (var away in await Watched(db).AsNoTracking().Where(r => r.WatchedAt < oldest).Select(r => new { r.KeyId, r.WatchedAt }).ToListAsync(CancellationToken.None))
                {
                    var missed = (long)(now - away.WatchedAt).TotalMilliseconds;
                    await Watched(db).Where(r => r.KeyId == away.KeyId).ExecuteUpdateAsync(r => r.SetProperty(x => x.Unwatched, x => x.Unwatched + missed), CancellationToken.None);
                }

                return await Watched(db).Where(r => r.WatchedAt < now).ExecuteUpdateAsync(r => r.SetProperty(x => x.WatchedAt, now), CancellationToken.None);
            },
            cancellationToken: cancellationToken);
        watchedAt = now;
    }

    /// <summary>Also those that are held: they may go on.</summary>
    private static IQueryable<Rotation> Watched(DashboardDbContext db) =>
        db.Set<Rotation>().IgnoreQueryFilters().Where(r => r.QuietCycles != null && db.Set<ApiKey>().IgnoreQueryFilters().Any(k => k.Id == r.KeyId && k.RevokedAt == null));

    private async Task<List<Due>> DueAsync(CancellationToken cancellationToken)
    {
        var now = Clock.GetUtcNow();
        await using var db = database.Read(tenantId: null);
        var milliseconds = now.ToUnixTimeMilliseconds();
        var keys = db.Set<ApiKey>().IgnoreQueryFilters().Where(k => k.RevokedAt == null && k.ExpiryOrder > milliseconds);
        var timed = await db.Set<Rotation>().IgnoreQueryFilters().Where(r => r.Until != null && r.HeldAt == null && r.Until <= now)
            .Join(keys, r => r.KeyId, k => k.Id, (r, k) => new { r.TenantId, r.KeyId }).ToListAsync(cancellationToken);
        var quiet = await db.Set<Rotation>().IgnoreQueryFilters().Where(r => r.QuietCycles != null && r.HeldAt == null)
            .Join(keys, r => r.KeyId, k => k.Id, (r, k) => new { r.TenantId, r.KeyId, r.Latest, r.StartedAt, k.LastUsedAt }).ToListAsync(cancellationToken);
        return
        [
            .. timed.Select(r => new Due(r.TenantId, r.KeyId, OnEvidence: false)),
            .. quiet.Where(r => r.Latest <= now || ((r.LastUsedAt ?? r.StartedAt) + Strand.Shortest <= now && MayBeDrained(r.KeyId, r.LastUsedAt, now)))
                .Select(r => new Due(r.TenantId, r.KeyId, OnEvidence: true)),
        ];
    }

    private bool MayBeDrained(Guid key, DateTimeOffset? lastUsedAt, DateTimeOffset now) => !looked.TryGetValue(key, out var before) || before.LastUsedAt != lastUsedAt || before.From <= now;

    private async Task<(RotationTurn Turn, JsonObject Detail)> JudgeAsync(DashboardDbContext db, RotationPair pair)
    {
        var now = Clock.GetUtcNow();
        var rotation = pair.Stored!;
        var detail = new JsonObject();
        Rotation.Tell(detail, rotation.Overlap);
        var drain = rotation.QuietCycles is { } cycles ? await RotationEvidence.OfAsync(db, pair, cycles, now, CancellationToken.None) : null;
        var isDue = drain is null ? rotation.Until <= now : drain.IsDrained(now) && !IsCounting(pair.Old);
        if (drain is not null)
        {
            detail["silent_since"] = drain.Silence.SilentSince.ToUnixTimeMilliseconds();
            looked[pair.Old.Id] = (pair.Old.LastUsedAt, drain.IsTakenOver ? drain.From : now + BetweenWatches);
        }

        if (isDue && pair.New?.StatusAt(now) == KeyStatus.Active)
        {
            looked.TryRemove(pair.Old.Id, out _);
            return (RotationTurn.End, detail);
        }

        // Without a new key that works, the old one is all that is left.
        var mustEnd = isDue || rotation.Latest <= now;
        return (mustEnd ? RotationTurn.Hold : RotationTurn.Wait, detail);
    }

    /// <summary>A request was let in after the counts were written.</summary>
    private bool IsCounting(ApiKey old) => ring.Find(old.Key) is { } key && recorder.IsWaiting(key);

    private sealed record Due(string TenantId, Guid KeyId, bool OnEvidence);
}
