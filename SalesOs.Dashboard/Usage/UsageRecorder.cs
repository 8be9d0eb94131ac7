using System.Collections.Concurrent;
using System.Net;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Usage;

/// <summary>
/// Counts what the gate decides, in memory and exactly; <see cref="UsageWriter"/> writes it every second. Never waits on the database.
/// </summary>
public sealed class UsageRecorder
{
    private const int ChunkSize = 4096;

    private readonly Lock growing = new();
    private readonly ConcurrentQueue<KeyUsage> waiting = new();
    private readonly List<string> routes = [];
    private KeyUsage?[][] chunks = [];

    /// <summary>Keys with counts that are not yet written.</summary>
    public int Waiting => waiting.Count;

    /// <summary>The small number of a route, such as <c>GET /v1/leads/{id}</c>; asked once for each when the routes are mapped.</summary>
    public short RouteNumber(string route)
    {
        lock (routes)
        {
            var index = routes.IndexOf(route);
            if (index < 0)
            {
                index = routes.Count;
                routes.Add(route);
            }

            return checked((short)index);
        }
    }

    /// <summary>Takes one from the key's sliding hour, if one is left.</summary>
    public Grant TryGrant(RingKey key, long nowMilliseconds) => Of(key).TryGrant(key.RateLimit, nowMilliseconds);

    /// <summary>How the key's sliding hour stands; takes nothing.</summary>
    public Grant Peek(RingKey key, long nowMilliseconds) => Of(key).Peek(key.RateLimit, nowMilliseconds);

    public void LetIn(RingKey key, short route, long nowMilliseconds, IPAddress? address, string? agent)
    {
        var usage = Of(key);
        if (usage.CountLetIn(nowMilliseconds, route, address, agent))
        {
            waiting.Enqueue(usage);
        }
    }

    public void Answered(RingKey key, short route, long nowMilliseconds, AnswerClass answer) => Count(key, route, nowMilliseconds, CountedAs.Of(answer));

    public void Refused(RingKey key, short route, long nowMilliseconds, Verdict verdict) => Count(key, route, nowMilliseconds, CountedAs.Of(verdict));

    /// <summary>Requests granted to the key in its sliding hour; makes no counters for a key that has none.</summary>
    public int UsedThisHour(RingKey key, long nowMilliseconds) => Known(key)?.UsedAt(nowMilliseconds) ?? 0;

    /// <summary>Counts a refused request that is not kept.</summary>
    internal void DropRejection(KeyUsage usage)
    {
        if (usage.DropRejection())
        {
            waiting.Enqueue(usage);
        }
    }

    /// <summary>Puts back what the record holds of the last hour; before the gate opens.</summary>
    internal void Restore(RingKey key, long minute, int granted) => Of(key).Restore(minute, granted);

    internal string RouteName(short number)
    {
        lock (routes)
        {
            return routes[number];
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

    private void Count(RingKey key, short route, long nowMilliseconds, short counted)
    {
        var usage = Of(key);
        if (usage.Count(nowMilliseconds, route, counted))
        {
            waiting.Enqueue(usage);
        }
    }

    /// <summary>The key's counters, made at its first request: an idle key costs eight bytes.</summary>
    internal KeyUsage Of(RingKey key)
    {
        if (Known(key) is { } usage)
        {
            return usage;
        }

        var chunk = key.Ordinal / ChunkSize;
        lock (growing)
        {
            while (chunk >= chunks.Length)
            {
                Volatile.Write(ref chunks, [.. chunks, new KeyUsage?[ChunkSize]]);
            }

            ref var slot = ref chunks[chunk][key.Ordinal % ChunkSize];
            if (slot is null)
            {
                Volatile.Write(ref slot, new KeyUsage(key.Id, key.TenantId));
            }

            return slot!;
        }
    }

    private KeyUsage? Known(RingKey key)
    {
        var table = Volatile.Read(ref chunks);
        var chunk = key.Ordinal / ChunkSize;
        return chunk < table.Length ? Volatile.Read(ref table[chunk][key.Ordinal % ChunkSize]) : null;
    }
}
