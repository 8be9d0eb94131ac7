using System.Net;

namespace SalesOs.Dashboard.Usage;

/// <summary>The counters of one key: what is not yet written.</summary>
internal sealed class KeyUsage(Guid id, string tenantId)
{
    private readonly Lock sync = new();
    private CountCell[] cells = new CountCell[4];
    private CallerTable callers;
    private RejectionPlaces rejections;
    private NoticedCallers? noticed;
    private int used;
    private long letIn;
    private long lastUsedAt;
    private IPAddress? lastUsedIp;
    private string? lastUsedAgent;
    private string? lastRequestId;
    private bool queued;

    public Guid Id => id;

    public string TenantId => tenantId;

    /// <summary>Something waits to be written.</summary>
    public bool IsQueued
    {
        get
        {
            lock (sync)
            {
                return queued;
            }
        }
    }

    /// <summary>Counts one; true when the key was not yet waiting to be written.</summary>
    public bool Count(long nowMilliseconds, short route, short counted)
    {
        lock (sync)
        {
            Add((int)(nowMilliseconds / 60_000), route, counted, 1);
            return Queue();
        }
    }

    /// <summary>As <see cref="Count"/>, for a request that was let in: it is the key's latest use.</summary>
    public bool CountLetIn(long nowMilliseconds, short route, IPAddress? address, string? agent, string? requestId)
    {
        lock (sync)
        {
            Add((int)(nowMilliseconds / 60_000), route, CountedAs.Of(Verdict.LetIn), 1);
            letIn++;
            callers.Add(address, agent, nowMilliseconds);
            // One that lies ahead by more than requests overtake each other was noted by a clock that stood wrong.
            if (nowMilliseconds >= lastUsedAt || nowMilliseconds < lastUsedAt - 60_000)
            {
                lastUsedAt = nowMilliseconds;
                lastUsedIp = address;
                lastUsedAgent = agent;
                lastRequestId = requestId;
            }

            return Queue();
        }
    }

    /// <summary>Notes a caller beside the count; true when the key was not yet waiting to be written.</summary>
    public bool Notice(NoticedCallers.Who who, long nowMilliseconds)
    {
        lock (sync)
        {
            (noticed ??= new NoticedCallers()).Add(who, new NoticedCallers.Seen(1, nowMilliseconds, nowMilliseconds));
            return Queue();
        }
    }

    /// <summary>Takes a place in memory for a refused request. False: none is left.</summary>
    public bool TakeRejectionPlace(bool proven)
    {
        lock (sync)
        {
            return rejections.Take(proven);
        }
    }

    public void FreeRejectionPlace(bool proven)
    {
        lock (sync)
        {
            rejections.Free(proven);
        }
    }

    /// <summary>Counts a refused request that is not kept; true when the key was not yet waiting to be written.</summary>
    public bool DropRejection()
    {
        lock (sync)
        {
            rejections.Dropped++;
            return Queue();
        }
    }

    /// <summary>Whether one more body may be minified in this minute.</summary>
    public bool MayMinify(long nowMilliseconds)
    {
        lock (sync)
        {
            return rejections.MayMinify(nowMilliseconds / 60_000);
        }
    }

    /// <summary>Takes what waits to be written; from now on the key may be queued again.</summary>
    public UnwrittenUsage Take()
    {
        lock (sync)
        {
            queued = false;
            var seen = callers.Take(out var missed);
            var taken = new UnwrittenUsage(
                this, cells.AsSpan(0, used).ToArray(), letIn, lastUsedAt, lastUsedIp, lastUsedAgent, lastRequestId, seen, missed, rejections.Dropped, noticed);
            noticed = null;
            used = 0;
            letIn = 0;
            rejections.Dropped = 0;
            return taken;
        }
    }

    /// <summary>Puts back what could not be written; true when the key was not yet waiting.</summary>
    public bool PutBack(UnwrittenUsage unwritten)
    {
        lock (sync)
        {
            foreach (var cell in unwritten.Cells)
            {
                Add(cell.Minute, cell.Route, cell.Counted, cell.Count);
            }

            foreach (var caller in unwritten.Callers)
            {
                callers.Add(caller);
            }

            callers.AddMissed(unwritten.CallersMissed);
            if (unwritten.Noticed is { } before)
            {
                noticed ??= new NoticedCallers();
                foreach (var (who, seen) in before.All)
                {
                    noticed.Add(who, seen);
                }
            }

            rejections.Dropped += unwritten.RejectionsDropped;
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

        cells[used++] = new CountCell { Minute = minute, Route = route, Counted = counted, Count = count };
    }

    private bool Queue()
    {
        var first = !queued;
        queued = true;
        return first;
    }
}
