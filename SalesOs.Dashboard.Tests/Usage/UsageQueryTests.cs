using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Cluster;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Usage;

public class UsageQueryTests
{
    [Theory]
    [InlineData(UsageStep.Minute, 24 * 60)]
    [InlineData(UsageStep.Hour, 7 * 24)]
    [InlineData(UsageStep.Day, 30)]
    public async Task Report_NothingSaidOfTime_EndsNowWithEveryStepFilled(UsageStep step, int points)
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        key.LetIn(2);
        await house.Get<UsageWriter>().FlushAsync();
        house.Clock.Advance(TimeSpan.FromHours(2));
        var report = await ReportAsync(house, key, new UsageSpan(From: null, To: null, step));
        report.Points.Count.ShouldBe(points);
        report.Points.Select(p => p.At).ShouldBe(Enumerable.Range(0, points).Select(i => report.From + (i * Width(step))));
        report.To.ShouldBe(report.From + (points * Width(step)));
        report.To.ShouldBeGreaterThan(house.Clock.GetUtcNow());
        report.Totals.LetIn.ShouldBe(2);
        report.Points.Sum(p => p.Totals.LetIn).ShouldBe(2);
    }

    [Fact]
    public async Task Report_RoutesAndOutcomes_AddUpToTheTotals()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        var other = await UsedKey.MakeAsync(house);
        other.LetIn(50);
        key.LetIn(3, "GET /v1/leads");
        key.LetIn(1, "POST /v1/leads");
        key.Answered(AnswerClass.Success, "GET /v1/leads");
        key.Answered(AnswerClass.Success, "GET /v1/leads");
        key.Answered(AnswerClass.ServerError, "GET /v1/leads");
        key.Answered(AnswerClass.ClientError, "POST /v1/leads");
        key.Counted(Verdict.BadSignature, "POST /v1/leads");
        key.Counted(Verdict.RateLimited, "POST /v1/leads");
        key.Counted(Verdict.RateLimited, "POST /v1/leads");
        await house.Get<UsageWriter>().FlushAsync();

        var report = await ReportAsync(house, key, new UsageSpan(From: null, To: null, UsageStep.Day));
        report.Totals.ShouldBe(new UsageTotals(4, 3, 2, 1, 1));
        report.Points[^1].Totals.ShouldBe(report.Totals);
        report.Routes.ShouldBe(
        [
            new RouteUsage("POST /v1/leads", new UsageTotals(1, 3, 0, 1, 0)),
            new RouteUsage("GET /v1/leads", new UsageTotals(3, 0, 2, 0, 1)),
        ]);
        report.Verdicts.ShouldBe(new Dictionary<Verdict, long> { [Verdict.LetIn] = 4, [Verdict.BadSignature] = 1, [Verdict.RateLimited] = 2 });
        report.Answers.ShouldBe(new Dictionary<AnswerClass, long> { [AnswerClass.Success] = 2, [AnswerClass.ClientError] = 1, [AnswerClass.ServerError] = 1 });
    }

    [Fact]
    public async Task Report_PartOfTheTime_HoldsTheStepsThatItTouches()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        var noon = house.Clock.GetUtcNow();
        for (var minute = 0; minute < 10; minute++)
        {
            key.LetIn();
            house.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        await house.Get<UsageWriter>().FlushAsync();
        var report = await ReportAsync(house, key, new UsageSpan(noon.AddSeconds(150), noon.AddMinutes(5), UsageStep.Minute));
        report.Points.Select(p => (p.At - noon).TotalMinutes).ShouldBe([2, 3, 4]);
        report.Totals.LetIn.ShouldBe(3);
    }

    [Fact]
    public async Task Report_TimeNotKeptOrTurnedRound_IsInvalid()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        var now = house.Clock.GetUtcNow();
        (await FaultAsync(house, key, new UsageSpan(now.AddHours(-50), To: null, UsageStep.Minute))).ShouldBe(new RuleFault("from", "from_not_kept", "48"));
        (await FaultAsync(house, key, new UsageSpan(now.AddDays(-91), To: null, UsageStep.Hour))).ShouldBe(new RuleFault("from", "from_not_kept", "2160"));
        (await FaultAsync(house, key, new UsageSpan(DateTimeOffset.MinValue, To: null, UsageStep.Day))).Code.ShouldBe("from_not_kept");
        (await FaultAsync(house, key, new UsageSpan(From: null, DateTimeOffset.MinValue, UsageStep.Day))).Code.ShouldBe("from_not_kept");
        (await FaultAsync(house, key, new UsageSpan(now, now.AddHours(-1), UsageStep.Minute))).Code.ShouldBe("from_after_to");
        (await FaultAsync(house, key, new UsageSpan(DateTimeOffset.MaxValue, DateTimeOffset.MaxValue, UsageStep.Minute))).Code.ShouldBe("from_after_to");
        (await ReportAsync(house, key, new UsageSpan(now.AddHours(-48), DateTimeOffset.MaxValue, UsageStep.Minute))).Points.Count.ShouldBe(2881);
    }

    [Fact]
    public async Task Report_ShortRetention_DefaultStaysWithinIt()
    {
        await using var house = await KeyHouse.OpenAsync(settings: ("Usage:RetentionDays", "1"));
        var key = await UsedKey.MakeAsync(house);
        foreach (var step in Enum.GetValues<UsageStep>())
        {
            (await ReportAsync(house, key, new UsageSpan(From: null, To: null, step))).Points.ShouldNotBeEmpty();
        }
    }

    [Fact]
    public async Task Sparklines_ManyKeys_ThirtyDaysEachAndNothingOfOthers()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        var idle = await UsedKey.MakeAsync(house);
        var foreign = await UsedKey.MakeAsync(house, KeyHouse.Admin(KeyHouse.Beta));
        for (var day = 0; day < 40; day++)
        {
            key.LetIn(1 + (day % 3));
            key.Counted(Verdict.BadSignature);
            foreign.LetIn();
            await house.Get<UsageWriter>().FlushAsync();
            house.Clock.Advance(TimeSpan.FromDays(1));
        }

        key.LetIn(9, "POST /v1/leads");
        key.LetIn(1);
        await house.Get<UsageWriter>().FlushAsync();
        var lines = (await house.Get<UsageQuery>().SparklinesAsync([key.Id, idle.Id, foreign.Id], KeyHouse.Auditor())).Value!;
        lines[key.Id].ShouldBe([.. Enumerable.Range(11, 29).Select(day => 1L + (day % 3)), 10L]);
        lines[idle.Id].ShouldBe(new long[30]);
        lines[foreign.Id].ShouldBe(new long[30]);
    }

    [Fact]
    public async Task Hours_UsedOfLimit_ComesFromTheLimiter()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        var idle = await UsedKey.MakeAsync(house);
        var foreign = await UsedKey.MakeAsync(house, KeyHouse.Admin(KeyHouse.Beta));
        for (var i = 0; i < 5; i++)
        {
            house.Take(key.Ring).ShouldBeTrue();
        }

        var hours = (await house.Get<UsageQuery>().HoursAsync([key.Id, idle.Id, foreign.Id], KeyHouse.Auditor())).Value!;
        hours.OrderByDescending(h => h.Used).ShouldBe([new HourUsage(key.Id, 5, 1000), new HourUsage(idle.Id, 0, 1000)]);
        house.Clock.Advance(TimeSpan.FromMinutes(61));
        (await house.Get<UsageQuery>().HoursAsync([key.Id], KeyHouse.Auditor())).Value!.Single().Used.ShouldBe(0);
    }

    [Fact]
    public async Task Everything_ForeignTenantOrNoCapability_IsRefused()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        var query = house.Get<UsageQuery>();
        var span = new UsageSpan(From: null, To: null, UsageStep.Day);
        var foreign = KeyHouse.Admin(KeyHouse.Beta);
        (await query.ReportAsync(key.Id, span, foreign)).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await query.CallersAsync(key.Id, foreign)).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await query.HoursAsync([key.Id], foreign)).Value!.ShouldBeEmpty();
        var manager = KeyHouse.Manager();
        (await query.ReportAsync(key.Id, span, manager)).Error!.Reason.ShouldBe(ErrorReason.MissingCapability);
        (await query.CallersAsync(key.Id, manager)).Error!.Reason.ShouldBe(ErrorReason.MissingCapability);
        (await query.SparklinesAsync([key.Id], manager)).Error!.Reason.ShouldBe(ErrorReason.MissingCapability);
        (await query.HoursAsync([key.Id], manager)).Error!.Reason.ShouldBe(ErrorReason.MissingCapability);
    }

    private static TimeSpan Width(UsageStep step) => TimeSpan.FromSeconds(UsageSteps.SecondsOf(step));

    private static async Task<UsageReport> ReportAsync(KeyHouse house, UsedKey key, UsageSpan span)
    {
        var outcome = await house.Get<UsageQuery>().ReportAsync(key.Id, span, KeyHouse.Auditor());
        outcome.Error?.Faults.ShouldBeEmpty();
        return outcome.Value!;
    }

    private static async Task<RuleFault> FaultAsync(KeyHouse house, UsedKey key, UsageSpan span) =>
        (await house.Get<UsageQuery>().ReportAsync(key.Id, span, KeyHouse.Auditor())).Error!.Faults.Single();
}
