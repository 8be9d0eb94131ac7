using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys.Policies;

namespace SalesOs.Dashboard.Components.Policies;

/// <summary>What a policy would do to the keys that exist: in a sentence, then each key.</summary>
public sealed partial class ForecastView
{
    /// <summary>Null: there is none, since it is not loaded yet or for <see cref="Problem"/>.</summary>
    [Parameter, EditorRequired]
    public PolicyForecast? Forecast { get; set; }

    [Parameter]
    public string? Problem { get; set; }

    private string Summary
    {
        get
        {
            var (keys, broken) = (Forecast!.Keys, Forecast.Keys - Forecast.Comply);
            if (keys == 0)
            {
                return Words["ForecastNone"];
            }

            if (broken == 0)
            {
                return Words["ForecastAll", ("count", keys)];
            }

            var rest = Forecast.Until is { } until
                ? Words["ForecastUntil", ("count", broken), ("used", Forecast.InUse), ("date", Relative.SayDate(until))]
                : Words["ForecastWarned", ("count", broken), ("used", Forecast.InUse)];
            return $"{Words["ForecastSome", ("comply", Forecast.Comply), ("count", keys)]} {rest}";
        }
    }
}
