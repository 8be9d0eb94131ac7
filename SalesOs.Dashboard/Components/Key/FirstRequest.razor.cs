using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys.Reveal;
using SalesOs.Dashboard.Components.Keys.Reveal.Samples;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Key;

/// <summary>Stands in place of the usage of a key that nobody has called with yet: how to make the first request. It gives way when one arrives.</summary>
public sealed partial class FirstRequest
{
    private string? said;

    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;

    [Inject]
    private IJSRuntime Browser { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private Words<RevealTexts> RevealWords { get; set; } = null!;

    [Inject]
    private Words<KeyTexts> Words { get; set; } = null!;

    /// <summary>The page does not know the whole key: the reader puts in the one that they have saved.</summary>
    private string Sample => BashSample.Of(new SampleText(
        $"{Key.KeyPrefix}…{Key.KeyLast4}",
        Navigation.BaseUri.TrimEnd('/'),
        RevealWords["TargetNote"],
        RevealWords["SetFirst", ("variable", EnvFile.SecretName)]));

    private async Task CopyAsync() => said = RevealWords[await Browser.InvokeAsync<bool>("dashboard.copy", Sample) ? "CopiedSample" : "CopyFailed"];
}
