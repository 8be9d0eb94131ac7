using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Audit;

/// <param name="Entries">How many entries hold, of those that are kept, up to the first bad one.</param>
/// <param name="FirstBad">The sequence of the first entry that does not hold, or of the one that is missing; null when the chain is whole.</param>
/// <param name="First">The first entry that is kept: 1, or the one behind the checkpoint that was pruned to.</param>
/// <param name="CheckedFrom">The first entry that this verification recomputed; those before it held when <paramref name="First"/> to there was last recomputed, within the past hour.</param>
public sealed record ChainVerdict(long Entries, long? FirstBad, long First = 1, long CheckedFrom = 1)
{
    public bool Whole => FirstBad is null;
}

/// <summary>A room above the log that is told of what a verification has found.</summary>
public interface IVerdictFollower
{
    /// <summary>Called with each verdict on a chain that is not whole, before whoever asked for it is answered; it must not throw.</summary>
    /// <param name="tenant">Whose chain it is.</param>
    Task FollowAsync(string tenant, ChainVerdict broken);
}

/// <summary>
/// Recomputes a tenant's chain from its stored bytes, and every searched column, personal hash, checkpoint and the head with it. In a long log it
/// goes on from where an earlier verification of the past hour ended, unless it is asked for all; one at a time for each tenant, one of all entries at a time.
/// </summary>
public sealed class AuditVerification(Database database, AuditSigner signer, TimeProvider clock, IEnumerable<IVerdictFollower> followers) : IDisposable
{
    private const int BatchSize = 1000;

    /// <summary>A log of so many entries is recomputed in a tenth of a second.</summary>
    private const int AlwaysAll = 5000;

    /// <summary>What was recomputed longer ago is recomputed again.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, Progress> tenants = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim whole = new(1, 1);

    /// <param name="full">Recomputes every entry that is kept. Whoever asks while others do shares what begins after that.</param>
    public async Task<ChainVerdict> VerifyAsync(string tenantId, bool full = false, CancellationToken cancellationToken = default)
    {
        var verdict = await VerdictAsync(tenantId, full, cancellationToken);
        foreach (var follower in verdict.Whole ? [] : followers)
        {
            await follower.FollowAsync(tenantId, verdict);
        }

        return verdict;
    }

    public void Dispose() => whole.Dispose();

    /// <summary>Over one context, whose transaction may be open.</summary>
    internal async Task<ChainVerdict> VerifyAsync(DashboardDbContext db, CancellationToken cancellationToken = default) =>
        (await WalkAsync(db, known: null, cancellationToken)).Verdict;

    private async Task<ChainVerdict> VerdictAsync(string tenantId, bool full, CancellationToken cancellationToken)
    {
        var progress = tenants.GetOrAdd(tenantId, _ => new Progress());
        var begun = Volatile.Read(ref progress.FullsBegun);
        await progress.Turn.WaitAsync(cancellationToken);
        try
        {
            var known = progress.Known;
            var all = known is null || clock.GetUtcNow() - known.At >= Remembered || (full || known.Sequence <= AlwaysAll) && progress.FullsBegun == begun;
            var (verdict, holds) = all ? await AllAsync(tenantId, progress, cancellationToken) : await WalkAsync(tenantId, known, cancellationToken);
            progress.Known = holds;
            if (holds is null)
            {
                tenants.TryRemove(tenantId, out _);
            }

            return verdict;
        }
        finally
        {
            progress.Turn.Release();
        }
    }

    private async Task<(ChainVerdict Verdict, Known? Holds)> AllAsync(string tenantId, Progress progress, CancellationToken cancellationToken)
    {
        await whole.WaitAsync(cancellationToken);
        try
        {
            Interlocked.Increment(ref progress.FullsBegun);
            return await WalkAsync(tenantId, known: null, cancellationToken);
        }
        finally
        {
            whole.Release();
        }
    }

    private async Task<(ChainVerdict Verdict, Known? Holds)> WalkAsync(string tenantId, Known? known, CancellationToken cancellationToken)
    {
        await using var db = database.Read(tenantId);
        return await WalkAsync(db, known, cancellationToken);
    }

    private async Task<(ChainVerdict Verdict, Known? Holds)> WalkAsync(DashboardDbContext db, Known? known, CancellationToken cancellationToken)
    {
        while (true)
        {
            var head = await HeadAsync(db, cancellationToken);
            var floor = head?.PrunedThrough ?? 0;
            var went = known is null ? await BeginAsync(db, floor, cancellationToken) : await GoOnAsync(db, known, floor, cancellationToken);
            if (went is not { } walk)
            {
                if (known is not null)
                {
                    known = null;
                    continue;
                }

                return (new ChainVerdict(0, floor + 1, floor + 1, floor + 1), null);
            }

            var from = walk.Sequence + 1;
            var bad = await StepAsync(db, walk, head?.Sequence ?? long.MaxValue, cancellationToken) ? walk.EndOf(head) : walk.Sequence + 1;
            // Read after the walk, and the head last of all: whatever was written meanwhile lies before it.
            var latest = await db.Set<AuditEntry>().MaxAsync(e => (long?)e.Sequence, cancellationToken) ?? 0;
            var signed = await db.Set<AuditCheckpoint>().MaxAsync(c => (long?)c.Sequence, cancellationToken) ?? 0;
            var now = await HeadAsync(db, cancellationToken);
            if (now?.PrunedThrough > floor || head is null && now is not null)
            {
                continue;
            }

            // Without a head there is no end to lie beyond but that of the walk.
            var end = now?.Sequence ?? walk.Sequence;
            if (latest > end || signed > end)
            {
                bad = Math.Min(bad ?? long.MaxValue, end + 1);
            }

            var verdict = new ChainVerdict(Math.Max(0, (bad - 1 ?? walk.Sequence) - floor), bad, floor + 1, from);
            return (verdict, bad is null && walk.Sequence > 0 ? new Known(walk.Sequence, walk.Hash, known?.At ?? clock.GetUtcNow()) : null);
        }
    }

    private static Task<AuditHead?> HeadAsync(DashboardDbContext db, CancellationToken cancellationToken) =>
        db.Set<AuditHead>().AsNoTracking().SingleOrDefaultAsync(cancellationToken);

    /// <summary>Null when what is kept does not begin at a signed checkpoint.</summary>
    private async Task<ChainWalk?> BeginAsync(DashboardDbContext db, long floor, CancellationToken cancellationToken)
    {
        if (floor == 0)
        {
            return new ChainWalk(signer, 0, ChainWalk.Beginning);
        }

        var checkpoint = await db.Set<AuditCheckpoint>().AsNoTracking().SingleOrDefaultAsync(c => c.Sequence == floor, cancellationToken);
        return checkpoint is not null && signer.HasSigned(checkpoint) ? new ChainWalk(signer, floor, checkpoint.Hash) : null;
    }

    /// <summary>Null when what held is no longer there.</summary>
    private async Task<ChainWalk?> GoOnAsync(DashboardDbContext db, Known known, long floor, CancellationToken cancellationToken)
    {
        var hash = await db.Set<AuditEntry>().Where(e => e.Sequence == known.Sequence).Select(e => e.Hash).SingleOrDefaultAsync(cancellationToken);
        return known.Sequence > floor && hash.AsSpan().SequenceEqual(known.Hash) ? new ChainWalk(signer, known.Sequence, known.Hash) : null;
    }

    /// <summary>True when all entries up to <paramref name="last"/> that are there hold.</summary>
    private static async Task<bool> StepAsync(DashboardDbContext db, ChainWalk walk, long last, CancellationToken cancellationToken)
    {
        while (true)
        {
            var after = walk.Sequence;
            var entries = await db.Set<AuditEntry>().AsNoTracking().Include(e => e.Personal)
                .Where(e => e.Sequence > after && e.Sequence <= last).OrderBy(e => e.Sequence).Take(BatchSize).ToListAsync(cancellationToken);
            if (entries.Count == 0)
            {
                return true;
            }

            var until = entries[^1].Sequence;
            var checkpoints = await db.Set<AuditCheckpoint>().AsNoTracking()
                .Where(c => c.Sequence > after && c.Sequence <= until).ToDictionaryAsync(c => c.Sequence, cancellationToken);
            if (!entries.TrueForAll(entry => walk.Step(entry, checkpoints.GetValueOrDefault(entry.Sequence))))
            {
                return false;
            }
        }
    }

    private sealed class Progress
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        /// <summary>What held at the last verification; null when nothing did.</summary>
        public Known? Known { get; set; }

        /// <summary>Verifications of all entries that were begun.</summary>
        public int FullsBegun;
    }

    /// <param name="At">When all entries up to the sequence were last recomputed, at the earliest.</param>
    private sealed record Known(long Sequence, byte[] Hash, DateTimeOffset At);
}
