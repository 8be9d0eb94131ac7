using System.Globalization;
using CsCheck;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Tests.Faults;
using StackExchange.Redis;

namespace SalesOs.Dashboard.Tests.Cluster;

/// <summary>The script beside a model of it in plain words, over random histories, with a clock that the test sets: it may also go back.</summary>
[Trait("Speed", "Slow")]
public class GateScriptTests
{
    private const int Window = 30;
    private const long Start = 1_800_000_000;

    private enum Step
    {
        Pass,
        Back,
        Take,
        TakeOnce,
        Peek,
        GiveSignatureBack,
        Fence,
        End,
    }

    [Fact]
    public async Task Settle_RandomHistories_AgreesWithTheModel()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var database = connection.GetDatabase();
        // The script's own words, but for the clock.
        var settle = GateScripts.Settle.Replace("redis.call('TIME')", "{ARGV[4], '0'}", StringComparison.Ordinal);
        settle.ShouldContain("ARGV[4]");
        var run = string.Join("", ((byte[])(await database.ScriptEvaluateAsync("return string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')"))!).Select(b => (char)b));
        var generation = 0L;
        Gen.Select(Gen.Int[1, 6], Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 5000], Gen.Int[0, 3]).List[1, 120]).Sample(
            (limit, steps) =>
            {
                var names = new GateNames("model", Interlocked.Increment(ref generation));
                var key = new AskedKey(names, Guid.NewGuid());
                var now = Start;
                database.HashSet(names.Meta, [new("gen", names.GenerationText), new("run", run), new("since", Start - 1), new("armed", Start - 10_000_000)]);
                database.StringSet(key.Version, 1);
                var model = new Model(limit, Start - 1);
                foreach (var (step, number, which) in steps)
                {
                    switch (step)
                    {
                        case Step.Pass:
                            now += number;
                            continue;
                        case Step.Back:
                            now -= number * (which == 0 ? 3 : 1) / (which + 1);
                            continue;
                        case Step.Fence:
                            database.ScriptEvaluate(GateScripts.Fence, [names.Meta, key.Version], [names.GenerationText, which]);
                            model.Fence(which);
                            continue;
                        case Step.End when number > 300:
                            continue;
                        case Step.End:
                            database.ScriptEvaluate(GateScripts.Fence, [names.Meta, key.Version], [names.GenerationText, "x"]);
                            model.End();
                            continue;
                    }

                    var kind = step switch { Step.Take => GateScripts.Kind.Take, Step.Peek => GateScripts.Kind.Peek, Step.GiveSignatureBack => GateScripts.Kind.GiveSignatureBack, _ => GateScripts.Kind.TakeOnce };
                    var claim = new Claim
                    {
                        Key = Guid.Empty,
                        Ordinal = 0,
                        Version = which,
                        Limit = limit,
                        ExpiresAt = number % 50 == 0 ? now * 1000 : long.MaxValue,
                        Now = 0,
                        Timestamp = now + (number % 65) - 32,
                        Signature = (UInt128)(number % 7),
                        Token = number % 2,
                        Takes = kind != GateScripts.Kind.Peek,
                        SingleUse = kind is GateScripts.Kind.TakeOnce or GateScripts.Kind.GiveSignatureBack,
                    };
                    // A signature has one timestamp.
                    claim = claim with { Signature = claim.Signature + ((UInt128)claim.Timestamp << 8) };
                    PendingClaim[] batch = [new(in claim, kind, 0)];
                    var answers = (byte[])database.ScriptEvaluate(
                        settle, ClaimBatch.KeysOf(names, batch, _ => key), [names.GenerationText, Window, ClaimBatch.BytesOf(batch), now.ToString(CultureInfo.InvariantCulture)])!;
                    ClaimBatch.IsWhole(answers, 1).ShouldBeTrue();
                    var (answer, remaining) = model.Settle(kind, claim, now);
                    ClaimBatch.AnswerOf(answers, 0).ShouldBe(answer);
                    ClaimBatch.SettledOf(answers, 0).Grant.Remaining.ShouldBe(remaining);
                }
            },
            iter: FaultRun.Full ? 400 : 100,
            threads: 1);
    }

    /// <summary>The rules of <c>docs/signing.md</c> for one key.</summary>
    private sealed class Model(int limit, long since)
    {
        private readonly Dictionary<UInt128, long> signatures = [];
        private List<long> granted = [];
        private long newest;
        private int version = 1;
        private bool ended;
        private bool began;

        public void Fence(int raised) => version = Math.Max(version, raised);

        public void End() => ended = true;

        public (GateScripts.Answer Answer, int Remaining) Settle(GateScripts.Kind kind, Claim claim, long now)
        {
            if (kind == GateScripts.Kind.GiveSignatureBack)
            {
                if (signatures.TryGetValue(claim.Signature, out var owner) && owner == claim.Token)
                {
                    signatures.Remove(claim.Signature);
                }

                return (GateScripts.Answer.Ok, 0);
            }

            if (ended)
            {
                return (GateScripts.Answer.Gone, 0);
            }

            if (version > claim.Version)
            {
                return (GateScripts.Answer.Stale, 0);
            }

            version = claim.Version;
            if (claim.ExpiresAt <= now * 1000)
            {
                return (GateScripts.Answer.Expired, 0);
            }

            var minute = now / 60;
            newest = began ? newest : minute;
            if (newest > minute + 61)
            {
                // The clock went back by more than the hour: all counts as granted now.
                granted = [.. granted.Select(_ => minute)];
                newest = minute;
            }

            newest = Math.Max(newest, minute);
            granted.RemoveAll(at => at <= newest - 61);
            if (granted.Count >= limit)
            {
                return (GateScripts.Answer.Limited, 0);
            }

            if (kind == GateScripts.Kind.Peek)
            {
                return (GateScripts.Answer.Ok, limit - granted.Count);
            }

            granted.Add(newest);
            began = true;
            return (kind == GateScripts.Kind.TakeOnce ? Once(claim, now) : GateScripts.Answer.Ok, limit - granted.Count);
        }

        private GateScripts.Answer Once(Claim claim, long now) =>
            Math.Abs(now - claim.Timestamp) > Window ? GateScripts.Answer.OutsideWindow
            : claim.Timestamp <= since ? GateScripts.Answer.AfterLoss
            : signatures.TryAdd(claim.Signature, claim.Token) || signatures[claim.Signature] == claim.Token ? GateScripts.Answer.Ok
            : GateScripts.Answer.Seen;
    }
}
