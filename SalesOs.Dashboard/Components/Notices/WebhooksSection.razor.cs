using Microsoft.AspNetCore.Components;
using MudBlazor;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Notices.Webhooks;

namespace SalesOs.Dashboard.Components.Notices;

/// <summary>The tenant's webhooks and what may be done with each.</summary>
public sealed partial class WebhooksSection
{
    [Parameter, EditorRequired]
    public IReadOnlyList<WebhookView> Webhooks { get; set; } = [];

    [Parameter]
    public bool CanManage { get; set; }

    private static string Named(WebhookView one) => WebhookAddress.Shown(new Uri(one.Url));

    private static string Switch(WebhookView one) => one.State == WebhookState.Off ? "SwitchOn" : "SwitchOff";

    private static string? ChipOf(WebhookState state) => state switch
    {
        WebhookState.On => "active",
        WebhookState.Off => null,
        WebhookState.Failing => "paused",
    };

    private static string IconOf(WebhookState state) => state switch
    {
        WebhookState.On => Icons.Material.Outlined.CheckCircle,
        WebhookState.Off => Icons.Material.Outlined.PauseCircle,
        WebhookState.Failing => Icons.Material.Outlined.ErrorOutline,
    };
}
