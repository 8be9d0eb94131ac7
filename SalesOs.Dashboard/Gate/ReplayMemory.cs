using System.Runtime.InteropServices;

namespace SalesOs.Dashboard.Gate;

/// <summary>
/// Remembers the signatures that were accepted under single use until their timestamps have left the window. In memory alone: after a start
/// nothing is known of what came before (<see cref="StartedAt"/>), and when it is full it says so rather than forget.
/// </summary>
public sealed class ReplayMemory
{
    /// <summary>About 110 MB: 60 s of 66,000 fresh signatures a second.</summary>
    public const int Capacity = 4_000_000;

    private readonly Second[] seconds;
    private readonly int windowSeconds;
    private readonly int capacity;
    private long sweptAt;
    private int count;

    public ReplayMemory(GateOptions options, TimeProvider clock)
        : this(options.WindowSeconds, clock.GetUtcNow(), Capacity)
    {
    }

    internal ReplayMemory(int windowSeconds, DateTimeOffset startedAt, int capacity)
    {
        this.windowSeconds = windowSeconds;
        this.capacity = capacity;
        // Timestamps from a window behind the clock to a window before it are alive together.
        seconds = [.. Enumerable.Range(0, (2 * windowSeconds) + 2).Select(_ => new Second())];
        StartedAt = (startedAt.ToUnixTimeMilliseconds() + 999) / 1000;
    }

    /// <summary>Unix seconds of the first timestamp that can't have been accepted by a process before this one.</summary>
    public long StartedAt { get; }

    /// <summary>Takes the signature for accepted. Its timestamp must be inside the window.</summary>
    /// <param name="signature">32 raw bytes, whose first half is kept: 128 bits of a keyed hash don't meet by chance.</param>
    public ReplayAnswer Accept(ReadOnlySpan<byte> signature, long timestamp, long nowSeconds)
    {
        Sweep(nowSeconds);
        // Second: the clock has been ahead, and what was accepted under this timestamp may have been forgotten then.
        if (Volatile.Read(ref count) >= capacity || timestamp + windowSeconds < Volatile.Read(ref sweptAt))
        {
            return ReplayAnswer.Full;
        }

        var second = seconds[timestamp % seconds.Length];
        lock (second)
        {
            if (second.Timestamp > timestamp)
            {
                // The clock has jumped back further than the memory reaches.
                return ReplayAnswer.Full;
            }

            if (second.Timestamp < timestamp)
            {
                Interlocked.Add(ref count, -second.Signatures.Count);
                second.Signatures.Clear();
                second.Timestamp = timestamp;
            }

            if (!second.Signatures.Add(MemoryMarshal.Read<UInt128>(signature)))
            {
                return ReplayAnswer.Seen;
            }
        }

        Interlocked.Increment(ref count);
        return ReplayAnswer.New;
    }

    /// <summary>Forgets an accepted signature whose request failed on our side, so that it can be sent again.</summary>
    public void Release(ReadOnlySpan<byte> signature, long timestamp)
    {
        var second = seconds[timestamp % seconds.Length];
        lock (second)
        {
            if (second.Timestamp == timestamp && second.Signatures.Remove(MemoryMarshal.Read<UInt128>(signature)))
            {
                Interlocked.Decrement(ref count);
            }
        }
    }

    /// <summary>Once a second, gives back what has left the window.</summary>
    private void Sweep(long nowSeconds)
    {
        var last = Volatile.Read(ref sweptAt);
        if (nowSeconds <= last || Interlocked.CompareExchange(ref sweptAt, nowSeconds, last) != last)
        {
            return;
        }

        foreach (var second in seconds)
        {
            lock (second)
            {
                if (second.Timestamp + windowSeconds < nowSeconds && second.Signatures.Count > 0)
                {
                    Interlocked.Add(ref count, -second.Signatures.Count);
                    second.Signatures.Clear();
                }
            }
        }
    }

    private sealed class Second
    {
        public long Timestamp { get; set; }

        public HashSet<UInt128> Signatures { get; } = [];
    }
}

public enum ReplayAnswer
{
    New,
    Seen,
    Full,
}
