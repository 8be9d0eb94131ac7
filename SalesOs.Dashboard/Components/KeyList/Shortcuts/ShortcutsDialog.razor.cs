using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace SalesOs.Dashboard.Components.KeyList.Shortcuts;

/// <summary>The page's keys, and the switch for those of a single letter: who dictates to a computer, or strikes keys by chance, needs them off.</summary>
public sealed partial class ShortcutsDialog
{
    [Parameter]
    public bool CanCreate { get; set; }

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    private bool On { get; set; } = true;

    private IEnumerable<(string[] Keys, string What)> Rows
    {
        get
        {
            yield return (["/"], "Shortcut_Search");
            if (CanCreate)
            {
                yield return (["c"], "Shortcut_Create");
            }

            yield return (["↑", "↓"], "Shortcut_Rows");
            yield return (["Home", "End"], "Shortcut_Ends");
            yield return (["Enter"], "Shortcut_Open");
            yield return (["?"], "Shortcut_Help");
            yield return (["Esc"], "Shortcut_Close");
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            On = await Browser.InvokeAsync<bool>("apiKeys.shortcutsAreOn");
            StateHasChanged();
        }
    }

    private async Task SwitchAsync(ChangeEventArgs change)
    {
        On = change.Value is true;
        await Browser.InvokeVoidAsync("apiKeys.switchShortcuts", On);
    }

    private void Close() => Dialog.Close();
}
