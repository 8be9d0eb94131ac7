using StackExchange.Redis;

namespace SalesOs.Dashboard.Cluster;

/// <summary>
/// Whether Redis can be asked, and under which generation. Once it could not be, a probe asks each 100 ms; where Redis has lost its memory, a new generation is begun in the
/// record and armed. Whatever a node asks bears its generation, so it makes no difference which node arms, nor how many try.
/// </summary>
internal sealed partial class RedisArming(RedisLine line, IGateRecord record, ClusterOptions options, ILogger logger) : IDisposable
{
    private static readonly TimeSpan BetweenProbes = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource stopping = new();
    private readonly string prefix = options.Redis!.KeyPrefix;
    private volatile Asked? asked;
    private int away = 1;
    private int stopped;
    private long awaySince = TimeProvider.System.GetTimestamp();

    /// <summary>What is asked now; null while nothing can be.</summary>
    public Asked? Open => Volatile.Read(ref away) == 0 ? asked : null;

    /// <summary>Whether it lasts already that Redis can't be asked.</summary>
    public bool IsAway => Volatile.Read(ref away) != 0;

    /// <summary>For how long that has lasted; null when it can be asked.</summary>
    public TimeSpan? AwayFor => IsAway ? TimeProvider.System.GetElapsedTime(Volatile.Read(ref awaySince)) : null;

    /// <summary>Runs when Redis can be asked again, before anything is: what is owed to it.</summary>
    public Func<Asked, Task<bool>> Settle { get; set; } = _ => Task.FromResult(true);

    /// <summary>Runs when Redis can be asked again.</summary>
    public Action Opened { get; set; } = () => { };

    /// <summary>Looks for Redis for the first time; if it is not there the probe goes on.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        await line.BeginAsync();
        if (await RedisLine.OrNullAsync(line.FaultAsync) is { } fault)
        {
            throw new Persistence.StartupFaultException($"Redis:ConnectionString: this Redis can't be used: {fault}.");
        }

        if (!await ProbedAsync(cancellationToken))
        {
            NotThere();
        }

        _ = ProbeOnAsync();
    }

    /// <summary>From now on nothing is asked until the probe was answered.</summary>
    /// <returns>False: that is so already.</returns>
    public bool Leave(string reason)
    {
        if (Interlocked.Exchange(ref away, 1) != 0)
        {
            return false;
        }

        awaySince = TimeProvider.System.GetTimestamp();
        Left(reason);
        _ = ProbeOnAsync();
        return true;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref stopped, 1) == 0)
        {
            stopping.Cancel();
            stopping.Dispose();
        }
    }

    private async Task ProbeOnAsync()
    {
        try
        {
            while (IsAway)
            {
                if (!await ProbedAsync(stopping.Token))
                {
                    await Task.Delay(BetweenProbes, TimeProvider.System, stopping.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The program stops.
        }
        catch (ObjectDisposedException)
        {
            // The program has stopped.
        }
    }

    /// <summary>One look. Whatever it meets, there is another.</summary>
    private async Task<bool> ProbedAsync(CancellationToken cancellationToken)
    {
        try
        {
            var now = asked ?? new Asked(new GateNames(prefix, await record.GenerationAsync(cancellationToken)));
            if (!await IsArmedAsync(now) && await ArmAsync(now, cancellationToken) is var armed)
            {
                if (armed is null)
                {
                    return false;
                }

                now = armed;
            }

            asked = now;
            if (!await Settle(now))
            {
                return false;
            }

            Interlocked.Exchange(ref away, 0);
            Opened();
            Back((long)TimeProvider.System.GetElapsedTime(awaySince).TotalMilliseconds);
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception fault)
        {
            StillAway(fault);
            return false;
        }
    }

    private async Task<bool> IsArmedAsync(Asked now)
    {
        RedisValue[] arguments = [now.Names.GenerationText, options.WindowSeconds, Array.Empty<byte>()];
        var answered = await line.RunAsync(GateScripts.Settle, new[] { now.Names.Meta }, arguments);
        return ClaimBatch.IsWhole(answered, claims: 0);
    }

    /// <summary>Null: another look has to tell.</summary>
    private async Task<Asked?> ArmAsync(Asked now, CancellationToken cancellationToken)
    {
        if (await line.FaultAsync() is { } fault)
        {
            NotUsable(fault);
            return null;
        }

        await using var taken = await record.TryTakeBeginningAsync(cancellationToken);
        if (taken is null)
        {
            return null;
        }

        // Another node may have armed one meanwhile, even the one that this node found unarmed.
        var begun = await record.GenerationAsync(cancellationToken);
        var known = begun == now.Names.Generation ? now : new Asked(new GateNames(prefix, begun));
        if (await IsArmedAsync(known))
        {
            return known;
        }

        // The one that the record knows is over: what stands under it in Redis is not all that stood there.
        var generation = await record.BeginAsync(begun, cancellationToken);
        var next = new Asked(new GateNames(prefix, generation));
        var closed = await record.AnyKeysAsync(cancellationToken) ? options.WindowSeconds : -options.WindowSeconds - 1;
        RedisValue[] arguments = [next.Names.GenerationText, closed];
        var answered = await line.RunAsync(GateScripts.Arm, new[] { next.Names.Meta }, arguments);
        asked = next;
        if (answered is not [(byte)'K'])
        {
            return null;
        }

        Armed(closed > 0 ? LogLevel.Warning : LogLevel.Information, generation, Math.Max(0, closed));
        return next;
    }

    [LoggerMessage(1510, LogLevel.Warning, "Redis can't be asked: {Reason}. Signed requests get 503 until it can.")]
    private partial void Left(string reason);

    [LoggerMessage(1511, LogLevel.Information, "Redis is asked, after {Milliseconds} ms without.")]
    private partial void Back(long milliseconds);

    [LoggerMessage(EventId = 1512, Message = "Redis held nothing of this generation, or not all of it: generation {Generation} is armed. Signed requests that change something get 503 for up to {Window} s.")]
    private partial void Armed(LogLevel level, long generation, int window);

    [LoggerMessage(1513, LogLevel.Error, "Redis can't be used: {Fault}. Signed requests get 503.")]
    private partial void NotUsable(string fault);

    [LoggerMessage(1514, LogLevel.Debug, "Redis could not be asked.")]
    private partial void StillAway(Exception fault);

    [LoggerMessage(1515, LogLevel.Warning, "Redis does not answer. Signed requests get 503 until it does.")]
    private partial void NotThere();
}

/// <summary>The names of one generation, and the keys that were asked about under it.</summary>
internal sealed class Asked(GateNames names)
{
    private readonly OrdinalTable<AskedKey> keys = new();

    public GateNames Names => names;

    public AskedKey KeyOf(in Claim claim) => keys.Find(claim.Ordinal) ?? keys.Of(claim.Ordinal, (names, claim.Key), static made => new AskedKey(made.names, made.Key));
}
