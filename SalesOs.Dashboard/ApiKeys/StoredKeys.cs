using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>What a database holds of keys, as far as the master key opens it.</summary>
/// <param name="Keys">All of them, of all tenants.</param>
/// <param name="Closed">Those whose material does not open: they would answer 401.</param>
public sealed record StoredKeys(long Keys, long Closed)
{
    public static async Task<StoredKeys> CountAsync(Database database, Vault vault, CancellationToken cancellationToken)
    {
        await using var db = database.Read(tenantId: null);
        var keys = await db.Set<ApiKey>().IgnoreQueryFilters().LongCountAsync(cancellationToken);
        var open = 0L;
        var k1 = new byte[32];
        foreach (var tenant in await db.Set<TenantDataKey>().IgnoreQueryFilters().ToListAsync(cancellationToken))
        {
            using var opener = vault.OpenerOf(tenant.TenantId, tenant.Wrapped);
            if (opener is null)
            {
                continue;
            }

            var stored = db.Set<ApiKey>().IgnoreQueryFilters().Where(k => k.TenantId == tenant.TenantId).Select(k => new { k.Id, k.SealedK1 }).AsAsyncEnumerable();
            await foreach (var key in stored.WithCancellation(cancellationToken))
            {
                open += opener.TryOpen(key.Id, key.SealedK1, k1) ? 1 : 0;
            }
        }

        return new StoredKeys(keys, keys - open);
    }
}
