using Microsoft.AspNetCore.Components;
using MudBlazor;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Notices.Webhooks;

namespace SalesOs.Dashboard.Components.Notices;

/// <summary>What became of each notice: to whom, how often it was tried, and what the receiver answered.</summary>
public sealed partial class DeliveriesSection
{
    [Parameter, EditorRequired]
    public NoticesScreen Screen { get; set; } = null!;

    [Parameter]
    public bool CanManage { get; set; }

    /// <summary>Shows those of another address.</summary>
    [Parameter, EditorRequired]
    public EventCallback<NoticesAddress> Go { get; set; }

    private NoticesAddress Address => Screen.Address;

    private IEnumerable<(Guid Id, string Name)> Receivers =>
        Screen.Webhooks.Select(one => (one.Id, WebhookAddress.Shown(new Uri(one.Url)))).Concat(Screen.Emails.Select(one => (one.Id, one.Address)));

    private Task FilterAsync(ChangeEventArgs change) => Go.InvokeAsync(Address with { Receiver = Guid.TryParse((string?)change.Value, out var receiver) ? receiver : null, Page = 1 });

    /// <summary>Of a webhook the host alone: the rest of its address may hold what opens its door.</summary>
    private string ReceiverOf(DeliveryView one) => one switch
    {
        { Receiver: null } => Words["ReceiverGone"],
        { Channel: NoticeChannels.Webhook, Receiver: { } url } => WebhookAddress.Shown(new Uri(url)),
        { Receiver: { } address } => address,
    };

    private string Outcome(AttemptView attempt) =>
        attempt.Fault is { } fault && Words.Has("Fault_" + fault) ? Words["Fault_" + fault]
        : attempt.Status is { } status ? Words["Answered", ("status", status.ToString(System.Globalization.CultureInfo.InvariantCulture))]
        : attempt.Fault ?? Words["NoAnswer"];

    private static string? ChipOf(DeliveryState state) => state switch
    {
        DeliveryState.Waiting => "paused",
        DeliveryState.Delivered => "active",
        DeliveryState.Failed => "failed",
        DeliveryState.Dropped => null,
    };

    private static string IconOf(DeliveryState state) => state switch
    {
        DeliveryState.Waiting => Icons.Material.Outlined.Schedule,
        DeliveryState.Delivered => Icons.Material.Outlined.CheckCircle,
        DeliveryState.Failed => Icons.Material.Outlined.ErrorOutline,
        DeliveryState.Dropped => Icons.Material.Outlined.RemoveCircleOutline,
    };
}
