using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.KeyList;

/// <summary>What can be done with a key. All rows share it: <c>key-menu.js</c> opens it beside the row's button and lets the arrow keys walk it.</summary>
public sealed partial class RowMenu
{
    private bool opening;

    [Parameter, EditorRequired]
    public KeyTable Table { get; set; } = null!;

    private ApiKeyView? Key { get; set; }

    /// <summary>The id of the button that opens the menu of this key.</summary>
    public static string ButtonOf(ApiKeyView key) => $"acts-{key.Id}";

    public void Open(ApiKeyView key)
    {
        Key = key;
        opening = true;
        StateHasChanged();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (opening)
        {
            opening = false;
            await Browser.InvokeVoidAsync("apiKeys.openMenu", ButtonOf(Key!));
        }
    }
}
