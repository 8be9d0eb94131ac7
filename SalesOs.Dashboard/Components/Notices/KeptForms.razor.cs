using Microsoft.AspNetCore.Components;
using MudBlazor;
using SalesOs.Dashboard.Components.Kit;

namespace SalesOs.Dashboard.Components.Notices;

/// <summary>As <see cref="Keys.KeptDrafts"/>, for webhooks and e-mail addresses: opens the form again that this reader was filling in when the page began anew.</summary>
public sealed partial class KeptForms
{
    /// <summary>Kinds of forms; with an id it changes one, without it adds one.</summary>
    public const string Webhook = "webhook";
    public const string Email = "notice-email";

    [Parameter, EditorRequired]
    public CurrentUser CurrentUser { get; set; } = null!;

    [Parameter, EditorRequired]
    public NoticesScreen Screen { get; set; } = null!;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender || !CurrentUser.CanManageKeys)
        {
            return;
        }

        foreach (var kept in await KeptDraft.ReadAsync(Browser, CurrentUser))
        {
            if (Opening(kept) is { } opening)
            {
                Notices.Add(Words["DraftKept"], Severity.Success);
                await opening();
            }
        }
    }

    /// <returns>Null: what it was about is no longer there.</returns>
    private Func<Task>? Opening(KeptDraft kept) => (kept.Kind, kept.Keys) switch
    {
        (Webhook, []) => Actions.OpenAddWebhookAsync,
        (Webhook, [var id]) when Screen.Webhooks.FirstOrDefault(one => one.Id == id) is { } webhook => () => Actions.OpenEditWebhookAsync(webhook),
        (Email, []) => Actions.OpenAddEmailAsync,
        (Email, [var id]) when Screen.Emails.FirstOrDefault(one => one.Id == id) is { } email => () => Actions.OpenEditEmailAsync(email),
        _ => null,
    };
}
