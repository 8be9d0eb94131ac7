using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Usage.Revocations;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>A receipt to print and hand to somebody: what it says, its signature, and how to check it. Each time it is opened it is issued anew.</summary>
public sealed partial class ReceiptPage
{
    /// <summary>As the address has it.</summary>
    [Parameter]
    public string Id { get; set; } = "";

    /// <summary>Where the prerendered page has left what it shows for the circuit.</summary>
    [PersistentState]
    public Guid? Ticket { get; set; }

    [CascadingParameter]
    private CurrentUser CurrentUser { get; set; } = null!;

    /// <summary>Only while the page is prerendered.</summary>
    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    private SignedReceipt? Receipt { get; set; }

    /// <summary>Absent, or another tenant's.</summary>
    private bool Missing { get; set; }

    private bool NotRevoked { get; set; }

    private string KeyPage => Guid.TryParseExact(Id, "D", out var id) ? KeyLinks.Of(id) : KeyLinks.List;

    protected override async Task OnInitializedAsync()
    {
        Missing = !Guid.TryParseExact(Id, "D", out var id);
        Receipt = Ticket is { } ticket ? Handover.Take(ticket, CurrentUser.TenantId) : null;
        if (!Missing && Receipt is null && CurrentUser.CanSeeKeys && await Session.GetAsync() is { } caller)
        {
            var issued = await Receipts.IssueAsync(id, caller.RequestId ?? "", caller);
            (Receipt, NotRevoked, Missing) = (issued.Value, issued.Error is { Reason: ErrorReason.NotRevoked }, issued.Error is { Reason: ErrorReason.NotFound });
        }

        if (HttpContext is { Response.HasStarted: false } context)
        {
            if (Missing)
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
            }
            else if (Receipt is not null)
            {
                Ticket = Handover.Leave(CurrentUser.TenantId, Receipt);
            }
        }
    }

    private Task PrintAsync() => Browser.InvokeVoidAsync("dashboard.print").AsTask();
}
