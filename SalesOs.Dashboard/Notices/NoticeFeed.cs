using System.Collections.Concurrent;
using System.Collections.Immutable;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices;

/// <summary>Tells open pages, on every node, that notices of their tenant have moved: new ones, what became of them, who gets them. It carries no data: the page asks the service again.</summary>
public sealed class NoticeFeed
{
    private readonly ConcurrentDictionary<string, ImmutableList<Action>> tenants = new(StringComparer.Ordinal);
    private readonly IFeed nodes;

    public NoticeFeed(IFeed nodes)
    {
        this.nodes = nodes;
        nodes.Listen(Topic.Notices, text => Publish(Uri.UnescapeDataString(text)));
    }

    /// <summary>Calls <paramref name="listener"/> on the thread of the change: it must return at once and not throw. Dispose to stop.</summary>
    public IDisposable Listen(string tenantId, Action listener)
    {
        tenants.AddOrUpdate(tenantId, _ => [listener], (_, all) => all.Add(listener));
        return new Subscription(() => tenants.AddOrUpdate(tenantId, _ => [], (_, all) => all.Remove(listener)));
    }

    /// <summary>Tells of a change once the transaction of <paramref name="db"/> is committed.</summary>
    internal async Task TellAsync(DashboardDbContext db, string tenantId)
    {
        db.ToldOnCommit.Add(() => Publish(tenantId));
        if (!nodes.IsAlone)
        {
            await nodes.TellAsync(db, Topic.Notices, Uri.EscapeDataString(tenantId));
        }
    }

    private void Publish(string tenantId)
    {
        if (tenants.TryGetValue(tenantId, out var listeners))
        {
            listeners.ForEach(listener => listener());
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
