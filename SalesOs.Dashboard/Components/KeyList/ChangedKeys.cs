using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.KeyList;

/// <summary>Gathers which keys of a tenant have changed since the page last looked, so that it asks for those alone.</summary>
public sealed class ChangedKeys : IDisposable
{
    /// <summary>Beyond it single ids no longer matter: a page shows at most a hundred.</summary>
    private const int Most = 1000;

    private readonly Lock sync = new();
    private readonly IDisposable subscription;
    private HashSet<Guid>? changed = [];

    public ChangedKeys(KeyFeed feed, string tenantId) => subscription = feed.Listen(tenantId, (_, ids) => Gather(ids));

    public void Dispose() => subscription.Dispose();

    /// <summary>Those of <paramref name="shown"/> that have changed since the last call.</summary>
    public IReadOnlyCollection<Guid> Take(IEnumerable<Guid> shown)
    {
        lock (sync)
        {
            var taken = changed;
            changed = [];
            return taken is null ? [.. shown] : [.. shown.Where(taken.Contains)];
        }
    }

    private void Gather(IReadOnlyCollection<Guid> ids)
    {
        lock (sync)
        {
            changed?.UnionWith(ids);
            if (changed?.Count > Most)
            {
                changed = null;
            }
        }
    }
}
