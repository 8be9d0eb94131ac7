using Microsoft.AspNetCore.Components;

namespace SalesOs.Dashboard.Components.Notices;

/// <summary>A titled part of the page.</summary>
public sealed partial class Section
{
    /// <summary>The element's id, which links may name.</summary>
    [Parameter, EditorRequired]
    public string Id { get; set; } = "";

    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    [Parameter, EditorRequired]
    public string Hint { get; set; } = "";

    /// <summary>What stands beside the title, such as the button that adds one.</summary>
    [Parameter]
    public RenderFragment? Aside { get; set; }

    [Parameter, EditorRequired]
    public RenderFragment ChildContent { get; set; } = null!;
}
