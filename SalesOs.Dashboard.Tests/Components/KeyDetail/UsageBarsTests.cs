using SalesOs.Dashboard.Components.KeyDetail;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Usage;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Components.KeyDetail;

public class UsageBarsTests
{
    private static readonly TimeZoneInfo SaoPaulo = TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo");
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData(UsageRange.Day, 96)]
    [InlineData(UsageRange.Week, 53)]
    [InlineData(UsageRange.Month, 30)]
    [InlineData(UsageRange.Quarter, 90)]
    public async Task Bars_OfEachRange_CoverItWholeAndAddUpToTheTotals(UsageRange range, int bars)
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        for (var day = 0; day < 4; day++)
        {
            key.LetIn(3);
            key.Counted(Verdict.BadSignature);
            await house.Get<UsageWriter>().FlushAsync();
            house.Clock.Advance(TimeSpan.FromHours(7));
        }

        var span = UsageBars.Span(range, house.Clock.GetUtcNow(), SaoPaulo, house.Get<UsageRetention>().Of);
        var report = (await house.Get<UsageQuery>().ReportAsync(key.Id, span, KeyHouse.Auditor())).Value.ShouldNotBeNull();
        var found = UsageBars.Of(report, range, SaoPaulo);

        found.Count.ShouldBe(bars);
        found.Sum(b => b.LetIn).ShouldBe(report.Totals.LetIn);
        found.Sum(b => b.Refused).ShouldBe(report.Totals.Refused);
        found.Zip(found.Skip(1)).ShouldAllBe(pair => pair.First.To == pair.Second.From);
        report.Totals.LetIn.ShouldBe(range == UsageRange.Day ? 9 : 12, "28 hours ago is out of the last day");
    }

    /// <summary>01:30 in São Paulo is 04:30 UTC: in UTC another day than the evening before.</summary>
    [Fact]
    public void Bars_OfDays_BeginAtTheReadersMidnight()
    {
        var report = Report(new DateTimeOffset(2026, 11, 20, 3, 0, 0, TimeSpan.Zero), hours: 48, letIn: _ => 1);

        var bars = UsageBars.Of(report, UsageRange.Month, SaoPaulo);

        bars.Select(b => b.LetIn).ShouldBe([24, 24]);
        bars[0].From.ShouldBe(new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.FromHours(-3)));
    }

    /// <summary>On 2026-10-25 Berlin repeats an hour: the day has 25, and each hour is in it once.</summary>
    [Fact]
    public void Bars_OfADayWithTwentyFiveHours_HoldThemAll()
    {
        var report = Report(new DateTimeOffset(2026, 10, 24, 22, 0, 0, TimeSpan.Zero), hours: 49, letIn: _ => 1);

        UsageBars.Of(report, UsageRange.Month, Berlin).Select(b => b.LetIn).ShouldBe([25, 24]);
    }

    [Fact]
    public void Span_LongerThanKept_BeginsWithTheOldestKept()
    {
        var now = new DateTimeOffset(2026, 11, 22, 23, 59, 0, TimeSpan.Zero);

        UsageBars.Span(UsageRange.Quarter, now, TimeZoneInfo.Utc, _ => TimeSpan.FromDays(30)).From.ShouldBe(now.AddDays(-30));
        UsageBars.Span(UsageRange.Week, now, TimeZoneInfo.Utc, _ => TimeSpan.FromDays(30)).From.ShouldBe(new DateTimeOffset(2026, 11, 16, 0, 0, 0, TimeSpan.Zero));
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(3, 4)]
    [InlineData(5, 6)]
    [InlineData(7, 8)]
    [InlineData(11, 12)]
    [InlineData(13, 20)]
    [InlineData(41, 50)]
    [InlineData(101, 120)]
    [InlineData(121, 150)]
    [InlineData(151, 200)]
    [InlineData(201, 250)]
    [InlineData(1_000, 1_000)]
    [InlineData(1_001, 1_200)]
    [InlineData(61_000, 80_000)]
    public void Ceiling_OfTheHighestBar_IsRoundAndItsHalfIsWhole(long most, long ceiling) =>
        UsageBars.Ceiling([new UsageBar(default, default, most, 0)]).ShouldBe(ceiling);

    [Fact]
    public void Ceiling_OfAnyHighestBar_LeavesAtMostAQuarterEmpty()
    {
        for (var most = 31L; most < 100_000; most++)
        {
            UsageBars.Ceiling([new UsageBar(default, default, most, 0)]).ShouldBeInRange(most, most * 4 / 3);
        }
    }

    private static UsageReport Report(DateTimeOffset from, int hours, Func<int, long> letIn)
    {
        UsagePoint[] points = [.. Enumerable.Range(0, hours).Select(i => new UsagePoint(from.AddHours(i), new UsageTotals(letIn(i), 0, 0, 0, 0)))];
        return new UsageReport(
            from,
            from.AddHours(hours),
            UsageStep.Hour,
            points,
            new UsageTotals(points.Sum(p => p.Totals.LetIn), 0, 0, 0, 0),
            [],
            new Dictionary<Verdict, long>(),
            new Dictionary<AnswerClass, long>());
    }
}
