using Microsoft.AspNetCore.Components;
using MudBlazor;
using SalesOs.Dashboard.Notices;

namespace SalesOs.Dashboard.Components.Notices;

/// <summary>Shows a webhook's secret, which nobody is shown again. It exists in an open page alone.</summary>
public sealed partial class SecretDialog
{
    private string? said;

    [Parameter, EditorRequired]
    public MadeWebhook Made { get; set; } = null!;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;
}
