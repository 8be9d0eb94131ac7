using System.Net;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Usage.Rotations;
using SalesOs.Dashboard.Usage.Watch;

namespace SalesOs.Dashboard.Usage;

/// <summary>
/// Where the keys of a person were used from, and refused, as far as it is their own address: one that their entries in the log were made from. The
/// counts stay; the address of somebody else's server is no data of theirs.
/// </summary>
internal sealed class KeyTraces : IPersonTraces
{
    public IEnumerable<Type> Rows => [typeof(KeyCaller), typeof(Rejection), typeof(NoticedCaller), typeof(RotationCaller), typeof(KeyAddressBlock), typeof(ApiKey)];

    public async Task<int> EraseAsync(DashboardDbContext db, Guid person, IReadOnlyCollection<string> addresses, IReadOnlyCollection<string> emails)
    {
        var own = db.Set<ApiKey>().Where(k => k.CreatedById == person);
        var calledFrom = db.Set<KeyCaller>().Where(c => addresses.Contains(c.Address) && own.Any(k => k.Id == c.KeyId));
        foreach (var key in await calledFrom.GroupBy(c => new { c.TenantId, c.KeyId }).Select(g => new { g.Key.TenantId, g.Key.KeyId, Count = g.LongCount() }).ToListAsync())
        {
            // The record says that it is not whole.
            var gap = db.Set<RecordGap>().Where(g => g.KeyId == key.KeyId);
            if (await gap.ExecuteUpdateAsync(g => g.SetProperty(x => x.CallersForgotten, x => x.CallersForgotten + key.Count)) == 0)
            {
                db.Add(new RecordGap { TenantId = key.TenantId, KeyId = key.KeyId, CallersForgotten = key.Count, CallersMissed = 0, RejectionsDropped = 0 });
            }
        }

        var callers = await calledFrom.ExecuteDeleteAsync();
        var refused = await db.Set<Rejection>().Where(r => addresses.Contains(r.Address!) && own.Any(k => k.Id == r.KeyId))
            .ExecuteUpdateAsync(r => r.SetProperty(x => x.Address, (string?)null).SetProperty(x => x.Agent, (string?)null));
        var noticed = await db.Set<NoticedCaller>()
            .Where(c => addresses.Contains(c.Address) && db.Set<BrownOut>().Any(b => b.Id == c.BrownOutId && own.Any(k => k.Id == b.KeyId))).ExecuteDeleteAsync();
        var stragglers = await db.Set<RotationCaller>().Where(c => addresses.Contains(c.Address) && own.Any(k => k.Id == c.KeyId)).ExecuteDeleteAsync();
        var blocksOfAddresses = addresses.Select(text => IPAddress.TryParse(text, out var address) ? AddressBlock.Around(address).Network.ToString() : text).ToHashSet(StringComparer.Ordinal);
        var blocks = await db.Set<KeyAddressBlock>().Where(b => blocksOfAddresses.Contains(b.Block) && own.Any(k => k.Id == b.KeyId)).ExecuteDeleteAsync();
        var used = await own.Where(k => addresses.Contains(k.LastUsedIp!))
            .ExecuteUpdateAsync(k => k.SetProperty(x => x.LastUsedIp, (string?)null).SetProperty(x => x.LastUsedAgent, (string?)null));
        return callers + refused + noticed + stragglers + blocks + used;
    }
}
