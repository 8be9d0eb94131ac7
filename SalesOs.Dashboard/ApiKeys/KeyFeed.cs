using System.Collections.Concurrent;

namespace SalesOs.Dashboard.ApiKeys;

public enum KeyChange
{
    /// <summary>A key was created, edited, revoked or deleted: the page's list may have changed.</summary>
    Keys,

    /// <summary>Usage moved: only <see cref="KeyFigures"/> may have changed.</summary>
    Figures,
}

/// <summary>Tells open pages that something of their tenant has moved. It carries no data: the page asks the service again, with its own rights.</summary>
public sealed class KeyFeed
{
    private readonly ConcurrentDictionary<string, Listeners> tenants = new(StringComparer.Ordinal);
    private Action<string, KeyChange, IReadOnlyCollection<Guid>>? toAll;

    /// <summary>
    /// Calls <paramref name="listener"/> on each change with the ids that changed, on the thread of the change: it must return at once
    /// and not throw. Dispose to stop.
    /// </summary>
    public IDisposable Listen(string tenantId, Action<KeyChange, IReadOnlyCollection<Guid>> listener)
    {
        var listeners = tenants.GetOrAdd(tenantId, _ => new Listeners());
        listeners.Add(listener);
        return new Subscription(() => listeners.Remove(listener));
    }

    /// <summary>As <see cref="Listen"/>, for the program's own work: hears of every tenant, and before its pages do.</summary>
    public IDisposable ListenToAll(Action<string, KeyChange, IReadOnlyCollection<Guid>> listener)
    {
        toAll += listener;
        return new Subscription(() => toAll -= listener);
    }

    /// <param name="ids">None: the tenant's policy has changed, which concerns all of its keys.</param>
    public void Publish(string tenantId, KeyChange change, IReadOnlyCollection<Guid> ids)
    {
        toAll?.Invoke(tenantId, change, ids);
        if (tenants.TryGetValue(tenantId, out var listeners))
        {
            listeners.Tell(change, ids);
        }
    }

    private sealed class Listeners
    {
        private readonly Lock sync = new();
        private Action<KeyChange, IReadOnlyCollection<Guid>>[] all = [];

        public void Add(Action<KeyChange, IReadOnlyCollection<Guid>> listener)
        {
            lock (sync)
            {
                all = [.. all, listener];
            }
        }

        public void Remove(Action<KeyChange, IReadOnlyCollection<Guid>> listener)
        {
            lock (sync)
            {
                all = [.. all.Where(l => l != listener)];
            }
        }

        public void Tell(KeyChange change, IReadOnlyCollection<Guid> ids)
        {
            foreach (var listener in Volatile.Read(ref all))
            {
                listener(change, ids);
            }
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
