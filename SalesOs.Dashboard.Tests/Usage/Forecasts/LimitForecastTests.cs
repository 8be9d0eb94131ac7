using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Forecasts;

namespace SalesOs.Dashboard.Tests.Usage.Forecasts;

/// <summary>A lower limit where whole hours come before minutes: what lay within the hour before a minute is not known then.</summary>
public class LimitForecastTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(110, 100, false, "all of the first hour may lie more than 60 minutes back, or none")]
    [InlineData(170, 10, true, "in neither hour anything can have been refused")]
    public void Minute_AfterAWholeHour_IsExactOnlyWhereTheHourCantMatter(int minute, int inFirstHour, bool exact, string why)
    {
        var letIn = CountedAs.Of(Verdict.LetIn);
        var at = Start.ToUnixTimeSeconds() + (minute * 60);
        List<UseRow> rows =
        [
            new(UsageStep.Hour, Start.ToUnixTimeSeconds(), "GET /v1/leads", letIn, inFirstHour),
            new(UsageStep.Hour, at / 3600 * 3600, "GET /v1/leads", letIn, 60),
            new(UsageStep.Minute, at, "", letIn, 60),
        ];
        var use = RecordedUse.Of(Start, Start.AddHours(4), rows, [], missing: 0, new RecordedLimit(Now: 1000, IsOld: true), new Dictionary<string, string?>(StringComparer.Ordinal));

        var hour = LimitForecast.Of(use, limit: 50).ByHour!.Single(hour => hour.At.ToUnixTimeSeconds() == at / 3600 * 3600);

        hour.Exact.ShouldBe(exact, why);
        hour.Refused.ShouldBeGreaterThanOrEqualTo(10);
    }
}
