using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>Samples of the calls that a key opens, for as long as it can open any.</summary>
public sealed partial class SamplesSection
{
    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;

    /// <summary>The steps to the first request have the samples then.</summary>
    [Parameter, EditorRequired]
    public bool IsUnused { get; set; }
}
