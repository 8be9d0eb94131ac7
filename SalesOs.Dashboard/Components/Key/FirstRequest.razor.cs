using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Keys.Reveal;
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
    private Words<KeysTexts> KeysWords { get; set; } = null!;

    [Inject]
    private Words<KeyTexts> Words { get; set; } = null!;

    /// <summary>The page does not know the whole key: the reader puts in the one that they have saved.</summary>
    private string Sample => CurlSample.For($"{Key.KeyPrefix}…{Key.KeyLast4}", Navigation.BaseUri.TrimEnd('/'));

    private async Task CopyAsync() => said = KeysWords[await Browser.InvokeAsync<bool>("dashboard.copy", Sample) ? "CopiedSample" : "CopyFailed"];
}
