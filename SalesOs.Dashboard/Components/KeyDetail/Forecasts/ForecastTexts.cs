namespace SalesOs.Dashboard.Components.KeyDetail.Forecasts;

/// <summary>Names the resource of the words on what other settings would have refused.</summary>
public sealed class ForecastTexts;
