using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.ApiKeys.Approvals;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Tests.Api;

/// <summary>A request for approval in a tenant whose policy asks for none, so that nothing else there has to wait.</summary>
internal static class WaitingRequest
{
    public static Task<Guid> MakeAsync(RunningDashboard dashboard, string tenant) => dashboard.Services.GetRequiredService<Database>().WriteAsync(tenant, db =>
    {
        var now = dashboard.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var id = Guid.CreateVersion7(now);
        db.Add(new Approval
        {
            TenantId = tenant,
            Id = id,
            Act = ApprovalAct.RotateUnrestricted,
            Fingerprint = id.ToByteArray(),
            Detail = "{}",
            AskedAt = now,
            Until = now + Approval.Time,
        });
        return Task.FromResult(id);
    });
}
