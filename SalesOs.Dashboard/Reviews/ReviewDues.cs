using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using Database = SalesOs.Dashboard.Persistence.Database;

namespace SalesOs.Dashboard.Reviews;

/// <summary>Tells the log, within a minute and once, that a review's day has passed and how many keys nobody has answered for. It changes no key: pausing them is proposed to the admins.</summary>
public sealed partial class ReviewDues(Database database, AuditLog audit, TimeProvider clock, ILogger<ReviewDues> logger) : PeriodicJob(Every, clock, atStart: true)
{
    private const int BatchSize = 100;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    /// <summary>Writes an entry for each review that is over and was not answered whole, and of which the log does not know yet.</summary>
    public async Task NoteAsync(CancellationToken cancellationToken = default)
    {
        var now = Clock.GetUtcNow();
        List<(string Tenant, Guid Id)> due;
        await using (var db = database.Read(tenantId: null))
        {
            due = [.. (await db.Set<Review>().IgnoreQueryFilters().Where(r => r.OverdueNotedAt == null && r.DueAt <= now)
                .OrderBy(r => r.DueAt).ThenBy(r => r.Id).Take(BatchSize).Select(r => new { r.TenantId, r.Id }).ToListAsync(cancellationToken)).Select(r => (r.TenantId, r.Id))];
        }

        foreach (var (tenant, id) in due)
        {
            await database.WriteAsync(
                tenant,
                async db =>
                {
                    // Asked again under the write lock: another node may have told of it.
                    if (await db.Set<Review>().SingleOrDefaultAsync(r => r.Id == id && r.OverdueNotedAt == null) is not { } review)
                    {
                        return false;
                    }

                    review.OverdueNotedAt = now;
                    var silent = await ReviewQueries.Silent(db, now).CountAsync(s => s.ReviewId == id);
                    if (silent > 0)
                    {
                        await audit.AppendAsync(db, new AuditEvent(AuditActions.ReviewOverdue, Detail: new JsonObject { ["review"] = review.Id, ["name"] = review.Name, ["count"] = silent }), caller: null);
                    }

                    return true;
                },
                cancellationToken: cancellationToken);
        }
    }

    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        await using var round = await database.TryTakeAsync("noting of reviews that are over", cancellationToken);
        if (round is not null)
        {
            await NoteAsync(cancellationToken);
        }
    }

    [LoggerMessage(2700, LogLevel.Error, "That reviews of API keys are over could not be written to the audit log; it is tried again in 30 seconds.")]
    protected override partial void Failed(Exception fault);
}
