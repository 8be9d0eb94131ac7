using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>Where a key is used from, the most recently seen first, and what the list does not hold.</summary>
public sealed partial class CallersSection
{
    private const int Few = 6;

    private bool all;

    [Parameter, EditorRequired]
    public Part<CallerList> Part { get; set; } = Part<CallerList>.Waiting;

    [Parameter]
    public EventCallback Retry { get; set; }
}
