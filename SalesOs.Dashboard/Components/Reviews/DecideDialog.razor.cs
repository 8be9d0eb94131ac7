using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Reviews;

namespace SalesOs.Dashboard.Components.Reviews;

/// <summary>Says of keys of a review what becomes of them, with a reason.</summary>
public sealed partial class DecideDialog
{
    [Parameter, EditorRequired]
    public Guid Review { get; set; }

    [Parameter, EditorRequired]
    public IReadOnlyList<ReviewedKeyView> Keys { get; set; } = [];

    [Parameter, EditorRequired]
    public ReviewChoice Decision { get; set; }

    /// <summary>The reader may pause keys; else that is proposed to the admins.</summary>
    [Parameter]
    public bool CanPause { get; set; }

    /// <summary>Decides for a reason; what it answers is an error, or null when it is done.</summary>
    [Parameter, EditorRequired]
    public Func<string, Task<Error?>> Decide { get; set; } = null!;

    private string Reason { get; set; } = "";

    private Task DecideAsync() => ActAsync(() => Decide(Reason));
}
