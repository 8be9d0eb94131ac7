using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace SalesOs.Dashboard.Components.Kit;

/// <summary>
/// A dialog that only its own buttons end: Escape, a click outside and navigation do not, which is why it is no MudBlazor dialog (those close on navigation).
/// </summary>
public sealed partial class FirmDialog
{
    private ElementReference dialog;

    /// <summary>Unique in the page.</summary>
    [Parameter, EditorRequired]
    public string Id { get; set; } = "";

    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    [Parameter, EditorRequired]
    public string Text { get; set; } = "";

    /// <summary>The browser asks before a reload, or before the page is left for another site.</summary>
    [Parameter]
    public bool AsksBeforeLeaving { get; set; }

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [Parameter, EditorRequired]
    public RenderFragment Actions { get; set; } = null!;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            try
            {
                await Browser.InvokeVoidAsync("dashboard.openFirmly", dialog, AsksBeforeLeaving);
            }
            catch (Exception fault) when (fault is JSDisconnectedException or OperationCanceledException)
            {
                // The browser has gone and the circuit waits for it in vain: nobody is there to see a dialog.
            }
        }
    }
}
