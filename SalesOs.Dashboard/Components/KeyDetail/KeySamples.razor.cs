using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>Samples of the calls that a key opens. The page does not know the whole key: they read it from the environment, and say how it looks.</summary>
public sealed partial class KeySamples
{
    private string? said;

    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;
}
