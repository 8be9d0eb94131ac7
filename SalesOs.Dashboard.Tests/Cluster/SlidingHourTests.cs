using CsCheck;
using SalesOs.Dashboard.Cluster;

namespace SalesOs.Dashboard.Tests.Cluster;

public class SlidingHourTests
{
    [Fact]
    public void Grant_RandomArrivals_NoHourEverHoldsMoreThanTheLimit() =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[0, 400].List[1, 300]).Sample((limit, gaps) =>
        {
            var hour = new KeyHour();
            var granted = new List<long>();
            var now = 1_800_000_000_000L;
            foreach (var gap in gaps)
            {
                now += gap * 1000L;
                if (hour.TryGrant(limit, now).Granted)
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
        var hour = new KeyHour();
        var start = 1_800_000_000_000L;
        hour.TryGrant(1, start).Granted.ShouldBeTrue();
        hour.TryGrant(1, start + 3_599_999).Granted.ShouldBeFalse();
        hour.TryGrant(1, start + 3_660_000).Granted.ShouldBeTrue();
    }

    [Fact]
    public void Reset_IsTheSecondAtWhichOneBecomesFree() =>
        Gen.Select(Gen.Int[1, 10], Gen.Int[0, 600].List[1, 100]).Sample((limit, gaps) =>
        {
            var hour = new KeyHour();
            var now = 1_800_000_000_000L;
            foreach (var gap in gaps)
            {
                now += gap * 1000L;
                var grant = hour.TryGrant(limit, now);
                if (!grant.Granted)
                {
                    hour.Peek(limit, (grant.ResetAt * 1000) - 1).Granted.ShouldBeFalse();
                    hour.Peek(limit, grant.ResetAt * 1000).Granted.ShouldBeTrue();
                    return;
                }
            }
        });

    [Fact]
    public void Grant_ClockJumpsBack_HandsOutNothingAnew()
    {
        var hour = new KeyHour();
        var now = 1_800_000_000_000L;
        hour.TryGrant(1, now).Granted.ShouldBeTrue();
        hour.TryGrant(1, now - 7_200_000).Granted.ShouldBeFalse();
    }

    [Fact]
    public void Grant_LimitLoweredBelowWhatWasUsed_RefusesUntilEnoughIsFree()
    {
        var hour = new KeyHour();
        var now = 1_800_000_000_000L;
        for (var i = 0; i < 10; i++)
        {
            hour.TryGrant(10, now + (i * 60_000)).Granted.ShouldBeTrue();
        }

        var grant = hour.TryGrant(3, now + 600_000);
        grant.Granted.ShouldBeFalse();
        grant.Remaining.ShouldBe(0);
        hour.Peek(3, (grant.ResetAt * 1000) - 1).Granted.ShouldBeFalse();
        hour.Peek(3, grant.ResetAt * 1000).Granted.ShouldBeTrue();
    }
}
