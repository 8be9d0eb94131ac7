using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Audit;

/// <summary>
/// Removes entries that are older than <c>Audit:RetentionDays</c>, up to a signed checkpoint, from which on the rest still verifies. Each step is an
/// entry of the log itself. A log that does not hold is left as it is, for whoever looks into it.
/// </summary>
public sealed partial class AuditPruning(
    Database database,
    AuditLog audit,
    AuditSigner signer,
    AuditVerification verification,
    AuditExporter exporter,
    AuditOptions options,
    TimeProvider clock,
    ILogger<AuditPruning> logger)
{
    /// <summary>Removed in one step, at most: a change that people wait for waits for one step.</summary>
    private const int MostInAStep = 5000;

    /// <summary>Prunes every chain. Waits for its next turn while an export is under way.</summary>
    public async Task PruneAsync(CancellationToken cancellationToken = default)
    {
        if (options.RetentionDays == 0 || exporter.UnderWay)
        {
            return;
        }

        var oldest = clock.GetUtcNow() - TimeSpan.FromDays(options.RetentionDays);
        List<string> due;
        await using (var db = database.Read(tenantId: null))
        {
            due = await db.Set<AuditHead>().IgnoreQueryFilters()
                .Where(h => db.Set<AuditEntry>().Any(e => e.TenantId == h.TenantId && e.At < oldest))
                .Select(h => h.TenantId).ToListAsync(cancellationToken);
        }

        foreach (var tenant in due)
        {
            if ((await verification.VerifyAsync(tenant, full: true, cancellationToken: cancellationToken)).FirstBad is { } bad)
            {
                NotWhole(tenant, bad);
                continue;
            }

            while (await database.WriteAsync(tenant, db => StepAsync(db, oldest), cancellationToken: cancellationToken))
            {
                // One step after another, so that others may write between them.
            }
        }
    }

    /// <summary>False when there is nothing more to remove.</summary>
    private async Task<bool> StepAsync(DashboardDbContext db, DateTimeOffset oldest)
    {
        var head = await db.Set<AuditHead>().SingleAsync();
        var floor = head.PrunedThrough;
        var farthest = floor + MostInAStep;
        var kept = await db.Set<AuditEntry>().Where(e => e.Sequence > floor && e.Sequence <= farthest && e.At >= oldest).MinAsync(e => (long?)e.Sequence) ?? farthest + 1;
        var until = await db.Set<AuditCheckpoint>().AsNoTracking().Where(c => c.Sequence > floor && c.Sequence < kept).OrderByDescending(c => c.Sequence).FirstOrDefaultAsync();
        if (until is null || !signer.HasSigned(until) || !signer.IsProven(head))
        {
            return false;
        }

        await audit.AddAsync(
            db,
            new AuditEvent(AuditActions.Pruned, Detail: new JsonObject
            {
                ["first"] = floor + 1,
                ["last"] = until.Sequence,
                ["last_hash"] = Convert.ToHexStringLower(until.Hash),
                ["before"] = oldest.ToUnixTimeMilliseconds(),
                ["retention_days"] = options.RetentionDays,
            }),
            caller: null);
        head.PrunedThrough = until.Sequence;
        head.Mac = signer.MacOf(head);
        await db.SaveChangesAsync();
        await db.Set<AuditPersonal>().Where(p => p.Sequence <= until.Sequence).ExecuteDeleteAsync();
        await db.Set<AuditEntry>().Where(e => e.Sequence <= until.Sequence).ExecuteDeleteAsync();
        return true;
    }

    [LoggerMessage(1002, LogLevel.Critical, "The audit log of tenant {Tenant} does not hold at entry {Sequence}; nothing of it is pruned.")]
    private partial void NotWhole(string tenant, long sequence);
}
