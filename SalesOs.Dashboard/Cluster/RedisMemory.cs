using System.Collections.Concurrent;
using StackExchange.Redis;

namespace SalesOs.Dashboard.Cluster;

/// <summary>
/// The gate's memory that several nodes share in Redis. A request is let in by the answer of one atomic script alone, asked after the request began; where that can't be had
/// in time the answer is <see cref="SettledAs.Away"/>.
/// </summary>
/// <remarks>See docs/decisions/0014-one-script-a-request-in-batches.md.</remarks>
public sealed class RedisMemory : IGateMemory, IAsyncDisposable
{
    /// <summary>Batches that are on their way at the same time.</summary>
    internal const int MostUnderWay = 2;

    /// <summary>Claims in a batch: Redis serves nobody else meanwhile.</summary>
    internal const int MostAtOnce = 128;

    /// <summary>A claim whose key is put into Redis more often than this is refused.</summary>
    private const int MostTurns = 3;

    private readonly ClusterOptions options;
    private readonly TimeProvider clock;
    private readonly RedisLine line;
    private readonly RedisArming arming;
    private readonly ClaimQueue claims;
    private readonly AbsentKeys absent;
    private readonly OpenFences fences;
    private readonly OwedToRedis owed;
    private readonly RedisClock redisClock;

    public RedisMemory(ClusterOptions options, IGateRecord record, TimeProvider clock, ILogger<RedisMemory> logger)
        : this(options, record, clock, logger, MostUnderWay, MostAtOnce)
    {
    }

    /// <param name="wording">What becomes of a script before it is run, so that a test can set the clock that it reads.</param>
    internal RedisMemory(
        ClusterOptions options, IGateRecord record, TimeProvider clock, ILogger<RedisMemory> logger, int mostUnderWay = MostUnderWay, int mostAtOnce = MostAtOnce, Func<string, string>? wording = null)
    {
        this.options = options;
        this.clock = clock;
        line = new RedisLine(options.Redis!.ConnectionString, wording);
        arming = new RedisArming(line, record, options, logger);
        claims = new ClaimQueue(SendAsync, Answer, mostUnderWay, mostAtOnce);
        absent = new AbsentKeys(line, arming, record, options.Redis.Patience, claims.Add, logger);
        fences = new OpenFences(line, arming);
        owed = new OwedToRedis(options.WindowSeconds);
        redisClock = new RedisClock(clock, logger);
        arming.Settle = SettleDebtsAsync;
        arming.Opened = PayDebts;
    }

    internal RedisLine Line => line;

    /// <summary>Whether Redis can't be asked.</summary>
    public bool IsAway => arming.IsAway;

    /// <summary>For how long that has lasted; null when it can be asked.</summary>
    public TimeSpan? AwayFor => arming.AwayFor;

    /// <summary>How far Redis's clock is ahead of this node's, when it last answered; it is exact to a second.</summary>
    public long SkewSeconds => redisClock.AheadSeconds;

    /// <summary>Connects, and arms Redis where that is to be done. Comes once, before the first request.</summary>
    /// <exception cref="Persistence.StartupFaultException">This Redis may not be used.</exception>
    public Task BeginAsync(CancellationToken cancellationToken = default) => arming.BeginAsync(cancellationToken);

    public ValueTask<Settled> SettleAsync(in Claim claim)
    {
        if (arming.Open is not { } asked)
        {
            return new(new Settled(SettledAs.Away));
        }

        // Who takes nothing was refused for a setting, and is told only by Redis that it is one of now.
        if (claim.Takes && asked.KeyOf(in claim).IsLimited(claim.Version, Steady(), out var limited))
        {
            return new(limited);
        }

        var kind = !claim.Takes ? GateScripts.Kind.Peek : claim.SingleUse ? GateScripts.Kind.TakeOnce : GateScripts.Kind.Take;
        var pending = new PendingClaim(in claim, kind, TimeProvider.System.GetTimestamp());
        var answer = pending.AsTask();
        claims.Add(pending);
        return answer;
    }

    public void GiveBack(in Claim claim) => GiveBack(new PendingClaim(in claim, GateScripts.Kind.GiveSignatureBack, TimeProvider.System.GetTimestamp()));

    public async ValueTask<bool> FenceAsync(IReadOnlyList<Fence> fences) => await this.fences.WriteAsync(fences);

    public async ValueTask<IReadOnlyList<int>?> UsedAsync(IReadOnlyList<(Guid Key, int Ordinal)> keys, long nowMilliseconds)
    {
        if (arming.Open is not { } asked)
        {
            return null;
        }

        try
        {
            var hours = await line.HashesAsync(keys.Select(key => asked.Names.Hour(key.Key))).WaitAsync(options.Redis!.Patience, TimeProvider.System);
            var gone = (nowMilliseconds / 60_000) - SlidingHour.Buckets;
            return [.. hours.Select(hour => hour.Where(bucket => bucket.Name.TryParse(out long minute) && minute > gone).Sum(bucket => (int)bucket.Value))];
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            return null;
        }
    }

    /// <summary>May come twice.</summary>
    public async ValueTask DisposeAsync()
    {
        arming.Dispose();
        RefuseWaiting();
        await line.DisposeAsync();
    }

    private long Steady() => clock.GetTimestamp() / (clock.TimestampFrequency / 1000);

    private void GiveBack(PendingClaim debt)
    {
        owed.Add(debt);
        // Either this sees that Redis is there, or whoever finds it there sees the debt.
        Interlocked.MemoryBarrier();
        if (!arming.IsAway)
        {
            PayDebts();
        }
    }

    private void PayDebts()
    {
        foreach (var debt in owed.Take())
        {
            claims.Add(debt);
        }
    }

    private async Task<byte[]?> SendAsync(IReadOnlyList<PendingClaim> batch)
    {
        if (arming.Open is not { } asked)
        {
            return null;
        }

        // Together with what it has waited in the queue, the first one waits as long as is allowed.
        var left = options.Redis!.Patience - TimeProvider.System.GetElapsedTime(batch[0].Since);
        var running = RunAsync(asked, batch);
        try
        {
            return await running.WaitAsync(left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException or ObjectDisposedException)
        {
            arming.Leave(running.IsCompleted ? fault.Message : "it did not answer in time");
            RefuseWaiting();
            _ = OweAsync(running, batch);
            return null;
        }
    }

    private async Task<byte[]> RunAsync(Asked asked, IReadOnlyList<PendingClaim> batch)
    {
        var keys = ClaimBatch.KeysOf(asked.Names, batch, pending => asked.KeyOf(pending.Claim));
        RedisValue[] arguments = [asked.Names.GenerationText, options.WindowSeconds, ClaimBatch.BytesOf(batch)];
        return await line.RunAsync(GateScripts.Settle, keys, arguments);
    }

    private void Answer(IReadOnlyList<PendingClaim> batch, byte[]? answers)
    {
        if (answers is null || !ClaimBatch.IsWhole(answers, batch.Count))
        {
            if (answers is not null)
            {
                // Another generation is armed, or Redis has lost what it held; nothing was done.
                arming.Leave(answers is [GateScripts.OtherGeneration] ? "another generation is armed" : "it has lost its memory");
                RefuseWaiting();
            }

            foreach (var pending in batch)
            {
                Refuse(pending);
            }

            return;
        }

        redisClock.Note(ClaimBatch.NowOf(answers));
        // Alone it goes on here, since each hop to another thread costs more than the answer; else one slow request would hold up the others.
        var here = batch.Count == 1;
        for (var i = 0; i < batch.Count; i++)
        {
            if (!batch[i].IsAwaited)
            {
                continue;
            }

            var settled = ClaimBatch.SettledOf(answers, i);
            switch (ClaimBatch.AnswerOf(answers, i))
            {
                case GateScripts.Answer.Absent when batch[i].Turns < MostTurns:
                    absent.Add(batch[i], ClaimBatch.NowOf(answers));
                    continue;
                case GateScripts.Answer.Absent:
                    settled = new Settled(SettledAs.Away);
                    break;
                case GateScripts.Answer.Limited:
                    arming.Open?.KeyOf(batch[i].Claim).NoteLimited(batch[i].Claim.Version, settled, Steady(), settled.Grant.ResetAt - ClaimBatch.NowOf(answers));
                    break;
            }

            batch[i].TryAnswer(settled, here);
        }
    }

    private void RefuseWaiting()
    {
        foreach (var pending in claims.Drain())
        {
            Refuse(pending);
        }
    }

    private void Refuse(PendingClaim pending)
    {
        if (!pending.TryAnswer(new Settled(SettledAs.Away)) && !pending.IsAwaited)
        {
            owed.Add(pending);
        }
    }

    /// <summary>
    /// Those that were refused because nothing was heard in time may have been granted all the same: what that took is given back. Where the answer never comes, the signature
    /// goes back by its token; one of the hour is lost then, and the caller was refused once more than needed.
    /// </summary>
    private async Task OweAsync(Task<byte[]> running, IReadOnlyList<PendingClaim> batch)
    {
        byte[]? answers = null;
        try
        {
            answers = await running;
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException or ObjectDisposedException)
        {
            // Nobody knows.
        }

        if (answers is not null && !ClaimBatch.IsWhole(answers, batch.Count))
        {
            return;
        }

        for (var i = 0; i < batch.Count; i++)
        {
            var (claim, kind) = (batch[i].Claim, batch[i].Kind);
            if (kind == GateScripts.Kind.TakeOnce && (answers is null || ClaimBatch.AnswerOf(answers, i) == GateScripts.Answer.Ok))
            {
                GiveBack(new PendingClaim(in claim, GateScripts.Kind.GiveSignatureBack, batch[i].Since));
            }

            if (answers is not null && (kind is GateScripts.Kind.Take or GateScripts.Kind.TakeOnce) && TookOne(ClaimBatch.AnswerOf(answers, i)))
            {
                GiveBack(new PendingClaim(in claim, GateScripts.Kind.GiveHourBack, batch[i].Since) { Minute = (int)(ClaimBatch.NowOf(answers) / 60) });
            }
        }
    }

    /// <summary>Check 9 has taken one of the hour, whatever check 10 said.</summary>
    private static bool TookOne(GateScripts.Answer answer) =>
        answer is GateScripts.Answer.Ok or GateScripts.Answer.OutsideWindow or GateScripts.Answer.AfterLoss or GateScripts.Answer.Seen;

    /// <summary>Before anything else is asked again: fences that nobody could write, and what was taken for requests that were refused.</summary>
    private async Task<bool> SettleDebtsAsync(Asked asked)
    {
        if (!await fences.WriteOpenAsync(asked))
        {
            return false;
        }

        foreach (var debts in owed.Take().Chunk(MostAtOnce))
        {
            await RunAsync(asked, debts);
        }

        return true;
    }
}
