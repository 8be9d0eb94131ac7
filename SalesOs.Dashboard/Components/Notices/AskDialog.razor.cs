using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Components.Notices;

/// <summary>Says what will happen and does it at a click.</summary>
public sealed partial class AskDialog
{
    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    [Parameter, EditorRequired]
    public string Text { get; set; } = "";

    [Parameter, EditorRequired]
    public string Button { get; set; } = "";

    /// <summary>It can't be taken back.</summary>
    [Parameter]
    public bool IsGrave { get; set; }

    /// <summary>What it answers is an error, or null when it is done.</summary>
    [Parameter, EditorRequired]
    public Func<Task<Error?>> Act { get; set; } = null!;
}
