using System.Globalization;
using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Usage.Forecasts;

namespace SalesOs.Dashboard.Components.KeyDetail.Forecasts;

/// <summary>
/// What the setting that stands in a field would have refused, in a sentence that follows what is typed. It is reckoned from what was loaded once, and only when the
/// setting is another one.
/// </summary>
public sealed partial class FieldForecast
{
    private RecordedUse? reckonedOf;
    private string? reckonedFor;
    private string? said;
    private bool refuses;

    [Parameter, EditorRequired]
    public string Id { get; set; } = "";

    /// <summary>Null: not loaded yet, or it could not be.</summary>
    [Parameter]
    public RecordedUse? Use { get; set; }

    /// <summary>Null: what stands in the field is no setting.</summary>
    [Parameter]
    public Proposal? Proposed { get; set; }

    private string? Tone => refuses ? "refuses" : null;

    protected override void OnParametersSet()
    {
        var wanted = Proposed is null ? null : string.Join('\n', [Proposed.RateLimit?.ToString(CultureInfo.InvariantCulture) ?? "", .. Proposed.Scopes ?? [], .. Proposed.AllowedIps ?? []]);
        if (wanted == reckonedFor && Use == reckonedOf)
        {
            return;
        }

        (reckonedFor, reckonedOf, said, refuses) = (wanted, Use, null, false);
        // Of a key that nothing came with there is nothing to say.
        if (Use is { Requests: > 0 } use && Proposed is not null && use.Foretell(Proposed) is var forecast
            && (forecast.Scopes ?? forecast.AllowedIps ?? forecast.RateLimit) is { } setting)
        {
            (said, refuses) = (Words.Say(use, setting), setting.Refused != 0);
        }
    }
}
