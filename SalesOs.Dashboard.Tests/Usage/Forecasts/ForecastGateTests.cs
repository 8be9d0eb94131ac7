using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Persistence.Postgres;
using SalesOs.Dashboard.Usage.Forecasts;

namespace SalesOs.Dashboard.Tests.Usage.Forecasts;

/// <summary>What is foretold from the counts, beside what the gate does with the same requests under the proposed settings.</summary>
public class ForecastGateTests
{
    [Theory]
    [InlineData(2, 6, 60, 12, null, false)]
    [InlineData(3, 4, 40, 6, 150, false)]
    [InlineData(4, 1.9, 50, 5, null, true)]
    [InlineData(5, 3, 90, 260, 30, false)]
    public Task Forecast_OfAHistory_IsNeverBelowWhatTheGateRefuses(int seed, double days, int limit, int callers, int? later, bool twice) =>
        CompareAsync(new HistoryShape(seed, Requests: 500, days, limit, callers, later, twice));

    /// <param name="few">Only some proposals of each kind.</param>
    internal static async Task CompareAsync(HistoryShape shape, bool few = false)
    {
        await using var house = await KeyHouse.OpenAsync();
        var history = await JudgedHistory.MakeAsync(house, shape);
        // Where a signature is good once, those of one second have the same, and bursts are mostly refused.
        history.LetIn.ShouldBeGreaterThan(shape.Requests / (shape.Twice ? 8 : 4));
        foreach (var days in new[] { 1, (int)Math.Ceiling(shape.Days) + 1 })
        {
            await CompareLimitsAsync(history, shape, days, few ? [shape.Limit / 3, shape.Limit * 3 / 4] : [1, shape.Limit / 3, shape.Limit * 3 / 4, shape.Limit, shape.Limit * 2]);
            await CompareScopesAsync(history, days, few ? [[Scopes.LeadsRead]] : [[Scopes.LeadsRead], [Scopes.LeadsWrite, Scopes.DefaultSync], [.. Scopes.All], []]);
            await CompareAddressesAsync(history, shape, days, few ? [["198.51.100.0/24"]] : [["198.51.100.1"], ["198.51.100.0/24"], ["198.51.100.0/24", "2001:db8::/32", "198.51.101.0/24"], []]);
            await SuggestionRefusesNothingAsync(history, days);
        }
    }

    private static async Task CompareLimitsAsync(JudgedHistory history, HistoryShape shape, int days, int[] limits)
    {
        foreach (var limit in limits)
        {
            var forecast = await history.ForetellAsync(new Proposal { RateLimit = limit, Days = days });
            var setting = forecast.RateLimit!;
            var refused = await history.RefusedAsync(forecast.From, rateLimit: limit);
            var said = setting.ByHour!.ToDictionary(hour => hour.At);

            var what = $"{shape}, {days} days, limit {limit}";
            foreach (var (hour, count) in refused)
            {
                said.ShouldContainKey(hour, what);
                said[hour].Refused.ShouldBeGreaterThanOrEqualTo(count, $"{what}, at {hour:s}");
            }

            foreach (var hour in said.Values.Where(hour => hour.Exact))
            {
                hour.Refused.ShouldBe(refused.GetValueOrDefault(hour.At), $"{what}, at {hour.At:s}");
            }

            setting.Refused.ShouldBe(said.Values.Sum(hour => hour.Refused), what);
            setting.Exact.ShouldBe(said.Values.All(hour => hour.Exact), what);
            if (days == 1 && shape is { LaterLimit: null, Twice: false })
            {
                setting.Exact.ShouldBeTrue($"{what}: all minutes are kept");
            }
        }
    }

    private static async Task CompareScopesAsync(JudgedHistory history, int days, string[][] all)
    {
        foreach (var scopes in all)
        {
            var forecast = await history.ForetellAsync(new Proposal { Scopes = scopes, Days = days });
            var refused = await history.RefusedAsync(forecast.From, scopes: scopes);

            forecast.Scopes!.Exact.ShouldBeTrue();
            forecast.Scopes.Refused.ShouldBe(refused.Values.Sum());
            forecast.Scopes.ByHour!.Select(hour => (hour.At, hour.Refused)).ShouldBe(refused.Select(hour => (hour.Key, hour.Value)));
            forecast.Scopes.ByRoute!.Sum(route => route.Refused).ShouldBe(refused.Values.Sum());
        }
    }

    private static async Task CompareAddressesAsync(JudgedHistory history, HistoryShape shape, int days, string[][] all)
    {
        foreach (var addresses in all)
        {
            var forecast = await history.ForetellAsync(new Proposal { AllowedIps = addresses, Days = days });
            var setting = forecast.AllowedIps!;
            var refused = (await history.RefusedAsync(forecast.From, allowedIps: addresses)).Values.Sum();
            if (setting.Exact)
            {
                setting.Refused.ShouldBe(refused);
            }
            else if (setting.Reason == ForecastReason.CallersForgotten)
            {
                setting.Refused.ShouldBeNull();
                shape.Callers.ShouldBeGreaterThan(100);
            }
            else
            {
                setting.Reason.ShouldBe(ForecastReason.CallersOlder);
                setting.Refused!.Value.ShouldBeGreaterThanOrEqualTo(refused);
                days.ShouldBeLessThan((int)Math.Ceiling(shape.Days) + 1, "nobody called before the key was made");
            }
        }
    }

    private static async Task SuggestionRefusesNothingAsync(JudgedHistory history, int days)
    {
        var forecast = await history.ForetellAsync(new Proposal { Days = days });
        var least = forecast.Suggestion;
        if (forecast.Requests == 0)
        {
            least.RateLimitReason.ShouldBe(ForecastReason.NoRequests);
            return;
        }

        least.RateLimit.ShouldNotBeNull();
        (await history.RefusedAsync(forecast.From, rateLimit: least.RateLimit)).ShouldBeEmpty($"limit {least.RateLimit}");
        (await history.RefusedAsync(forecast.From, least.Scopes ?? [], least.AllowedIps ?? [])).ShouldBeEmpty();
        (least.AllowedIps?.Count ?? 0).ShouldBeLessThanOrEqualTo(10);
    }
}

[OnPostgres]
[Trait("Speed", "Slow")]
public class ForecastGateOnPostgresTests : ForecastGateTests;

/// <summary>The same with a million requests.</summary>
[Trait("Speed", "Long")]
public class ForecastGateAtLengthTests
{
    [Theory]
    [InlineData(11, 1.9, 4000, 10, null, false)]
    [InlineData(12, 30, 400, 15, null, false)]
    [InlineData(13, 10, 1000, 280, 200, false)]
    [InlineData(14, 1.9, 3000, 8, null, true)]
    [InlineData(15, 85, 200, 40, 900, false)]
    public Task Forecast_OfAMillionRequests_IsNeverBelowWhatTheGateRefuses(int seed, double days, int limit, int callers, int? later, bool twice) =>
        ForecastGateTests.CompareAsync(new HistoryShape(seed, Requests: 200_000, days, limit, callers, later, twice), few: true);
}
