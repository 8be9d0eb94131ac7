using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices;

/// <summary>
/// Reminds of keys that expire, 30, 7 and 1 days before and when they do, each once: which comes next stands on the key's row and goes on in the transaction of the notice. A
/// reminder whose moment passed while the program was stopped is late and not lost; a clock that is set back does not bring one again.
/// </summary>
public sealed partial class ExpiryReminders(Database database, NoticeOutbox outbox, TimeProvider clock, ILogger<ExpiryReminders> logger) : PeriodicJob(Every, clock, atStart: true)
{
    private const int BatchSize = 200;

    private const double Day = 86_400_000;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    /// <summary>Adds every reminder that is due.</summary>
    public async Task RemindAsync(CancellationToken cancellationToken = default)
    {
        var after = Guid.Empty;
        while (true)
        {
            List<(string Tenant, Guid Id)> due;
            await using (var db = database.Read(tenantId: null))
            {
                due = [.. (await Due(db.Set<ApiKey>().IgnoreQueryFilters()).OrderBy(k => k.RemindAt).ThenBy(k => k.Id).Take(BatchSize).Select(k => new { k.TenantId, k.Id }).ToListAsync(cancellationToken))
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
                await RemindAsync(tenant.Key, [.. tenant.Select(k => k.Id)], cancellationToken);
            }
        }
    }

    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        await using var round = await database.TryTakeAsync("reminding of expiries", cancellationToken);
        if (round is not null)
        {
            await RemindAsync(cancellationToken);
        }
    }

    [LoggerMessage(2350, LogLevel.Error, "Nobody could be reminded of API keys that expire; it is tried again in 30 seconds.")]
    protected override partial void Failed(Exception fault);

    private Task<int> RemindAsync(string tenant, List<Guid> ids, CancellationToken cancellationToken) => database.WriteAsync(
        tenant,
        async db =>
        {
            // Asked again under the write lock: an expiry may have been put off, or the key revoked or deleted, and another node may have been quicker.
            var keys = await Due(db.Set<ApiKey>().AsNoTracking().Where(k => ids.Contains(k.Id))).OrderBy(k => k.Id)
                .Select(k => new { k.Id, k.ExpiresAt, k.RemindAt }).ToListAsync(CancellationToken.None);
            foreach (var key in keys)
            {
                await RemindAsync(db, tenant, key.Id, key.ExpiresAt!.Value, key.RemindAt);
            }

            return keys.Count;
        },
        cancellationToken: cancellationToken);

    /// <param name="remindAt">Null: of a release that reminded nobody. What was due before is not told of afterwards.</param>
    private async Task RemindAsync(DashboardDbContext db, string tenant, Guid key, DateTimeOffset expiresAt, long? remindAt)
    {
        var now = Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var next = remindAt ?? ExpiryReminder.NextAfter(expiresAt, now);
        for (; next <= now; next = ExpiryReminder.NextAfter(expiresAt, next))
        {
            // One that is late still says how long there is.
            var left = (int)Math.Ceiling(Math.Max(0, expiresAt.ToUnixTimeMilliseconds() - now) / Day);
            var data = new JsonObject { ["days"] = left, ["reminder"] = ExpiryReminder.DaysOf(expiresAt, next), ["expires_at"] = Rfc3339.Of(expiresAt) };
            await outbox.AddAsync(db, tenant, NoticeEvent.KeyExpiring, key, data);
        }

        // No edit of the key: its version stays, and nobody has to read it anew.
        await db.Set<ApiKey>().Where(k => k.Id == key).ExecuteUpdateAsync(k => k.SetProperty(x => x.RemindAt, next), CancellationToken.None);
    }

    /// <summary>The conditions are those of the index of keys that are to be reminded of.</summary>
    private IQueryable<ApiKey> Due(IQueryable<ApiKey> keys)
    {
        var now = Clock.GetUtcNow().ToUnixTimeMilliseconds();
        return keys.Where(k => k.ExpiresAt != null && k.RevokedAt == null && (k.RemindAt == null || k.RemindAt <= now));
    }
}
