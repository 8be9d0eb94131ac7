using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys.Approvals;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Cluster;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>The end of a key's row.</summary>
public sealed partial class ApiKeyService
{
    /// <summary>Deletes the key and its usage; its audit entries stay. <c>NeedsApproval</c> where the tenant's policy wants another person.</summary>
    public async Task<Result<Nothing>> DeleteAsync(Guid id, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanManageKeys)
        {
            return Error.Missing(Capabilities.AdminIntegrations);
        }

        var (deleted, refused) = await database.WriteAsync(
            caller.TenantId,
            async db =>
            {
                var key = await db.Set<ApiKey>().SingleOrDefaultAsync(k => k.Id == id);
                if (key is not null && await approvals.RefusalAsync(db, await db.PolicyAsync(), ApprovalAct.Delete, new ApprovalOf(key), caller) is { } waiting)
                {
                    return (Key: (ApiKey?)null, Waiting: waiting);
                }

                if (key is not null)
                {
                    await audit.AppendAsync(db, new AuditEvent(AuditActions.KeyDeleted, id, KeyAudit.Settings(key)), caller);
                    db.Remove(key);
                    // The pages of the keys before and after it name it too.
                    db.Follow(key.Neighbours());
                }

                return (Key: key, Waiting: (Error?)null);
            },
            done =>
            {
                if (done.Key is not null)
                {
                    ring.Remove(done.Key.Key);
                }
            },
            cancellationToken);
        if (refused is not null)
        {
            return refused;
        }

        if (deleted is null)
        {
            // Perhaps by somebody who was told that it is not proven.
            return await memory.FenceAsync([]) ? NotFound : KeyFences.NotProven;
        }

        feed.Publish(caller.TenantId, KeyChange.Keys, [id, .. deleted.Neighbours()]);
        return await memory.FenceAsync([new Fence(id, deleted.Version, KeyEnd.Deleted)]) ? default(Nothing) : KeyFences.NotProven;
    }
}
