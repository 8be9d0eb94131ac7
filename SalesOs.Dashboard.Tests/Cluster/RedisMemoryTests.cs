using SalesOs.Dashboard.Cluster;

namespace SalesOs.Dashboard.Tests.Cluster;

/// <summary>Several nodes on one Redis: what each decides holds for all.</summary>
[Trait("Speed", "Slow")]
public class RedisMemoryTests
{
    [Fact]
    public async Task Settle_OneSignatureOnThreeNodesAtOnce_IsGrantedOnce()
    {
        await using var nodes = await SharedNodes.StartAsync();
        var keys = Enumerable.Range(0, 20).Select(_ => nodes.Make()).ToList();
        var signatures = Enumerable.Range(0, 2000).Select(i => (Key: keys[i % 20], Half: SharedKey.Signature())).ToList();

        var answers = await Task.WhenAll(signatures.SelectMany(s => nodes.All.Select(node => AskAsync(node, s.Key.Claim(once: s.Half), s.Half))));

        foreach (var signature in answers.GroupBy(a => a.Half))
        {
            signature.Select(a => a.As).Order().ShouldBe([SettledAs.Granted, SettledAs.Seen, SettledAs.Seen]);
        }
    }

    [Fact]
    public async Task Settle_TheLimitOnThreeNodesAtOnce_IsMetExactly()
    {
        await using var nodes = await SharedNodes.StartAsync();
        var keys = Enumerable.Range(0, 10).Select(_ => nodes.Make(limit: 100)).ToList();

        var answers = await Task.WhenAll(Enumerable.Range(0, 3000).Select(async i => (Key: keys[i % 10], (await nodes.All[i % 3].SettleAsync(keys[i % 10].Claim())).As)));

        answers.GroupBy(a => a.Key).ShouldAllBe(key => key.Count(a => a.As == SettledAs.Granted) == 100 && key.Count(a => a.As == SettledAs.Limited) == 200);
    }

    [Fact]
    public async Task Settle_Granted_TellsHowTheHourStands()
    {
        await using var nodes = await SharedNodes.StartAsync(nodes: 2);
        var key = nodes.Make(limit: 3);

        (await nodes.First.SettleAsync(key.Claim(takes: false))).Grant.Remaining.ShouldBe(3);
        (await nodes.First.SettleAsync(key.Claim())).Grant.Remaining.ShouldBe(2);
        var second = await nodes.All[1].SettleAsync(key.Claim());
        second.Grant.Remaining.ShouldBe(1);
        second.Grant.ResetAt.ShouldBeInRange(((SharedKey.Now / 60) + 60) * 60, ((SharedKey.Now / 60) + 61) * 60);
        (await nodes.First.SettleAsync(key.Claim(takes: false))).Grant.Remaining.ShouldBe(1);
        (await nodes.First.UsedAsync([(key.Id, key.Ordinal)], SharedKey.Now * 1000)).ShouldBe([2]);
    }

    [Fact]
    public async Task Settle_OverTheLimit_CostsRedisNothing()
    {
        await using var nodes = await SharedNodes.StartAsync(nodes: 1);
        var key = nodes.Make(limit: 1);
        await nodes.First.SettleAsync(key.Claim());
        (await nodes.First.SettleAsync(key.Claim())).As.ShouldBe(SettledAs.Limited);

        var before = await nodes.Redis.ScriptsAsync();
        for (var i = 0; i < 10_000; i++)
        {
            (await nodes.First.SettleAsync(key.Claim())).As.ShouldBe(SettledAs.Limited);
        }

        // It is asked again each second, since the limit may have been raised on another node.
        (await nodes.Redis.ScriptsAsync() - before).ShouldBeLessThan(20);
        (await nodes.First.SettleAsync(key.Claim(version: 2) with { Limit = 2 })).As.ShouldBe(SettledAs.Granted);
    }

    [Fact]
    public async Task Settle_ManyAtOnce_GoTogether()
    {
        await using var nodes = await SharedNodes.StartAsync(nodes: 1);
        var key = nodes.Make();
        await nodes.First.SettleAsync(key.Claim());

        var before = await nodes.Redis.ScriptsAsync();
        await Task.WhenAll(Enumerable.Range(0, 5000).Select(_ => Task.Run(() => nodes.First.SettleAsync(key.Claim()).AsTask())));

        (await nodes.Redis.ScriptsAsync() - before).ShouldBeLessThan(2500);
        (await nodes.First.UsedAsync([(key.Id, key.Ordinal)], SharedKey.Now * 1000)).ShouldBe([5001]);
    }

    [Fact]
    public async Task Fence_UnderLoad_HoldsOnEveryNodeFromItsReturnOn()
    {
        await using var nodes = await SharedNodes.StartAsync();
        for (var round = 0; round < 40; round++)
        {
            var key = nodes.Make();
            var end = (KeyEnd)(round % 3);
            var fenced = 0L;
            var late = 0;
            var granted = 0;
            var callers = Enumerable.Range(0, 6).Select(caller => Task.Run(async () =>
            {
                while (true)
                {
                    var isLate = Volatile.Read(ref fenced) == 1;
                    var answer = (await nodes.All[caller % 3].SettleAsync(key.Claim(once: SharedKey.Signature()))).As;
                    if (answer == SettledAs.Granted)
                    {
                        Interlocked.Increment(ref granted);
                        Interlocked.Add(ref late, isLate ? 1 : 0);
                    }

                    if (isLate)
                    {
                        answer.ShouldBe(end == KeyEnd.None ? SettledAs.Stale : SettledAs.Gone);
                        return;
                    }
                }
            })).ToList();
            while (Volatile.Read(ref granted) < 20)
            {
                await Task.Yield();
            }

            nodes.Record.Change(key, version: 2, revoked: end == KeyEnd.Revoked);
            if (end == KeyEnd.Deleted)
            {
                nodes.Record.Delete(key);
            }

            (await nodes.All[round % 3].FenceAsync([new Fence(key.Id, 2, end)])).ShouldBeTrue();
            Interlocked.Exchange(ref fenced, 1);
            await Task.WhenAll(callers);
            late.ShouldBe(0);
        }
    }

    [Fact]
    public async Task Fence_AnOlderVersion_LowersNothing()
    {
        await using var nodes = await SharedNodes.StartAsync(nodes: 2);
        var key = nodes.Make();
        await nodes.First.FenceAsync([new Fence(key.Id, 5)]);
        await nodes.All[1].FenceAsync([new Fence(key.Id, 3)]);
        (await nodes.First.SettleAsync(key.Claim(version: 4))).As.ShouldBe(SettledAs.Stale);

        await nodes.First.FenceAsync([new Fence(key.Id, 6, KeyEnd.Revoked)]);
        await nodes.First.FenceAsync([new Fence(key.Id, 9)]);
        (await nodes.First.SettleAsync(key.Claim(version: 9))).As.ShouldBe(SettledAs.Gone);
    }

    [Fact]
    public async Task Settle_AVersionThatRedisDoesNotHaveYet_IsTakenUp()
    {
        await using var nodes = await SharedNodes.StartAsync(nodes: 2);
        var key = nodes.Make();
        await nodes.First.SettleAsync(key.Claim());

        (await nodes.First.SettleAsync(key.Claim(version: 2))).As.ShouldBe(SettledAs.Granted);

        (await nodes.All[1].SettleAsync(key.Claim(version: 1))).As.ShouldBe(SettledAs.Stale);
    }

    [Fact]
    public async Task Settle_ARecordThatWasReadBeforeTheFence_DoesNotUndoIt()
    {
        await using var nodes = await SharedNodes.StartAsync(nodes: 2);
        var key = nodes.Make();
        nodes.Record.Read = async () =>
        {
            // The read is done, and what it found not yet put into Redis.
            nodes.Record.Read = () => Task.CompletedTask;
            nodes.Record.Change(key, version: 2);
            (await nodes.All[1].FenceAsync([new Fence(key.Id, 2)])).ShouldBeTrue();
        };

        (await nodes.First.SettleAsync(key.Claim())).As.ShouldBe(SettledAs.Stale);
    }

    [Fact]
    public async Task Settle_AnAbsentKey_IsReadOnceForAll()
    {
        await using var nodes = await SharedNodes.StartAsync(nodes: 1);
        var known = nodes.Make();
        var (revoked, deleted) = (nodes.Make(), nodes.Make());
        nodes.Record.Change(revoked, version: 2, revoked: true);
        nodes.Record.Delete(deleted);

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => nodes.First.SettleAsync(known.Claim()).AsTask()));

        answers.ShouldAllBe(answer => answer.As == SettledAs.Granted);
        nodes.Record.Reads.ShouldBeLessThan(5);
        (await nodes.First.SettleAsync(revoked.Claim())).As.ShouldBe(SettledAs.Gone);
        (await nodes.First.SettleAsync(deleted.Claim())).As.ShouldBe(SettledAs.Gone);
    }

    [Fact]
    public async Task Settle_ByRedissClock_KnowsExpiryAndWindow()
    {
        await using var nodes = await SharedNodes.StartAsync(nodes: 1);
        var key = nodes.Make();
        (await nodes.First.SettleAsync(key.Claim(expires: (SharedKey.Now - 1) * 1000))).As.ShouldBe(SettledAs.Expired);
        (await nodes.First.SettleAsync(key.Claim(once: 1, timestamp: SharedKey.Now + 33))).As.ShouldBe(SettledAs.OutsideWindow);
        (await nodes.First.SettleAsync(key.Claim(once: 2, timestamp: SharedKey.Now - 33))).As.ShouldBe(SettledAs.OutsideWindow);
    }

    [Fact]
    public async Task GiveBack_ByItsOwnToken_FreesTheSignature()
    {
        await using var nodes = await SharedNodes.StartAsync(nodes: 2);
        var key = nodes.Make();
        var first = key.Claim(once: SharedKey.Signature());
        (await nodes.First.SettleAsync(first)).As.ShouldBe(SettledAs.Granted);
        (await nodes.First.SettleAsync(first)).As.ShouldBe(SettledAs.Granted, "it asks again with its own token");

        nodes.All[1].GiveBack(first with { Token = 1 });
        (await nodes.All[1].SettleAsync(first with { Token = 2 })).As.ShouldBe(SettledAs.Seen, "another's token gives nothing back");

        nodes.All[1].GiveBack(first);
        (await nodes.All[1].SettleAsync(first with { Token = 3 })).As.ShouldBe(SettledAs.Granted);
    }

    private static async Task<(UInt128 Half, SettledAs As)> AskAsync(RedisMemory node, Claim claim, UInt128 half) => (half, (await node.SettleAsync(claim)).As);
}
