using System.Collections.Concurrent;
using System.Net;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Cluster;

namespace SalesOs.Dashboard.Usage;

/// <summary>
/// Counts what the gate decides, in memory and exactly; <see cref="UsageWriter"/> writes it every second. Never waits on the database.
/// </summary>
public sealed class UsageRecorder
{
    private readonly ConcurrentQueue<KeyUsage> waiting = new();
    private readonly List<(string Name, string? Scope, bool IsMapped)> routes = [];
    private readonly OrdinalTable<KeyUsage> counters = new();

    /// <summary>Keys with counts that are not yet written.</summary>
    public int Waiting => waiting.Count;

    /// <summary>The small number of a route, such as <c>GET /v1/leads/{id}</c>; asked once for each when the routes are mapped.</summary>
    public short RouteNumber(string route)
    {
        lock (routes)
        {
            return checked((short)IndexOf(route));
        }
    }

    /// <summary>As <see cref="RouteNumber(string)"/>, and what the route needs; null: any valid key.</summary>
    public short RouteNumber(string route, string? scope)
    {
        lock (routes)
        {
            var index = IndexOf(route);
            routes[index] = (route, scope, IsMapped: true);
            return checked((short)index);
        }
    }

    /// <summary>What each route needs that is mapped, by its name; null: any valid key.</summary>
    internal IReadOnlyDictionary<string, string?> ScopesOfRoutes()
    {
        lock (routes)
        {
            return routes.Where(route => route.IsMapped).ToDictionary(route => route.Name, route => route.Scope, StringComparer.Ordinal);
        }
    }

    /// <param name="requestId">The <see cref="Answers.RequestId"/> of the request; null: it has none.</param>
    public void LetIn(RingKey key, short route, long nowMilliseconds, IPAddress? address, string? agent, string? requestId = null)
    {
        var usage = Of(key);
        if (usage.CountLetIn(nowMilliseconds, route, address, agent, requestId))
        {
            waiting.Enqueue(usage);
        }
    }

    public void Answered(RingKey key, short route, long nowMilliseconds, AnswerClass answer) => Count(key, route, nowMilliseconds, CountedAs.Of(answer));

    public void Refused(RingKey key, short route, long nowMilliseconds, Verdict verdict) => Count(key, route, nowMilliseconds, CountedAs.Of(verdict));

    /// <summary>Whether something was counted for the key that is not yet taken to be written.</summary>
    public bool IsWaiting(RingKey key) => Of(key).IsQueued;

    /// <summary>Notes who was refused in a brown-out, or still calls with a key that has a successor, beside the count.</summary>
    /// <param name="brownOut">Null: the key has a successor.</param>
    public void Noticed(RingKey key, Guid? brownOut, short route, long nowMilliseconds, IPAddress? address, string? agent)
    {
        var usage = Of(key);
        if (usage.Notice(new NoticedCallers.Who(brownOut, route, address, agent), nowMilliseconds))
        {
            waiting.Enqueue(usage);
        }
    }

    /// <summary>Counts a refused request that is not kept.</summary>
    internal void DropRejection(KeyUsage usage)
    {
        if (usage.DropRejection())
        {
            waiting.Enqueue(usage);
        }
    }

    internal string RouteName(short number)
    {
        lock (routes)
        {
            return routes[number].Name;
        }
    }

    /// <summary>The next keys with something to write, at most <paramref name="most"/>.</summary>
    internal List<UnwrittenUsage> Take(int most)
    {
        var taken = new List<UnwrittenUsage>();
        while (taken.Count < most && waiting.TryDequeue(out var usage))
        {
            taken.Add(usage.Take());
        }

        return taken;
    }

    internal void PutBack(IEnumerable<UnwrittenUsage> unwritten)
    {
        foreach (var one in unwritten)
        {
            if (one.Usage.PutBack(one))
            {
                waiting.Enqueue(one.Usage);
            }
        }
    }

    private int IndexOf(string route)
    {
        var index = routes.FindIndex(known => known.Name == route);
        if (index < 0)
        {
            index = routes.Count;
            routes.Add((route, Scope: null, IsMapped: false));
        }

        return index;
    }

    private void Count(RingKey key, short route, long nowMilliseconds, short counted)
    {
        var usage = Of(key);
        if (usage.Count(nowMilliseconds, route, counted))
        {
            waiting.Enqueue(usage);
        }
    }

    /// <summary>The key's counters, made at its first request.</summary>
    internal KeyUsage Of(RingKey key) => counters.Of(key.Ordinal, key, static key => new KeyUsage(key.Id, key.TenantId));
}
