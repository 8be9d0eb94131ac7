using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Persistence;
using Database = SalesOs.Dashboard.Persistence.Database;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>
/// The whole API key, the public identifier that programs send in the clear: for the sandbox of people who may see keys. No list and no answer of the API carries it.
/// </summary>
public sealed class WholeKeyQuery(Database database)
{
    private static readonly Error NotFound = new(ErrorReason.NotFound);

    /// <returns>40 characters; <c>NotFound</c> also for another tenant's.</returns>
    public async Task<Result<string>> OfAsync(Guid id, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        return await db.Set<ApiKey>().Where(k => k.Id == id).Select(k => k.Key).SingleOrDefaultAsync(cancellationToken) is { } key ? key : NotFound;
    }
}
