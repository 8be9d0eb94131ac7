using Microsoft.AspNetCore.Components;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>A titled part of a key's page: its content, or a placeholder of about its height, or that it could not be loaded.</summary>
public sealed partial class Panel
{
    /// <summary>The element's id, which links may name.</summary>
    [Parameter, EditorRequired]
    public string Id { get; set; } = "";

    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    [Parameter]
    public string? Hint { get; set; }

    [Parameter]
    public bool Waiting { get; set; }

    [Parameter]
    public bool Failed { get; set; }

    /// <summary>Such as <c>tall</c>: which height the placeholder has.</summary>
    [Parameter]
    public string? Skeleton { get; set; }

    [Parameter]
    public EventCallback Retry { get; set; }

    /// <summary>Stands beside the title.</summary>
    [Parameter]
    public RenderFragment? Aside { get; set; }

    [Parameter]
    public RenderFragment? ChildContent { get; set; }
}
