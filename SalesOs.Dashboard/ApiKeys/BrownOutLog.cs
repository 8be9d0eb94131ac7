using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>
/// Tells the log of the begin and the end of brown-outs, a few seconds later and once each. The gate does not wait for it. Also of those that began or ended while the
/// program was stopped.
/// </summary>
public sealed partial class BrownOutLog(Database database, AuditLog audit, KeyRing ring, KeyFeed feed, TimeProvider clock, ILogger<BrownOutLog> logger) : PeriodicJob(Every, clock, atStart: true)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>Puts down every begin and every end that is not yet.</summary>
    public async Task RecordAsync(CancellationToken cancellationToken = default)
    {
        List<(string Tenant, Guid Key)> due;
        await using (var db = database.Read(tenantId: null))
        {
            due = [.. (await Due(db, db.Set<BrownOut>().IgnoreQueryFilters()).Select(b => new { b.TenantId, b.KeyId }).Distinct().ToListAsync(cancellationToken)).Select(b => (b.TenantId, b.KeyId))];
        }

        foreach (var (tenant, key) in due)
        {
            await RecordAsync(tenant, key, cancellationToken);
        }
    }

    /// <summary>Begins and ends what the clock has begun and ended of this key's brown-outs, in the transaction of <paramref name="db"/>.</summary>
    internal async Task PassAsync(DashboardDbContext db, ApiKey key)
    {
        var now = Clock.GetUtcNow();
        foreach (var one in await Due(db, db.Set<BrownOut>().AsTracking().Where(b => b.KeyId == key.Id)).OrderBy(b => b.StartsAt).ToListAsync(CancellationToken.None))
        {
            // A key that has ended by then has nothing to brown out any more.
            if ((key.RevokedAt ?? (key.ExpiresAt <= one.StartsAt ? key.ExpiresAt : null)) is { } ended && ended < one.EndsAt)
            {
                await EndAsync(db, key, one, ended, caller: null);
                continue;
            }

            if (one.BegunNotedAt is null)
            {
                await BeginAsync(db, key, one);
            }

            if (one.EndsAt <= now)
            {
                await EndAsync(db, key, one, one.EndsAt, caller: null);
            }
        }
    }

    /// <summary>Ends one that runs, or cancels one that is to come.</summary>
    /// <param name="caller">Null: the clock.</param>
    internal async Task EndAsync(DashboardDbContext db, ApiKey key, BrownOut one, DateTimeOffset at, Caller? caller)
    {
        if (one.BegunNotedAt is null && one.StartsAt <= at)
        {
            await BeginAsync(db, key, one);
        }

        var action = one.BegunNotedAt is null ? AuditActions.BrownOutCancelled : AuditActions.BrownOutEnded;
        one.EndedAt = at;
        one.EndedById = await audit.AppendAsync(db, new AuditEvent(action, key.Id, DetailOf(key, one)), caller);
        key.ForgetBrownOut(one.Id, raisesVersion: caller is not null);
    }

    protected override Task RoundAsync(CancellationToken cancellationToken) => RecordAsync(cancellationToken);

    [LoggerMessage(2021, LogLevel.Error, "The begin or end of brown-outs could not be written to the audit log; it is tried again in 5 seconds. The keys themselves were refused and let in again in time.")]
    protected override partial void Failed(Exception fault);

    private async Task BeginAsync(DashboardDbContext db, ApiKey key, BrownOut one)
    {
        one.BegunNotedAt = Clock.GetUtcNow();
        await audit.AppendAsync(db, new AuditEvent(AuditActions.BrownOutBegan, key.Id, DetailOf(key, one)), caller: null);
    }

    private static JsonObject DetailOf(ApiKey key, BrownOut one) => new()
    {
        ["name"] = key.Name,
        ["starts_at"] = one.StartsAt.ToUnixTimeMilliseconds(),
        ["ends_at"] = (one.EndedAt ?? one.EndsAt).ToUnixTimeMilliseconds(),
    };

    private async Task RecordAsync(string tenant, Guid id, CancellationToken cancellationToken)
    {
        var key = await database.WriteAsync(
            tenant,
            async db =>
            {
                // Asked again under the write lock: the key may have been deleted, or its brown-out ended since.
                var key = await db.Set<ApiKey>().SingleOrDefaultAsync(k => k.Id == id, CancellationToken.None);
                if (key is not null)
                {
                    await PassAsync(db, key);
                    key.RollBrownOuts(Clock.GetUtcNow());
                }

                return key;
            },
            ring.Follow,
            cancellationToken);
        if (key is not null)
        {
            feed.Publish(tenant, KeyChange.Keys, [id]);
        }
    }

    /// <summary>Those of a revoked key are due at once, also where they are to come.</summary>
    private IQueryable<BrownOut> Due(DashboardDbContext db, IQueryable<BrownOut> all)
    {
        var now = Clock.GetUtcNow();
        return all.Where(b => b.EndedAt == null
            && ((b.StartsAt <= now && (b.BegunNotedAt == null || b.EndsAt <= now)) || db.Set<ApiKey>().Any(k => k.Id == b.KeyId && k.RevokedAt != null)));
    }
}
