using System.Net;
using System.Runtime.InteropServices;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Usage;

/// <param name="Granted">False: the hour's limit is used up, nothing was taken.</param>
/// <param name="Remaining">Requests left in this sliding hour, after this one.</param>
/// <param name="ResetAt">Unix seconds at which one request becomes free again.</param>
public readonly record struct Grant(bool Granted, int Remaining, long ResetAt);

/// <summary>The counters of one key: the limiter's hour, and what is not yet written.</summary>
internal sealed class KeyUsage
{
    private readonly Lock gate = new();
    private SlidingHour hour;
    private Cell[] cells = new Cell[4];
    private int used;
    private long letIn;
    private long lastUsedAt;
    private IPAddress? lastUsedIp;
    private string? lastUsedAgent;
    private bool queued;

    public KeyUsage(Guid id, string tenantId)
    {
        Id = id;
        TenantId = tenantId;
    }

    public Guid Id { get; }

    public string TenantId { get; }

    public Grant TryGrant(int limit, long nowMilliseconds)
    {
        var minute = nowMilliseconds / 60_000;
        lock (gate)
        {
            var sum = hour.SumAt(minute);
            var granted = sum < limit;
            if (granted)
            {
                hour.Add(minute, 1);
                sum++;
            }

            return new Grant(granted, Math.Max(0, limit - sum), hour.ResetAt(limit, nowMilliseconds / 1000));
        }
    }

    public Grant Peek(int limit, long nowMilliseconds)
    {
        lock (gate)
        {
            var sum = hour.SumAt(nowMilliseconds / 60_000);
            return new Grant(sum < limit, Math.Max(0, limit - sum), hour.ResetAt(limit, nowMilliseconds / 1000));
        }
    }

    public void Restore(long minute, int count)
    {
        lock (gate)
        {
            hour.Restore(minute, count);
        }
    }

    /// <summary>Counts one; true when the key was not yet waiting to be written.</summary>
    public bool Count(long nowMilliseconds, short route, short counted)
    {
        lock (gate)
        {
            Add((int)(nowMilliseconds / 60_000), route, counted, 1);
            return Queue();
        }
    }

    /// <summary>As <see cref="Count"/>, for a request that was let in: it is the key's latest use.</summary>
    public bool CountLetIn(long nowMilliseconds, short route, IPAddress? address, string? agent)
    {
        lock (gate)
        {
            Add((int)(nowMilliseconds / 60_000), route, CountedAs.Of(Verdict.LetIn), 1);
            letIn++;
            if (nowMilliseconds >= lastUsedAt)
            {
                lastUsedAt = nowMilliseconds;
                lastUsedIp = address;
                lastUsedAgent = agent;
            }

            return Queue();
        }
    }

    /// <summary>Takes what waits to be written; from now on the key may be queued again.</summary>
    public Unwritten Take()
    {
        lock (gate)
        {
            queued = false;
            var taken = new Unwritten(this, cells.AsSpan(0, used).ToArray(), letIn, lastUsedAt, lastUsedIp?.ToString(), lastUsedAgent);
            used = 0;
            letIn = 0;
            return taken;
        }
    }

    /// <summary>Puts back what could not be written; true when the key was not yet waiting.</summary>
    public bool PutBack(Unwritten unwritten)
    {
        lock (gate)
        {
            foreach (var cell in unwritten.Cells)
            {
                Add(cell.Minute, cell.Route, cell.Counted, cell.Count);
            }

            letIn += unwritten.LetIn;
            return Queue();
        }
    }

    private void Add(int minute, short route, short counted, int count)
    {
        for (var i = used - 1; i >= 0; i--)
        {
            ref var cell = ref cells[i];
            if (cell.Minute == minute && cell.Route == route && cell.Counted == counted)
            {
                cell.Count += count;
                return;
            }
        }

        if (used == cells.Length)
        {
            Array.Resize(ref cells, used * 2);
        }

        cells[used++] = new Cell { Minute = minute, Route = route, Counted = counted, Count = count };
    }

    private bool Queue()
    {
        var first = !queued;
        queued = true;
        return first;
    }

    /// <summary>One count, by minute since 1970, number of the route and <see cref="CountedAs"/>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Cell
    {
        public int Minute;
        public short Route;
        public short Counted;
        public int Count;
    }

    /// <param name="LetIn">How much the key's total grows.</param>
    /// <param name="LastUsedAt">Unix milliseconds; 0 when this process has let none in.</param>
    internal sealed record Unwritten(KeyUsage Usage, Cell[] Cells, long LetIn, long LastUsedAt, string? LastUsedIp, string? LastUsedAgent);
}
