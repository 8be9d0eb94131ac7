using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>
/// Puts down what the clock has done at a pause's end, a few seconds later: the audit entry and the key's row, once. The gate does not wait for it. Also what ended while
/// the program was stopped.
/// </summary>
public sealed partial class PauseEnds(
    Database database,
    AuditLog audit,
    KeyRing ring,
    KeyFeed feed,
    IGateMemory memory,
    TimeProvider clock,
    ILogger<PauseEnds> logger) : PeriodicJob(Every, clock, atStart: true)
{
    private const int BatchSize = 200;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>Puts down every end of a pause that is not yet.</summary>
    public async Task RecordAsync(CancellationToken cancellationToken = default)
    {
        var after = Guid.Empty;
        while (true)
        {
            List<(string Tenant, Guid Id)> due;
            await using (var db = database.Read(tenantId: null))
            {
                due = [.. (await Due(db.Set<ApiKey>().IgnoreQueryFilters()).OrderBy(k => k.PausedUntil).ThenBy(k => k.Id).Take(BatchSize).Select(k => new { k.TenantId, k.Id }).ToListAsync(cancellationToken))
                    .Select(k => (k.TenantId, k.Id))];
            }

            // What is still first after a round could not be written: the next turn tries it again.
            if (due.Count == 0 || due[0].Id == after)
            {
                return;
            }

            after = due[0].Id;
            foreach (var tenant in due.GroupBy(k => k.Tenant, StringComparer.Ordinal))
            {
                await RecordAsync(tenant.Key, [.. tenant.Select(k => k.Id)], cancellationToken);
            }
        }
    }

    /// <summary>Puts down the end of this key's pause, in the transaction of <paramref name="db"/>, where the clock has ended it.</summary>
    internal async Task PassAsync(DashboardDbContext db, ApiKey key)
    {
        var (until, reason) = (key.PausedUntil, key.PauseReason);
        if (!key.PassPauseEnd(Clock.GetUtcNow()))
        {
            return;
        }

        var detail = new JsonObject { ["name"] = key.Name };
        if (key.RevokedAt is not null)
        {
            detail["reason"] = reason;
        }

        detail["paused_until"] = until!.Value.ToUnixTimeMilliseconds();
        await audit.AppendAsync(db, new AuditEvent(key.RevokedAt is null ? AuditActions.KeyResumed : AuditActions.KeyRevoked, key.Id, detail), caller: null);
    }

    protected override Task RoundAsync(CancellationToken cancellationToken) => RecordAsync(cancellationToken);

    [LoggerMessage(2020, LogLevel.Error, "That pauses of API keys have ended could not be written to the audit log; it is tried again in 5 seconds. The keys themselves were resumed or revoked in time.")]
    protected override partial void Failed(Exception fault);

    private async Task RecordAsync(string tenant, List<Guid> ids, CancellationToken cancellationToken)
    {
        var ended = await database.WriteAsync(
            tenant,
            async db =>
            {
                // Asked again under the write lock: a key may have been resumed, paused anew, revoked or deleted since.
                var keys = await Due(db.Set<ApiKey>().Where(k => ids.Contains(k.Id))).OrderBy(k => k.PausedUntil).ThenBy(k => k.Id).ToListAsync(CancellationToken.None);
                foreach (var key in keys)
                {
                    await PassAsync(db, key);
                }

                return keys;
            },
            done => done.ForEach(ring.Follow),
            cancellationToken);
        if (ended.Count > 0)
        {
            feed.Publish(tenant, KeyChange.Keys, [.. ended.Select(k => k.Id)]);
            // Each node knows by its clock; Redis is told for those that come after. What it can't be told now stays open there.
            await memory.FenceAsync([.. ended.Where(k => k.RevokedAt is not null).Select(KeyFences.Of)]);
        }
    }

    /// <summary>The conditions are those of the index of pauses that the clock ends.</summary>
    private IQueryable<ApiKey> Due(IQueryable<ApiKey> keys)
    {
        var now = Clock.GetUtcNow();
        return keys.Where(k => k.PausedUntil != null && k.RevokedAt == null && k.PausedUntil <= now);
    }
}
