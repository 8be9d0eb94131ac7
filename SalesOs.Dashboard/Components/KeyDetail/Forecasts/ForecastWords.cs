using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Usage.Forecasts;

namespace SalesOs.Dashboard.Components.KeyDetail.Forecasts;

/// <summary>Words what settings would have refused.</summary>
public sealed class ForecastWords(Words<ForecastTexts> words)
{
    /// <summary>How much of the key's use a scope was for.</summary>
    public string SayUse(RecordedUse use, string scope) =>
        words["ScopeUse", ("used", use.UsesOf(scope)), ("scope", scope), ("total", use.Requests), ("time", TimeOf(use))];

    /// <param name="forecast">Of one setting.</param>
    public string Say(RecordedUse use, SettingForecast forecast) => (forecast.Refused, forecast.Exact) switch
    {
        (null, _) => words["Unknown", ("total", use.Requests), ("time", TimeOf(use))],
        ({ } refused, true) => words["Refused", ("refused", refused), ("total", use.Requests), ("time", TimeOf(use))],
        ({ } most, false) => words["AtMost", ("refused", most), ("total", use.Requests), ("time", TimeOf(use))] + " " + words["Why_" + forecast.Reason],
    };

    /// <summary>What the suggestion has filled in, and what it could not.</summary>
    public string SayFilled(Suggestion suggestion)
    {
        (string Field, ForecastReason? Reason)[] all = [("scopes", suggestion.ScopesReason), ("allowed_ips", suggestion.AllowedIpsReason), ("rate_limit", suggestion.RateLimitReason)];
        List<string> filled = [.. all.Where(one => one.Reason is null).Select(one => words["Field_" + one.Field])];
        return string.Join(
            ' ',
            [
                words["Filled", ("fields", string.Join(", ", filled)), ("count", filled.Count)],
                .. all.Where(one => one.Reason is not null).Select(one => words["NotFilled", ("field", words["Field_" + one.Field]), ("why", words["Why_" + one.Reason])]),
            ]);
    }

    /// <summary>Whole days, rounded up.</summary>
    public string TimeOf(RecordedUse use) => words["Days", ("days", Math.Max(1, (int)Math.Round((use.To - use.From).TotalDays)))];
}
