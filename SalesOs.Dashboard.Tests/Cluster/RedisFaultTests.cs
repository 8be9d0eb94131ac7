using System.Diagnostics;
using SalesOs.Dashboard.Cluster;

namespace SalesOs.Dashboard.Tests.Cluster;

/// <summary>Redis goes away, loses its memory or hangs: no wrong yes, 503 at once, and it comes back by itself.</summary>
[Trait("Speed", "Long")]
public class RedisFaultTests
{
    [Fact]
    public async Task Settle_RedisHangs_IsAwayWithinThePatienceAndThenAtOnce()
    {
        await using var nodes = await SharedNodes.StartAsync(nodes: 1, patienceMilliseconds: 1000);
        var key = nodes.Make(limit: 10);
        var half = SharedKey.Signature();
        await nodes.First.SettleAsync(key.Claim());
        await nodes.Redis.HoldAsync();

        var (first, waited) = await TimedAsync(nodes.First, key.Claim(once: half));
        first.ShouldBe(SettledAs.Away);
        waited.ShouldBeInRange(900, 4000);
        for (var i = 0; i < 20; i++)
        {
            (await TimedAsync(nodes.First, key.Claim())).As.ShouldBe(SettledAs.Away);
        }

        await nodes.Redis.GoOnAsync();
        await nodes.UntilBackAsync(seconds: 10);
        // What the late answer had taken is given back, since the caller was refused: the signature always, one of the hour where the answer has come at all (decision 0014).
        await Task.Delay(2000);
        (await nodes.First.UsedAsync([(key.Id, key.Ordinal)], SharedKey.Now * 1000))![0].ShouldBeInRange(1, 2);
        (await nodes.First.SettleAsync(key.Claim(once: half))).As.ShouldBe(SettledAs.Granted);
        nodes.Record.Generation.ShouldBe(1, "it lost nothing");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Settle_RedisKilledAndStartedAgain_RebuildsFromTheRecordAndTakesNoSignatureTwice(bool keepsFile)
    {
        await using var nodes = await SharedNodes.StartAsync(keepsFile: keepsFile, window: 2, patienceMilliseconds: 2000);
        var (key, limited, revoked) = (nodes.Make(), nodes.Make(limit: 5), nodes.Make());
        await Task.Delay(2100);
        var accepted = new List<Claim>();
        for (var i = 0; i < 20; i++)
        {
            var claim = key.Claim(once: SharedKey.Signature(), timestamp: SharedKey.Now + 2);
            (await nodes.All[i % 3].SettleAsync(claim)).As.ShouldBeOneOf(SettledAs.Granted, SettledAs.AfterLoss, SettledAs.OutsideWindow);
            accepted.Add(claim);
        }

        for (var i = 0; i < 4; i++)
        {
            (await nodes.First.SettleAsync(limited.Claim())).As.ShouldBe(SettledAs.Granted);
        }

        nodes.Record.Count(limited, 4);
        await nodes.First.SettleAsync(revoked.Claim());
        nodes.Record.Change(revoked, version: 2, revoked: true);
        await nodes.First.FenceAsync([new Fence(revoked.Id, 2, KeyEnd.Revoked)]);

        await nodes.Redis.KillAsync();
        await nodes.UntilAwayAsync();
        await nodes.Redis.BeginAsync();
        await nodes.UntilBackAsync(seconds: 5);

        nodes.Record.Generation.ShouldBe(2);
        foreach (var claim in accepted)
        {
            (await nodes.All[1].SettleAsync(claim with { Token = 7 })).As.ShouldBeOneOf(SettledAs.AfterLoss, SettledAs.OutsideWindow, SettledAs.Seen);
        }

        (await nodes.All[2].SettleAsync(revoked.Claim())).As.ShouldBe(SettledAs.Gone);
        (await nodes.All[0].SettleAsync(limited.Claim())).As.ShouldBe(SettledAs.Granted);
        (await nodes.All[1].SettleAsync(limited.Claim())).As.ShouldBe(SettledAs.Limited);
        await EventuallyAsync(async () => (await nodes.First.SettleAsync(key.Claim(once: SharedKey.Signature()))).As == SettledAs.Granted);
    }

    [Fact]
    public async Task Settle_RedisStartedFromAnOlderFile_BelievesNothingOfIt()
    {
        await using var nodes = await SharedNodes.StartAsync(nodes: 2, patienceMilliseconds: 2000);
        var key = nodes.Make();
        (await nodes.First.SettleAsync(key.Claim())).As.ShouldBe(SettledAs.Granted);
        (await nodes.Redis.AskAsync("SAVE")).ShouldStartWith("+OK");
        nodes.Record.Change(key, version: 2, revoked: true);
        (await nodes.First.FenceAsync([new Fence(key.Id, 2, KeyEnd.Revoked)])).ShouldBeTrue();

        await nodes.Redis.KillAsync();
        await nodes.UntilAwayAsync();
        await nodes.Redis.BeginAsync();
        await nodes.UntilBackAsync();

        (await nodes.All[1].SettleAsync(key.Claim())).As.ShouldBe(SettledAs.Gone);
    }

    [Fact]
    public async Task Settle_RedisEmptied_IsArmedAnewByOneGeneration()
    {
        await using var nodes = await SharedNodes.StartAsync(patienceMilliseconds: 2000);
        var key = nodes.Make();
        await nodes.First.SettleAsync(key.Claim());

        await nodes.Redis.AskAsync("FLUSHALL");

        (await Task.WhenAll(nodes.All.Select(node => node.SettleAsync(key.Claim()).AsTask()))).ShouldAllBe(answer => answer.As != SettledAs.Granted);
        await nodes.UntilBackAsync();
        await EventuallyAsync(async () => (await Task.WhenAll(nodes.All.Select(node => node.SettleAsync(key.Claim()).AsTask()))).All(answer => answer.As == SettledAs.Granted));
        var once = await nodes.First.SettleAsync(key.Claim(once: SharedKey.Signature()));
        once.As.ShouldBe(SettledAs.AfterLoss);
        once.RetryAfter.ShouldBeInRange(25, 31);
    }

    /// <summary>A node finds the generation that another one has begun, before that one has armed it, and comes to its turn when it has.</summary>
    [Fact]
    public async Task Begin_OfAGenerationThatIsArmedMeanwhile_BeginsNoOther()
    {
        await using var nodes = await SharedNodes.StartAsync(nodes: 0);
        var (begun, found) = (new TaskCompletionSource(), new TaskCompletionSource());
        nodes.Record.Begun = async () =>
        {
            begun.TrySetResult();
            await found.Task;
        };
        var first = nodes.AddAsync();
        await begun.Task;
        nodes.Record.Taking = async () =>
        {
            found.TrySetResult();
            await first;
        };

        await nodes.AddAsync();

        nodes.Record.Generation.ShouldBe(1);
        (await Task.WhenAll(nodes.All.Select(node => node.SettleAsync(nodes.Make().Claim()).AsTask()))).ShouldAllBe(answer => answer.As == SettledAs.Granted);
    }

    [Fact]
    public async Task Settle_ScriptsForgotten_GoesOn()
    {
        await using var nodes = await SharedNodes.StartAsync(nodes: 2, patienceMilliseconds: 2000);
        var key = nodes.Make();
        await nodes.First.SettleAsync(key.Claim());

        for (var i = 0; i < 5; i++)
        {
            await nodes.Redis.AskAsync("SCRIPT FLUSH");
            (await nodes.All[i % 2].SettleAsync(key.Claim())).As.ShouldBe(SettledAs.Granted);
        }
    }

    [Fact]
    public async Task Settle_RedisSleepsForLessThanThePatience_Waits()
    {
        await using var nodes = await SharedNodes.StartAsync(nodes: 1, patienceMilliseconds: 2000);
        var key = nodes.Make();
        await nodes.First.SettleAsync(key.Claim());
        var sleeping = nodes.Redis.AskAsync("DEBUG SLEEP 0.3");
        await Task.Delay(50);

        (await nodes.First.SettleAsync(key.Claim())).As.ShouldBe(SettledAs.Granted);

        await sleeping;
    }

    [Fact]
    public async Task Fence_RedisHangs_IsNotProvenAndIsWrittenBeforeAnythingElseOnceItIsBack()
    {
        await using var nodes = await SharedNodes.StartAsync(nodes: 2, patienceMilliseconds: 2000);
        var key = nodes.Make();
        await nodes.First.SettleAsync(key.Claim());
        await nodes.Redis.HoldAsync();
        nodes.Record.Change(key, version: 2, revoked: true);

        var began = Stopwatch.GetTimestamp();
        (await nodes.First.FenceAsync([new Fence(key.Id, 2, KeyEnd.Revoked)])).ShouldBeFalse();
        Stopwatch.GetElapsedTime(began).TotalSeconds.ShouldBeInRange(4.5, 10);

        await nodes.Redis.GoOnAsync();
        var again = nodes.First.FenceAsync([]);
        await nodes.UntilBackAsync(seconds: 10);
        (await nodes.First.SettleAsync(key.Claim())).As.ShouldBe(SettledAs.Gone);
        (await again).ShouldBeTrue();
        (await nodes.All[1].SettleAsync(key.Claim())).As.ShouldBe(SettledAs.Gone);
    }

    [Fact]
    public async Task Begin_RedisThatEvicts_IsRefused()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.AskAsync("CONFIG SET maxmemory-policy allkeys-lru");
        await using var node = new RedisMemory(redis.Options(), new RecordInMemory(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<RedisMemory>.Instance);
        (await Should.ThrowAsync<SalesOs.Dashboard.Persistence.StartupFaultException>(() => node.BeginAsync())).Message.ShouldContain("noeviction");
    }

    [Fact]
    public async Task Begin_WithoutRedis_ComesLater()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.KillAsync();
        var record = new RecordInMemory();
        await using var node = new RedisMemory(redis.Options(), record, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<RedisMemory>.Instance);
        await node.BeginAsync();
        var key = record.Make(10);
        (await node.SettleAsync(key.Claim())).As.ShouldBe(SettledAs.Away);

        await redis.BeginAsync();

        await EventuallyAsync(async () => (await node.SettleAsync(key.Claim())).As == SettledAs.Granted);
    }

    /// <summary>As three nodes do that start at once beside an empty Redis: one that began another generation would shut the first out again.</summary>
    [Fact]
    public async Task Begin_WhileAnotherNodeWaitsToArm_WaitsForItsGeneration()
    {
        await using var redis = await RedisServer.StartAsync();
        var (begun, confirmed) = (new TaskCompletionSource(), new TaskCompletionSource());
        var record = new RecordInMemory
        {
            Begun = () =>
            {
                begun.TrySetResult();
                return confirmed.Task;
            },
        };
        await using var first = new RedisMemory(redis.Options(), record, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<RedisMemory>.Instance);
        await using var second = new RedisMemory(redis.Options(), record, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<RedisMemory>.Instance);
        var key = record.Make(10);
        var starts = first.BeginAsync();
        await begun.Task;

        await second.BeginAsync().WaitAsync(TimeSpan.FromSeconds(30));
        (await second.SettleAsync(key.Claim())).As.ShouldBe(SettledAs.Away);
        confirmed.SetResult();
        await starts;

        (await first.SettleAsync(key.Claim())).As.ShouldBe(SettledAs.Granted);
        await EventuallyAsync(async () => (await second.SettleAsync(key.Claim())).As == SettledAs.Granted);
        (await first.SettleAsync(key.Claim())).As.ShouldBe(SettledAs.Granted);
        record.Generation.ShouldBe(1);
    }

    private static async Task<(SettledAs As, double Milliseconds)> TimedAsync(RedisMemory node, Claim claim)
    {
        var began = Stopwatch.GetTimestamp();
        var answer = await node.SettleAsync(claim);
        return (answer.As, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
    }

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Stopwatch.GetElapsedTime(began).TotalSeconds.ShouldBeLessThan(20);
            await Task.Delay(20);
        }
    }
}
