using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Audit;

/// <summary>Each minute: signs the chains whose hour is over. Each hour: prunes what is older than <c>Audit:RetentionDays</c>.</summary>
public sealed partial class AuditKeeper(
    Database database,
    AuditLog audit,
    AuditPruning pruning,
    TimeProvider clock,
    ILogger<AuditKeeper> logger) : PeriodicJob(Every, clock, atStart: true)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private long prunedIn = -1;

    /// <summary>Signs every chain whose latest entry is of an hour that is over and has no checkpoint yet.</summary>
    public async Task SignHoursAsync(CancellationToken cancellationToken = default)
    {
        var hour = DateTimeOffset.FromUnixTimeSeconds(AuditLog.HourOf(Clock.GetUtcNow()) * 3600);
        List<string> due;
        await using (var db = database.Read(tenantId: null))
        {
            due = await db.Set<AuditHead>().IgnoreQueryFilters()
                .Where(h => h.Sequence > h.CheckpointedThrough && h.At < hour).Select(h => h.TenantId).ToListAsync(cancellationToken);
        }

        foreach (var tenant in due)
        {
            await database.WriteAsync(
                tenant,
                async db =>
                {
                    await audit.CheckpointAsync(db);
                    return true;
                },
                cancellationToken: cancellationToken);
        }
    }

    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        await using var round = await database.TryTakeAsync("keeping of the audit log", cancellationToken);
        if (round is null)
        {
            return;
        }

        await SignHoursAsync(cancellationToken);
        if (AuditLog.HourOf(Clock.GetUtcNow()) is var hour && hour != prunedIn)
        {
            await pruning.PruneAsync(cancellationToken);
            prunedIn = hour;
        }
    }

    [LoggerMessage(1001, LogLevel.Error, "The audit log could not be signed or pruned; it is tried again in a minute.")]
    protected override partial void Failed(Exception fault);
}
