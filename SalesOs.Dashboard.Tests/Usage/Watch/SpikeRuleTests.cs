using SalesOs.Dashboard.Usage.Watch;

namespace SalesOs.Dashboard.Tests.Usage.Watch;

public class SpikeRuleTests
{
    private const long Hour = 3600;
    private const long Day = 86_400;

    /// <summary>02:00 of a Sunday.</summary>
    private static readonly long Now = new DateTimeOffset(2026, 11, 22, 2, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    [Theory]
    [InlineData(20, 101)]
    [InlineData(19, 100)]
    [InlineData(1, 100)]
    [InlineData(1000, 5001)]
    public void Bar_OfASteadyKey_IsMoreThanFiveTimesItsHourAndAtLeastAHundred(long usual, long bar) =>
        SpikeRule.BarOf(Every(Hour, 30 * Day, usual), Now).ShouldBe(new SpikeBar(usual, bar));

    [Fact]
    public void Bar_LeavesOutOneHourInAHundred()
    {
        var used = Every(Hour, 30 * Day, 10);
        for (var i = 0; i < 7; i++)
        {
            used[i * 100] = used[i * 100] with { Count = 900 };
        }

        SpikeRule.BarOf(used, Now).Usual.ShouldBe(10);
        used[700] = used[700] with { Count = 900 };
        SpikeRule.BarOf(used, Now).Usual.ShouldBe(900, "eight of 720 are more than one in a hundred");
    }

    [Fact]
    public void Bar_OfWhatLiesLongerAgoThan30Days_DoesNotCount()
    {
        List<UsedHour> used = [.. Every(Hour, 30 * Day, 10), .. Every(Hour, 60 * Day, 500).Where(h => h.At < Now - (30 * Day))];

        SpikeRule.BarOf(used, Now).Usual.ShouldBe(10);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(30)]
    public void Bar_OfAJobThatRunsOnceInSomeDays_IsThatOfItsRuns(int days) =>
        SpikeRule.BarOf(Every(days * Day, 89 * Day, 800), Now).ShouldBe(new SpikeBar(800, 4001), "hours without use are no part of its use");

    [Fact]
    public void Bar_OfAKeyWithoutAWeekOfHistory_IsNone()
    {
        SpikeRule.BarOf([], Now).Count.ShouldBe(long.MaxValue);
        SpikeRule.BarOf(Every(Hour, (7 * Day) - Hour, 10), Now).Count.ShouldBe(long.MaxValue);
        SpikeRule.BarOf(Every(Hour, 7 * Day, 10), Now).Count.ShouldBe(100);
    }

    [Theory]
    [InlineData(7, 0, 0, false)]
    [InlineData(7, 1, 0, false)]
    [InlineData(7, -1, 0, false)]
    [InlineData(7, 2, 0, true)]
    [InlineData(30, 0, 0, false)]
    [InlineData(7, 0, 1, true)]
    public void Hour_ThatCameBackAtItsTimeOfTwoDays_IsNoNews(int days, int hoursOff, int tooFew, bool isNews)
    {
        List<UsedHour> used = [.. Enumerable.Range(1, 2).Select(i => new UsedHour(Now - (i * days * Day) + (hoursOff * Hour), 2500 - tooFew)), new(Now - Hour, 5000), new(Now - (3 * Day) - (12 * Hour), 5000)];

        SpikeRule.IsNews(used, Now, 5000).ShouldBe(isNews);
        SpikeRule.IsNews(used.Skip(1), Now, 5000).ShouldBeTrue("once is not often");
    }

    private static List<UsedHour> Every(long step, long span, long count) => [.. Enumerable.Range(1, (int)(span / step)).Select(i => new UsedHour(Now - (i * step), count))];
}
