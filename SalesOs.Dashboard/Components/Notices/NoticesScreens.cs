using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Notices;

namespace SalesOs.Dashboard.Components.Notices;

/// <param name="Address">Whose deliveries these are.</param>
/// <param name="SendsMail">Whether there is a mail server.</param>
public sealed record NoticesScreen(
    NoticesAddress Address,
    IReadOnlyList<WebhookView> Webhooks,
    IReadOnlyList<EmailView> Emails,
    IReadOnlyDictionary<NoticeEvent, NoticeChannels> Grid,
    DeliveryPage Deliveries,
    bool SendsMail);

/// <summary>Gathers what the page of notices shows.</summary>
public sealed class NoticesScreens(NoticeWebhooks webhooks, NoticeEmails emails, NoticeGrid grid, NoticeDeliveries deliveries)
{
    public async Task<Result<NoticesScreen>> LoadAsync(NoticesAddress address, Caller caller, CancellationToken cancellationToken)
    {
        var (hooks, addresses) = (await webhooks.ListAsync(caller, cancellationToken), await emails.ListAsync(caller, keyId: null, cancellationToken));
        var (chosen, sent) = (await grid.GetAsync(caller, cancellationToken), await deliveries.ListAsync(address.Page, address.PerPage, address.Receiver, caller, cancellationToken));
        return !hooks.Done ? hooks.Error
            : !addresses.Done ? addresses.Error
            : !chosen.Done ? chosen.Error
            : !sent.Done ? sent.Error
            : new NoticesScreen(address, hooks.Value, addresses.Value, chosen.Value, sent.Value, emails.CanSend);
    }
}
