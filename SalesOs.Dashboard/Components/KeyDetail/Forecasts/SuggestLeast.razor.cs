using System.Globalization;
using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Keys.Create;
using SalesOs.Dashboard.Usage.Forecasts;

namespace SalesOs.Dashboard.Components.KeyDetail.Forecasts;

/// <summary>Fills the form with the least settings that would have refused nothing. Whoever edits looks at them and saves.</summary>
public sealed partial class SuggestLeast
{
    private string? said;
    private bool asked;

    [Parameter]
    public RecordedUse? Use { get; set; }

    [Parameter, EditorRequired]
    public NewKeyForm Form { get; set; } = null!;

    /// <summary>Something was typed in the form: what was typed stays.</summary>
    [Parameter]
    public bool IsTouched { get; set; }

    /// <summary>The form holds other settings now.</summary>
    [Parameter]
    public EventCallback Filled { get; set; }

    /// <summary>Whoever comes to narrow the key finds the suggestion filled in, once.</summary>
    protected override async Task OnParametersSetAsync()
    {
        if (!asked && Use is { Requests: > 0 })
        {
            asked = true;
            if (KeyLinks.AsksToNarrow(Navigation.Uri) && !IsTouched)
            {
                await FillAsync();
            }
        }
    }

    private async Task FillAsync()
    {
        if (Use is not { } use)
        {
            return;
        }

        var least = use.Suggestion;
        if (least.Scopes is { } scopes)
        {
            Form.ChosenScopes.Clear();
            Form.ChosenScopes.UnionWith(scopes);
            Form.FullAccessUnderstood = false;
        }

        if (least.AllowedIps is { } addresses)
        {
            Form.AllowedAddresses = string.Join('\n', addresses);
        }

        if (least.RateLimit is { } limit)
        {
            Form.RateLimit = limit.ToString("N0", CultureInfo.CurrentCulture);
        }

        said = Words.SayFilled(least);
        await Filled.InvokeAsync();
    }
}
