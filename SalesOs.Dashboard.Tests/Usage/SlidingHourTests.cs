using CsCheck;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Usage;

public class SlidingHourTests
{
    [Fact]
    public void Grant_RandomArrivals_NoHourEverHoldsMoreThanTheLimit() =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[0, 400].List[1, 300]).Sample((limit, gaps) =>
        {
            var usage = new KeyUsage(Guid.NewGuid(), "tenant");
            var granted = new List<long>();
            var now = 1_800_000_000_000L;
            foreach (var gap in gaps)
            {
                now += gap * 1000L;
                if (usage.TryGrant(limit, now).Granted)
                {
                    granted.Add(now);
                }
            }

            for (var i = 0; i < granted.Count; i++)
            {
                granted.Count(t => t >= granted[i] && t < granted[i] + 3_600_000).ShouldBeLessThanOrEqualTo(limit);
            }
        });

    [Fact]
    public void Grant_AtMostAMinuteStricterThanAnExactHour()
    {
        var usage = new KeyUsage(Guid.NewGuid(), "tenant");
        var start = 1_800_000_000_000L;
        usage.TryGrant(1, start).Granted.ShouldBeTrue();
        usage.TryGrant(1, start + 3_599_999).Granted.ShouldBeFalse();
        usage.TryGrant(1, start + 3_660_000).Granted.ShouldBeTrue();
    }

    [Fact]
    public void Reset_IsTheSecondAtWhichOneBecomesFree() =>
        Gen.Select(Gen.Int[1, 10], Gen.Int[0, 600].List[1, 100]).Sample((limit, gaps) =>
        {
            var usage = new KeyUsage(Guid.NewGuid(), "tenant");
            var now = 1_800_000_000_000L;
            foreach (var gap in gaps)
            {
                now += gap * 1000L;
                var grant = usage.TryGrant(limit, now);
                if (!grant.Granted)
                {
                    usage.Peek(limit, (grant.ResetAt * 1000) - 1).Granted.ShouldBeFalse();
                    usage.Peek(limit, grant.ResetAt * 1000).Granted.ShouldBeTrue();
                    return;
                }
            }
        });

    [Fact]
    public void Grant_ClockJumpsBack_HandsOutNothingAnew()
    {
        var usage = new KeyUsage(Guid.NewGuid(), "tenant");
        var now = 1_800_000_000_000L;
        usage.TryGrant(1, now).Granted.ShouldBeTrue();
        usage.TryGrant(1, now - 7_200_000).Granted.ShouldBeFalse();
    }

    [Fact]
    public void Grant_LimitLoweredBelowWhatWasUsed_RefusesUntilEnoughIsFree()
    {
        var usage = new KeyUsage(Guid.NewGuid(), "tenant");
        var now = 1_800_000_000_000L;
        for (var i = 0; i < 10; i++)
        {
            usage.TryGrant(10, now + (i * 60_000)).Granted.ShouldBeTrue();
        }

        var grant = usage.TryGrant(3, now + 600_000);
        grant.Granted.ShouldBeFalse();
        grant.Remaining.ShouldBe(0);
        usage.Peek(3, (grant.ResetAt * 1000) - 1).Granted.ShouldBeFalse();
        usage.Peek(3, grant.ResetAt * 1000).Granted.ShouldBeTrue();
    }
}
