using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys.Approvals;

namespace SalesOs.Dashboard.Components.Approvals;

/// <summary>One request: what would be done, who asks and why, and what the reader can do about it.</summary>
public sealed partial class ApprovalCard
{
    private string reason = "";

    [Parameter, EditorRequired]
    public ApprovalView Request { get; set; } = null!;

    [Parameter]
    public bool CanManage { get; set; }

    [Parameter]
    public bool Busy { get; set; }

    /// <summary>Why the latest act on it was not done; null: it was, or there was none.</summary>
    [Parameter]
    public string? Refused { get; set; }

    [Parameter, EditorRequired]
    public EventCallback<(ApprovalView Request, ApprovalDeed Deed, string Reason)> Act { get; set; }

    private string HeadingId => $"approval-{Request.Id}";

    private string ReasonId => $"reason-{Request.Id}";

    private bool MayDecide => Request.State == ApprovalState.Waiting || (Request.State == ApprovalState.Approved && !Request.IsOwn);

    private string Person(string? label) => label switch
    {
        null => Words["Erased"],
        "service_role" => Words["ThePlatform"],
        _ => label,
    };

    private Task DoAsync(ApprovalDeed deed) => Act.InvokeAsync((Request, deed, reason));
}
