using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys.Approvals;

/// <summary>Puts down, within a minute, that the time of a request is over, and lets those go that ended long ago (<see cref="Approval.Kept"/>).</summary>
public sealed partial class ApprovalEnds(Database database, AuditLog audit, TimeProvider clock, ILogger<ApprovalEnds> logger) : PeriodicJob(TimeSpan.FromMinutes(1), clock, atStart: true)
{
    /// <summary>Puts down every end that is not yet.</summary>
    public async Task RecordAsync(CancellationToken cancellationToken = default)
    {
        var (now, oldest) = (Clock.GetUtcNow(), Clock.GetUtcNow() - Approval.Kept);
        List<string> tenants;
        await using (var db = database.Read(tenantId: null))
        {
            tenants = await db.Set<Approval>().IgnoreQueryFilters()
                .Where(a => (a.EndedAt == null && a.Until <= now) || a.EndedAt <= oldest).Select(a => a.TenantId).Distinct().ToListAsync(cancellationToken);
        }

        foreach (var tenant in tenants)
        {
            await database.WriteAsync(
                tenant,
                async db =>
                {
                    foreach (var request in await db.Set<Approval>().Where(a => a.EndedAt == null && a.Until <= now).OrderBy(a => a.Until).ThenBy(a => a.Id).ToListAsync(CancellationToken.None))
                    {
                        request.Lapse(request.Until);
                        await audit.AppendAsync(db, new AuditEvent(AuditActions.ApprovalLapsed, request.KeyId, KeyApprovals.DetailOf(request)), caller: null);
                    }

                    return await db.Set<Approval>().Where(a => a.EndedAt <= oldest).ExecuteDeleteAsync(CancellationToken.None);
                },
                cancellationToken: cancellationToken);
        }
    }

    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        await using var round = await database.TryTakeAsync("ends of approvals", cancellationToken);
        if (round is not null)
        {
            await RecordAsync(cancellationToken);
        }
    }

    [LoggerMessage(2031, LogLevel.Error, "That requests for approval have lapsed could not be written to the audit log; it is tried again in a minute. They can't be approved any more all the same.")]
    protected override partial void Failed(Exception fault);
}

/// <summary>What an erased person has asked for lapses: under a new number they would be somebody else, who could approve it.</summary>
internal sealed class ApprovalTraces(TimeProvider clock) : IPersonTraces
{
    public IEnumerable<Type> Rows => [typeof(Approval)];

    public async Task<int> EraseAsync(DashboardDbContext db, Guid person, IReadOnlyCollection<string> addresses, IReadOnlyCollection<string> emails)
    {
        var open = await db.Set<Approval>().AsTracking().Where(a => a.AskedById == person && a.EndedAt == null).ToListAsync(CancellationToken.None);
        open.ForEach(a => a.Lapse(clock.GetUtcNow()));
        await db.SaveChangesAsync();
        return open.Count;
    }
}
