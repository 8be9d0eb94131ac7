using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Usage;

/// <summary>Tells the pages of the other nodes whose requests were counted here, and those of this node whose were counted there.</summary>
/// <remarks>A message holds one tenant: its id, a space, and the keys' ids in Base64, 16 bytes each.</remarks>
public sealed class SharedFigures
{
    /// <summary>So that a message stays within what may be told.</summary>
    private const int MostInOne = 250;

    private readonly IFeed feed;
    private readonly KeyFeed pages;

    public SharedFigures(IFeed feed, KeyFeed pages)
    {
        (this.feed, this.pages) = (feed, pages);
        feed.Listen(Topic.Figures, Heard);
    }

    /// <summary>Tells the other nodes, once the transaction of <paramref name="db"/> is committed.</summary>
    internal async Task TellAsync(DashboardDbContext db, IReadOnlyList<UnwrittenUsage> batch)
    {
        foreach (var tenant in batch.GroupBy(one => one.Usage.TenantId, one => one.Usage.Id, StringComparer.Ordinal))
        {
            await TellAsync(db, tenant.Key, tenant);
        }
    }

    /// <inheritdoc cref="TellAsync(DashboardDbContext, IReadOnlyList{UnwrittenUsage})"/>
    internal async Task TellAsync(DashboardDbContext db, string tenantId, IEnumerable<Guid> ids)
    {
        if (feed.IsAlone)
        {
            return;
        }

        foreach (var keys in ids.Chunk(MostInOne))
        {
            await feed.TellAsync(db, Topic.Figures, $"{Uri.EscapeDataString(tenantId)} {Convert.ToBase64String([.. keys.SelectMany(key => key.ToByteArray())])}");
        }
    }

    private void Heard(string text)
    {
        if (text.Split(' ') is [var tenant, var keys])
        {
            pages.Publish(Uri.UnescapeDataString(tenant), KeyChange.Figures, [.. Convert.FromBase64String(keys).Chunk(16).Select(key => new Guid(key))]);
        }
    }
}
