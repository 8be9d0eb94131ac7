using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>
/// Tells the log that a key has expired, within a minute and once for each expiry: that it was told stands on the key's row, in the transaction of
/// the entry. Also what expired while the program was stopped.
/// </summary>
public sealed partial class ExpiryRecorder(
    Database database,
    AuditLog audit,
    KeyFeed feed,
    TimeProvider clock,
    ILogger<ExpiryRecorder> logger) : PeriodicJob(Every, clock, atStart: true)
{
    private const int BatchSize = 200;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(20);

    /// <summary>Writes an entry for every key that has expired and of which the log does not know yet.</summary>
    public async Task RecordAsync(CancellationToken cancellationToken = default)
    {
        var after = Guid.Empty;
        while (true)
        {
            List<(string Tenant, Guid Id)> due;
            await using (var db = database.Read(tenantId: null))
            {
                due = [.. (await Due(db.Set<ApiKey>().IgnoreQueryFilters()).OrderBy(k => k.ExpiryOrder).Take(BatchSize).Select(k => new { k.TenantId, k.Id }).ToListAsync(cancellationToken))
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

    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        await using var round = await database.TryTakeAsync("noting of expired keys", cancellationToken);
        if (round is not null)
        {
            await RecordAsync(cancellationToken);
        }
    }

    [LoggerMessage(2005, LogLevel.Error, "That keys have expired could not be written to the audit log; it is tried again in 20 seconds.")]
    protected override partial void Failed(Exception fault);

    private async Task RecordAsync(string tenant, List<Guid> ids, CancellationToken cancellationToken)
    {
        var noted = await database.WriteAsync(
            tenant,
            async db =>
            {
                // Asked again under the write lock: a key may have been edited, revoked or deleted since.
                var keys = await Due(db.Set<ApiKey>().Where(k => ids.Contains(k.Id))).OrderBy(k => k.ExpiryOrder).ThenBy(k => k.Id).ToListAsync(cancellationToken);
                foreach (var key in keys)
                {
                    var detail = new JsonObject { ["name"] = key.Name, ["expires_at"] = key.ExpiresAt!.Value.ToUnixTimeMilliseconds() };
                    await audit.AppendAsync(db, new AuditEvent(AuditActions.KeyExpired, key.Id, detail), caller: null);
                    key.NoteExpiry(Clock.GetUtcNow());
                }

                return keys;
            },
            cancellationToken: cancellationToken);
        if (noted.Count > 0)
        {
            feed.Publish(tenant, KeyChange.Keys, [.. noted.Select(k => k.Id)]);
        }
    }

    /// <summary>The conditions are those of the index of keys that are yet to expire.</summary>
    private IQueryable<ApiKey> Due(IQueryable<ApiKey> keys)
    {
        var now = Clock.GetUtcNow().ToUnixTimeMilliseconds();
        return keys.Where(k => k.ExpiresAt != null && k.ExpiryNotedAt == null && k.RevokedAt == null && k.ExpiryOrder <= now);
    }
}
