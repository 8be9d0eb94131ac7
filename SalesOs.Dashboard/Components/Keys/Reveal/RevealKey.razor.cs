using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys.Reveal;

/// <summary>
/// Shows a new key's two values, this once. Escape, a click outside, the back button and a link do not close it, which is why it is no MudBlazor
/// dialog (those close on navigation); "I have saved both values" does.
/// </summary>
public sealed partial class RevealKey
{
    private ElementReference dialog;

    [Parameter, EditorRequired]
    public CreatedKey Created { get; set; } = null!;

    /// <summary>The reader says that they have both values; the page forgets them.</summary>
    [Parameter]
    public EventCallback Saved { get; set; }

    [Inject]
    private IJSRuntime Browser { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private Words<KeysTexts> Words { get; set; } = null!;

    private string? Announced { get; set; }

    private string BaseAddress => Navigation.BaseUri.TrimEnd('/');

    private string Sample => CurlSample.For(Created.ApiKey, BaseAddress);

    private string Env => EnvFile.For(Created, BaseAddress);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await Browser.InvokeVoidAsync("dashboard.openFirmly", dialog);
        }
    }

    private static void Stay(LocationChangingContext leaving) => leaving.PreventNavigation();

    private void Announce(string words) => Announced = words;

    private async Task CopyEnvAsync() => Announced = Words[await Browser.InvokeAsync<bool>("dashboard.copy", Env) ? "CopiedEnv" : "CopyFailed"];

    private async Task CopySampleAsync() => Announced = Words[await Browser.InvokeAsync<bool>("dashboard.copy", Sample) ? "CopiedSample" : "CopyFailed"];

    private async Task DownloadEnvAsync()
    {
        await Browser.InvokeVoidAsync("dashboard.download", ".env", Env);
        Announced = Words["DownloadedEnv"];
    }
}
