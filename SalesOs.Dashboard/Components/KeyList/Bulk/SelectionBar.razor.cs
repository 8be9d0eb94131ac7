using Microsoft.AspNetCore.Components;

namespace SalesOs.Dashboard.Components.KeyList.Bulk;

/// <summary>What can be done with the chosen keys. It lies over the page's end, so that nothing moves when it comes.</summary>
public sealed partial class SelectionBar
{
    [Parameter, EditorRequired]
    public int Count { get; set; }

    [Parameter]
    public EventCallback Clear { get; set; }

    [Parameter]
    public EventCallback Revoke { get; set; }
}
