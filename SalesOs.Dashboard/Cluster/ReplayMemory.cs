namespace SalesOs.Dashboard.Cluster;

/// <summary>
/// Remembers the signatures that were accepted under single use until their timestamps have left the window, across a restart too once <see cref="Open"/> has given it
/// a file. It forgets by a clock that never steps. Where it can't know whether a signature was accepted it says so, for one window; when it is full it says so rather than forget.
/// </summary>
/// <remarks>See docs/decisions/0006-single-use-across-a-restart.md.</remarks>
public sealed partial class ReplayMemory : IDisposable
{
    /// <summary>About 110 MB, and 64 MB of file: 60 s of 66,000 fresh signatures a second.</summary>
    public const int Capacity = 4_000_000;

    /// <summary>Milliseconds by which the clocks may part between two looks before it counts as a step, beside 2 ‰ of the time that has gone by.</summary>
    private const long Tolerance = 1000;

    /// <summary>Milliseconds that a signature is kept beyond its window, for steps too small to be told.</summary>
    private const long Slack = 2000;

    private readonly Lock sync = new();
    private readonly Dictionary<long, ReplaySecond> seconds = [];
    private readonly Stack<HashSet<UInt128>> spare = new();
    private readonly TimeProvider clock;
    private readonly ILogger<ReplayMemory> logger;
    private readonly long windowSeconds;
    private readonly int capacity;
    private ReplayFile? file;
    private ReplayState seen;
    private long sweepAt;
    private int count;

    public ReplayMemory(ClusterOptions options, TimeProvider clock, ILogger<ReplayMemory> logger)
        : this(options.WindowSeconds, clock, logger, Capacity)
    {
    }

    internal ReplayMemory(int windowSeconds, TimeProvider clock, ILogger<ReplayMemory> logger, int capacity)
    {
        this.windowSeconds = windowSeconds;
        this.clock = clock;
        this.logger = logger;
        this.capacity = capacity;
        seen = Now();
    }

    private long Window => windowSeconds * 1000;

    /// <summary>Goes on from what the process before has left in the file. Comes once, before the first request.</summary>
    /// <param name="owner">32 bytes that name the database: another's signatures are of no use.</param>
    /// <param name="anyKeys">Whether there are keys under which something may have been accepted before.</param>
    /// <exception cref="Persistence.StartupFaultException">The file can't be made.</exception>
    public void Open(string path, ReadOnlySpan<byte> owner, bool anyKeys)
    {
        lock (sync)
        {
            file = ReplayFile.Open(path, owner, windowSeconds, capacity);
            var now = Now();
            if (file.Lost is null)
            {
                Recall(file, now);
            }
            else if (anyKeys)
            {
                // Clients whose clocks run ahead may have signed up to a window after this moment.
                seen = now with { Forgotten = (now.Wall / 1000) + windowSeconds, ClosedUntil = now.Steady + (2 * Window) + Slack };
                MemoryLost(file.Lost, windowSeconds);
            }

            file.Save(seen);
            file.Take(owner, windowSeconds);
        }
    }

    /// <summary>Takes the signature for accepted. Its timestamp must be inside the window.</summary>
    /// <param name="half">The first half of the signature.</param>
    /// <param name="timestamp">What was signed, Unix seconds; a signature has only one.</param>
    public ReplayAnswer Accept(UInt128 half, long timestamp)
    {
        lock (sync)
        {
            LookAtClocks();
            var second = seconds.GetValueOrDefault(timestamp);
            if (second is not null && second.Signatures.Contains(half))
            {
                return ReplayAnswer.Seen;
            }

            if (timestamp <= seen.Forgotten && seen.Steady < seen.ClosedUntil)
            {
                return ReplayAnswer.Unknown;
            }

            second ??= Begin(timestamp, seen.Wall);
            if (count >= capacity || !second.TryWrite(file, half))
            {
                return ReplayAnswer.Full;
            }

            second.Signatures.Add(half);
            count++;
            return ReplayAnswer.New;
        }
    }

    /// <summary>Forgets an accepted signature whose request was not worked on, so that it can be sent again.</summary>
    public void Release(UInt128 half, long timestamp)
    {
        lock (sync)
        {
            if (seconds.TryGetValue(timestamp, out var second) && second.Signatures.Remove(half))
            {
                count--;
                // Written once more; where there is no room the next process takes it for used, which errs on the safe side.
                second.TryWrite(file, half);
            }
        }
    }

    /// <summary>Seconds until a request signed now will be told from one that was accepted before; at least 1.</summary>
    public int SecondsClosed()
    {
        lock (sync)
        {
            var now = Now();
            return (int)Math.Clamp(Math.Min(seen.Forgotten - (now.Wall / 1000), (seen.ClosedUntil - now.Steady) / 1000) + 1, 1, 2 * windowSeconds);
        }
    }

    /// <summary>Gives back what has left the window and sees whether the clock has stepped; without requests somebody has to call it once a second.</summary>
    public void Look()
    {
        lock (sync)
        {
            LookAtClocks();
        }
    }

    /// <summary>Leaves the file complete, for the next process.</summary>
    public void Dispose()
    {
        lock (sync)
        {
            file?.Save(seen);
            file?.Dispose();
            file = null;
        }
    }

    private void Recall(ReplayFile kept, ReplayState now)
    {
        var before = kept.Load();
        // After a boot the steady clock has begun anew: no more can be said than that the wall clock must not have gone back.
        var elapsed = kept.SameBoot ? Math.Max(0, now.Steady - before.Steady) : Math.Max(0, now.Wall - before.Wall);
        var closedFor = Math.Clamp(before.ClosedUntil - before.Steady - elapsed, 0, (2 * Window) + Slack);
        seen = now with { Forgotten = before.Forgotten, ClosedUntil = now.Steady + closedFor };
        foreach (var (page, timestamp, used) in kept.Pages())
        {
            // A clock that ran ahead while nobody looked may come back.
            var second = seconds.GetValueOrDefault(timestamp) ?? Begin(timestamp, Math.Min(now.Wall, before.Wall + elapsed));
            second.Recall(kept, page, used);
        }

        count = seconds.Values.Sum(second => second.Signatures.Count);

        var step = now.Wall - before.Wall - elapsed;
        if (Math.Abs(step) > Tolerance + Slack + (elapsed / 500))
        {
            Stepped(step);
        }
    }

    private ReplaySecond Begin(long timestamp, long wall)
    {
        var second = new ReplaySecond(timestamp, spare.TryPop(out var set) ? set : []) { KeepUntil = seen.Steady + LeftOf(timestamp, wall) };
        seconds.Add(timestamp, second);
        return second;
    }

    /// <summary>Milliseconds until the timestamp has left the window.</summary>
    private long LeftOf(long timestamp, long wall) => ((timestamp + windowSeconds + 1) * 1000) - wall + Slack;

    private void LookAtClocks()
    {
        var now = Now();
        var elapsed = Math.Max(0, now.Steady - seen.Steady);
        var step = now.Wall - seen.Wall - elapsed;
        var before = seen;
        seen = now with { Forgotten = before.Forgotten, ClosedUntil = before.ClosedUntil };
        if (Math.Abs(step) > Tolerance + (elapsed / 500) || now.Steady < before.Steady)
        {
            // What stood by the steady clock stands as long as it had left, should even that one have been set back.
            var longest = (2 * Window) + Slack;
            var back = Math.Min(0, now.Steady - before.Steady);
            seen.ClosedUntil = Math.Min(before.ClosedUntil + back, now.Steady + longest);
            foreach (var second in seconds.Values)
            {
                second.KeepUntil = Math.Min(second.KeepUntil + back, now.Steady + longest);
            }

            sweepAt = now.Steady;
            Stepped(step);
        }

        if (now.Steady >= sweepAt)
        {
            sweepAt = now.Steady + 1000;
            Sweep();
            file?.Save(seen);
        }
    }

    /// <summary>
    /// The wall clock was set by <paramref name="step"/> milliseconds. What is remembered is kept until the new clock has passed it. What was forgotten before a step
    /// back could pass a second time, so for one window nothing is taken that may be it.
    /// </summary>
    private void Stepped(long step)
    {
        foreach (var second in seconds.Values)
        {
            second.KeepUntil = Math.Max(second.KeepUntil, seen.Steady + LeftOf(second.Timestamp, seen.Wall));
        }

        if (step < 0)
        {
            seen.ClosedUntil = Math.Max(seen.ClosedUntil, seen.Steady + Window);
        }

        ClockStepped(step / 1000.0, windowSeconds);
    }

    private void Sweep()
    {
        // While there is room, three windows more: a small step back then finds all of it still there.
        var until = seen.Steady - (count > capacity / 4 ? 0 : 3 * Window);
        foreach (var second in seconds.Values)
        {
            if (second.KeepUntil > until)
            {
                continue;
            }

            if (second.Signatures.Count > 0)
            {
                seen.Forgotten = Math.Max(seen.Forgotten, second.Timestamp);
            }

            count -= second.Signatures.Count;
            second.Free(file);
            seconds.Remove(second.Timestamp);
            if (spare.Count < 2 * windowSeconds)
            {
                second.Signatures.Clear();
                spare.Push(second.Signatures);
            }
        }

        if (seen.Steady >= seen.ClosedUntil && seen.Forgotten > (seen.Wall / 1000) + windowSeconds)
        {
            // From a time when the clock stood ahead; it has been heeded for its window.
            seen.Forgotten = 0;
        }
    }

    /// <summary>Both clocks at one moment.</summary>
    private ReplayState Now()
    {
        for (var tries = 1; ; tries++)
        {
            var before = Steady();
            var wall = clock.GetUtcNow().ToUnixTimeMilliseconds();
            var steady = Steady();
            // A thread that was held up between the two would see a step where there was none.
            if (steady - before < Tolerance / 10 || tries == 5)
            {
                return new ReplayState(wall, steady, Forgotten: 0, ClosedUntil: 0);
            }
        }

        long Steady() => clock.GetTimestamp() / (clock.TimestampFrequency / 1000);
    }

    [LoggerMessage(1500, LogLevel.Warning, "The clock was set by {Seconds} s. Signed requests that change something may get 503 for {Window} s where it can't be told whether they came before.")]
    private partial void ClockStepped(double seconds, long window);

    [LoggerMessage(1501, LogLevel.Warning, "The memory of single use is gone: {Reason}. Signed requests that change something get 503 for up to {Window} s.")]
    private partial void MemoryLost(string reason, long window);
}
