using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys;

/// <summary>How much of its requests an hour a key has used in the sliding hour.</summary>
public sealed partial class HourLimit
{
    /// <summary>Null while it is not known.</summary>
    [Parameter, EditorRequired]
    public int? Used { get; set; }

    [Parameter, EditorRequired]
    public int Limit { get; set; }

    [Inject]
    private Words<ListTexts> Words { get; set; } = null!;

    /// <summary>0–100. An edit may have lowered the limit below what was used.</summary>
    private int Share => (int)Math.Min(100, 100L * (Used ?? 0) / Limit);

    private string? Tone => Share switch
    {
        >= 100 => "spent",
        >= 80 => "near",
        _ => null,
    };
}
