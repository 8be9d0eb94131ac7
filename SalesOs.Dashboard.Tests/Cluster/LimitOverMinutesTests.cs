using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Tests.Faults;
using StackExchange.Redis;

namespace SalesOs.Dashboard.Tests.Cluster;

/// <summary>
/// 16 clients over three nodes, and a clock of Redis that the test moves on while they call, second by second over the boundary of each minute: in no hour more is let in than the
/// limit, and nobody is refused while an hour and the minute before it hold less.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class LimitOverMinutesTests
{
    private const int Limit = 600;
    private const int Clients = 16;
    private const long Start = 1_800_000_000;

    [Fact]
    public async Task Limit_AtEveryBoundaryOfAMinute_IsNeverPassedAndShortByAtMostAMinute()
    {
        var minutes = FaultRun.Full ? 600 : 130;
        await using var redis = await RedisServer.StartAsync();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var wall = connection.GetDatabase();
        wall.StringSet("clock", Start);
        var record = new RecordInMemory();
        var clock = new TwoClocks(Start);
        var nodes = Enumerable.Range(0, NodeProcesses.Count).Select(_ => new RedisMemory(redis.Options(), record, clock, NullLogger<RedisMemory>.Instance, wording: ByTheClock)).ToList();
        await Task.WhenAll(nodes.Select(node => node.BeginAsync()));
        foreach (var node in nodes)
        {
            // Of nodes that begin at the same time one may have armed what another has begun.
            for (var tries = 0; (await node.SettleAsync(record.Make(1).Claim())).As is not SettledAs.Granted and var other; tries++)
            {
                tries.ShouldBeLessThan(500, other.ToString());
                await Task.Delay(10);
            }
        }

        var key = record.Make(Limit);
        var (granted, refused) = (new ConcurrentBag<Answered>(), new ConcurrentBag<Answered>());
        var (now, random) = (Start, new Random(FaultRun.Seed));
        for (var minute = 0; minute < minutes; minute++)
        {
            // From somewhere within the minute to its last second, and over it while they call.
            Pass(random.Next(1, 58));
            await BurstAsync(random.Next(4));
            Pass(59 - (now % 60));
            var burst = BurstAsync(random.Next(3));
            Pass(1);
            await burst;
        }

        var all = granted.OrderBy(grant => grant.From).ToList();
        all.Count.ShouldBeGreaterThan(Limit * minutes / 70);
        refused.Count.ShouldBeGreaterThan(minutes);
        foreach (var first in all)
        {
            // Those that surely lie within one hour.
            all.Count(grant => grant.From >= first.From && grant.To < first.From + 3600).ShouldBeLessThanOrEqualTo(Limit, $"in the hour from {first.From - Start} s on");
        }

        foreach (var one in refused)
        {
            // Those that may lie in the minute of the refusal or the 60 before it. A node asks again after a second (decision 0014).
            all.Count(grant => grant.To / 60 >= ((one.From - 1) / 60) - 60 && grant.From <= one.To).ShouldBeGreaterThanOrEqualTo(Limit, $"refused at {one.From - Start} s");
        }

        FaultRun.Tell(FormattableString.Invariant(
            $"a limit of {Limit} over three nodes and {minutes} boundaries of a minute (seed {FaultRun.Seed}), {Clients} clients: {all.Count} let in, {refused.Count} refused, never passed and never short by more than a minute"));
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }

        void Pass(long seconds)
        {
            if (seconds > 0)
            {
                clock.Pass(seconds);
                wall.StringSet("clock", now + seconds);
                Interlocked.Add(ref now, seconds);
            }
        }

        async Task BurstAsync(int calls) => await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            // Some clients call, at random, so that the hour is used up in some places and not in others.
            for (var call = 0; call < calls && Random.Shared.Next(2) == 0; call++)
            {
                var from = Interlocked.Read(ref now);
                var answer = await nodes[client % nodes.Count].SettleAsync(key.Claim());
                // The clock is set before it is noted here.
                var answered = new Answered(from, Interlocked.Read(ref now) + 1);
                switch (answer.As)
                {
                    case SettledAs.Granted:
                        granted.Add(answered);
                        break;
                    case SettledAs.Limited:
                        refused.Add(answered);
                        break;
                    default:
                        answer.As.ShouldBe(SettledAs.Granted);
                        break;
                }
            }
        })));
    }

    /// <summary>The scripts' own words, but for the clock.</summary>
    private static string ByTheClock(string script) => script.Replace("redis.call('TIME')", "({redis.call('GET', 'clock'), '0'})", StringComparison.Ordinal);

    /// <param name="From">Unix seconds of Redis's clock when it was asked.</param>
    /// <param name="To">The latest that it may have been when Redis answered.</param>
    private sealed record Answered(long From, long To);
}
