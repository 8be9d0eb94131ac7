using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>
/// Keeps this node's ring and open pages in step with what all nodes change: reads the changes after its position, in the order of their commits, with the rows that they name.
/// It does so when it is told of one, and each second anyway. That a revoked key is let in nowhere does not rest on it but on the fence, which it writes as well, for a node
/// that died before it could.
/// </summary>
public sealed partial class KeyFollower : PeriodicJob
{
    /// <summary>Changes that are read at once.</summary>
    private const int MostAtOnce = 500;

    private const string Pruning = "pruning of changes";

    /// <summary>For how long a node may be cut off from the database and still catch up.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    private static readonly TimeSpan BetweenPrunings = TimeSpan.FromMinutes(10);

    private readonly ISharedDatabase shared;
    private readonly Database database;
    private readonly KeyRingLoader loader;
    private readonly KeyRing ring;
    private readonly KeyFeed pages;
    private readonly IFeed feed;
    private readonly IGateMemory memory;
    private readonly PendingReveals reveals;
    private readonly IHostApplicationLifetime lifetime;
    private readonly ILogger<KeyFollower> logger;
    private readonly SemaphoreSlim catching = new(1, 1);
    private readonly WorkInTurn told;
    private long position;
    private long confirmed = -1;
    private long prunedAt;
    private bool isBehind;

    public KeyFollower(
        ISharedDatabase shared,
        Database database,
        KeyRingLoader loader,
        KeyRing ring,
        KeyFeed pages,
        IFeed feed,
        IGateMemory memory,
        PendingReveals reveals,
        IHostApplicationLifetime lifetime,
        TimeProvider clock,
        ILogger<KeyFollower> logger)
        : base(TimeSpan.FromSeconds(1), clock)
    {
        (this.shared, this.database, this.loader, this.ring, this.pages) = (shared, database, loader, ring, pages);
        (this.feed, this.memory, this.reveals, this.lifetime, this.logger) = (feed, memory, reveals, lifetime, logger);
        told = new WorkInTurn(CatchUpWhenToldAsync);
        prunedAt = clock.GetTimestamp();
    }

    /// <summary>At a start, before the ring is loaded: what is changed from here on is read after it.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        position = await shared.PositionAsync(cancellationToken);
        feed.Listen(Topic.Keys, _ => told.Ask());
        feed.Listen(Topic.Policies, tenant => pages.Publish(Uri.UnescapeDataString(tenant), KeyChange.Keys, []));
    }

    /// <summary>Brings the ring up to what was committed before the call.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken = default)
    {
        await catching.WaitAsync(cancellationToken);
        try
        {
            var last = await shared.PositionAsync(cancellationToken);
            while (position != last)
            {
                var changes = await shared.ChangesAsync(position, MostAtOnce, cancellationToken);
                if (changes.Count == 0 || changes[0].Number != position + 1)
                {
                    // Cut off for longer than changes are kept, or on another database than before.
                    Missed(position, last);
                    lifetime.StopApplication();
                    return;
                }

                await ApplyAsync(changes, cancellationToken);
                position = changes[^1].Number;
                last = Math.Max(last, position);
            }

            if (position != confirmed)
            {
                await feed.ConfirmAsync(Topic.Keys, position, cancellationToken);
                confirmed = position;
            }
        }
        finally
        {
            catching.Release();
        }
    }

    public override void Dispose()
    {
        catching.Dispose();
        base.Dispose();
    }

    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        await CatchUpAsync(cancellationToken);
        isBehind = false;
        if (Clock.GetElapsedTime(prunedAt) >= BetweenPrunings)
        {
            prunedAt = Clock.GetTimestamp();
            await using var pruning = await database.TryTakeAsync(Pruning, cancellationToken);
            if (pruning is not null)
            {
                await shared.PruneAsync(Kept, cancellationToken);
            }
        }
    }

    /// <summary>Told of once: it lasts as long as the database is away.</summary>
    protected override void Failed(Exception fault)
    {
        if (!isBehind)
        {
            isBehind = true;
            Behind(fault);
        }
        else
        {
            NotNow(fault.Message);
        }
    }

    [LoggerMessage(2007, LogLevel.Warning, "What other nodes have changed could not be read; it is tried again in a second. A changed key is judged by what it is now all the same, and a new one is unknown here until then.")]
    private partial void Behind(Exception fault);

    private async Task CatchUpWhenToldAsync()
    {
        try
        {
            await CatchUpAsync();
        }
        catch (Exception fault)
        {
            // The next round finds it.
            NotNow(fault.Message);
        }
    }

    private async Task ApplyAsync(IReadOnlyList<NotedChange> changes, CancellationToken cancellationToken)
    {
        var changed = changes.Select(change => change.Id).ToHashSet();
        var byOthers = changes.Where(change => change.Process != shared.Process).ToLookup(change => change.TenantId, change => change.Id, StringComparer.Ordinal);
        var elsewhere = byOthers.SelectMany(tenant => tenant).ToHashSet();
        await using var db = database.Read(tenantId: null);
        var stored = await db.Set<ApiKey>().IgnoreQueryFilters().Where(k => changed.Contains(k.Id)).ToListAsync(cancellationToken);
        var fences = new List<Fence>();
        var made = new List<ApiKey>();
        foreach (var key in stored)
        {
            if (ring.Find(key.Key) is not { } before)
            {
                made.Add(key);
            }
            else
            {
                // Of the same version too: that a key has a successor raises none.
                ring.Renew(KeyRingLoader.Changed(before, key));
            }

            if (key.Version > 1 && elsewhere.Contains(key.Id))
            {
                fences.Add(KeyFences.Of(key));
            }
        }

        await loader.AddAsync(db, made, cancellationToken);
        changed.ExceptWith(stored.Select(key => key.Id));
        if (changed.Count > 0)
        {
            ring.Remove(changed);
            fences.AddRange(changed.Where(elsewhere.Contains).Select(id => new Fence(id, 0, KeyEnd.Deleted)));
        }

        if (fences.Count > 0)
        {
            // Not waited for: what is not written stays open, and is written before anything else is asked.
            _ = memory.FenceAsync(fences).AsTask();
        }

        // What was deleted has no values to save either.
        foreach (var saved in elsewhere.Except(stored.Where(key => key.ValuesUnsaved).Select(key => key.Id)))
        {
            await reveals.EndedElsewhereAsync(saved);
        }

        foreach (var tenant in byOthers)
        {
            pages.Publish(tenant.Key, KeyChange.Keys, tenant.ToHashSet());
        }
    }

    [LoggerMessage(2008, LogLevel.Critical, "The changes of keys after {Position} are no longer there (the latest is {Last}): this node was cut off from the database for more than a day, or it is another database. It stops, so that it starts with all keys.")]
    private partial void Missed(long position, long last);

    [LoggerMessage(2009, LogLevel.Debug, "What another node has changed could not be read just now: {Reason}")]
    private partial void NotNow(string reason);
}
