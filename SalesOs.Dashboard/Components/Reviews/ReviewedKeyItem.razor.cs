using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Reviews;

namespace SalesOs.Dashboard.Components.Reviews;

/// <summary>A key of a review: what it was when the review was opened, how it was used, and what is said of it.</summary>
public sealed partial class ReviewedKeyItem
{
    [Parameter, EditorRequired]
    public ReviewedKeyView Item { get; set; } = null!;

    /// <summary>The reader wants to say this of it.</summary>
    [Parameter]
    public EventCallback<ReviewChoice> Decide { get; set; }

    /// <summary>Pauses it, where that is proposed and the reader may; else null.</summary>
    [Parameter]
    public Func<Task>? Pause { get; set; }

    private ReviewedKey Key => Item.Key;
}
