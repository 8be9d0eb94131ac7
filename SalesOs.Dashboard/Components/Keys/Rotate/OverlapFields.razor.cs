using Microsoft.AspNetCore.Components;

namespace SalesOs.Dashboard.Components.Keys.Rotate;

/// <summary>When the old key of a rotation ends: by hand, once nobody uses it any more, or at a time.</summary>
public sealed partial class OverlapFields
{
    [Parameter, EditorRequired]
    public OverlapForm Form { get; set; } = null!;

    /// <summary>The faults of a field, worded; empty before somebody has tried.</summary>
    [Parameter, EditorRequired]
    public Func<string, IReadOnlyList<string>> FaultsOf { get; set; } = null!;

    /// <summary>Something was changed.</summary>
    [Parameter]
    public EventCallback Changed { get; set; }

    private Task TellAsync() => Changed.InvokeAsync();
}
