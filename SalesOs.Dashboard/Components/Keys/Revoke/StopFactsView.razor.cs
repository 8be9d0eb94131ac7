using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.Keys.Revoke;

/// <summary>What will stop, in figures. They come while the dialog is open already: in an incident nobody waits for them.</summary>
public sealed partial class StopFactsView
{
    /// <summary>Gives the facts; null when they can't be had.</summary>
    [Parameter, EditorRequired]
    public Func<Task<StopFacts?>> Load { get; set; } = null!;

    private StopFacts? Facts { get; set; }

    private bool Loading { get; set; } = true;

    private string Where(LatestCall latest) => string.Join(' ', new[]
    {
        latest.Address is null ? null : Words["FactsFrom", ("address", latest.Address)],
        latest.Agent,
        Facts is { Keys: > 1 } ? Words["FactsWith", ("name", latest.Key)] : null,
    }.Where(part => part is not null));

    protected override async Task OnInitializedAsync()
    {
        Facts = await Load();
        Loading = false;
    }
}
