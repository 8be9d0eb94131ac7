using System.Net;
using System.Runtime.InteropServices;

namespace SalesOs.Dashboard.Usage;

/// <summary>
/// Who one key was let in from since the last writing. A caller that is in it costs no allocation; beyond <see cref="Most"/> a new one is counted as
/// missed. Not safe for threads by itself.
/// </summary>
internal struct CallerTable
{
    public const int Most = 64;

    private Entry[]? entries;
    private int used;
    private int latest;

    /// <summary>Requests whose caller did not fit.</summary>
    public long Missed { get; private set; }

    public void Add(IPAddress? address, string? agent, long nowMilliseconds) =>
        Add(new Entry { Address = address, Agent = agent, FirstSeenAt = nowMilliseconds, LastSeenAt = nowMilliseconds, Count = 1 });

    public void Add(in Entry seen)
    {
        if (Find(seen) is var at and >= 0)
        {
            ref var known = ref entries![at];
            known.Count += seen.Count;
            known.FirstSeenAt = Math.Min(known.FirstSeenAt, seen.FirstSeenAt);
            known.LastSeenAt = Math.Max(known.LastSeenAt, seen.LastSeenAt);
            return;
        }

        if (used == Most)
        {
            Missed += seen.Count;
            return;
        }

        if (used == (entries?.Length ?? 0))
        {
            Array.Resize(ref entries, Math.Max(1, used * 2));
        }

        latest = used;
        entries![used++] = seen;
    }

    public void AddMissed(long count) => Missed += count;

    /// <summary>Empties the table.</summary>
    public Entry[] Take(out long missed)
    {
        missed = Missed;
        Missed = 0;
        if (used == 0)
        {
            return [];
        }

        var taken = entries.AsSpan(0, used).ToArray();
        // The texts of requests that are over should not live on here.
        entries.AsSpan(0, used).Clear();
        used = 0;
        return taken;
    }

    private int Find(in Entry seen)
    {
        // Most keys have one caller, and a busy one comes again and again.
        if (latest < used && IsSame(entries![latest], seen))
        {
            return latest;
        }

        for (var i = 0; i < used; i++)
        {
            if (IsSame(entries![i], seen))
            {
                return latest = i;
            }
        }

        return -1;
    }

    private static bool IsSame(in Entry one, in Entry other) => one.Agent == other.Agent && Equals(one.Address, other.Address);

    /// <summary>Times are Unix milliseconds.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal struct Entry
    {
        public IPAddress? Address;
        public string? Agent;
        public long FirstSeenAt;
        public long LastSeenAt;
        public long Count;
    }
}
