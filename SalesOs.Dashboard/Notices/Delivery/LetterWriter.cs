using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Notices.Mail;
using SalesOs.Dashboard.Notices.Webhooks;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices.Delivery;

/// <summary>Hands a letter to its receiver, once.</summary>
internal sealed partial class LetterWriter(
    Database database, WebhookSecrets secrets, ConfirmationLinks links, WebhookSender webhooks, MailSender mail, TimeProvider clock, ILogger<LetterWriter> logger)
{
    /// <summary>What came of it; it is told from an exception whether the receiver had anything to do with it.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<TriedLetter> SendAsync(Letter letter, CancellationToken cancellationToken)
    {
        var at = clock.GetUtcNow();
        await using var db = database.Read(letter.TenantId);
        return letter.Channel == NoticeChannels.Webhook ? await ByWebhookAsync(db, letter, at, cancellationToken) : await ByMailAsync(db, letter, at, cancellationToken);
    }

    private async Task<TriedLetter> ByWebhookAsync(DashboardDbContext db, Letter letter, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var endpoint = await db.Set<WebhookEndpoint>().SingleOrDefaultAsync(w => w.Id == letter.ReceiverId && w.State != WebhookState.Off, cancellationToken);
        if (endpoint is null || await NoticeOfAsync(db, letter, cancellationToken) is not { } notice)
        {
            return new TriedLetter(letter, Fate.Dropped, Result: null, at, clock.GetUtcNow());
        }

        var signedWith = await secrets.OpenAsync(db, endpoint, at, cancellationToken);
        if (signedWith.Count == 0)
        {
            SecretClosed(endpoint.Id, letter.TenantId);
            return TriedLetter.Of(letter, new SendResult(IsDelivered: false, Status: null, TimeSpan.Zero, Answer: null, "secret", IsGone: false), at, clock.GetUtcNow(), endpoint);
        }

        var result = await webhooks.SendAsync(notice.Id, at, WebhookBody.Of(notice), new Uri(endpoint.Url), signedWith, cancellationToken);
        return TriedLetter.Of(letter, result, at, clock.GetUtcNow(), endpoint);
    }

    private async Task<TriedLetter> ByMailAsync(DashboardDbContext db, Letter letter, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var email = await db.Set<NoticeEmail>().SingleOrDefaultAsync(e => e.Id == letter.ReceiverId, cancellationToken);
        var notice = letter.NoticeId is null ? null : await NoticeOfAsync(db, letter, cancellationToken);
        var link = letter.NoticeId is null && email is { ConfirmedAt: null } ? await links.ToAsync(db, email, cancellationToken) : null;
        SendResult? result = (email, notice, link) switch
        {
            ({ ConfirmedAt: not null }, { } told, _) => await mail.SendAsync(told, email.Address, email.Language, cancellationToken),
            ({ ConfirmedAt: null }, null, { } asked) => await mail.SendConfirmationAsync(email.Address, email.Language, asked, cancellationToken),
            _ => null,
        };
        return result is null ? new TriedLetter(letter, Fate.Dropped, Result: null, at, clock.GetUtcNow()) : TriedLetter.Of(letter, result, at, clock.GetUtcNow());
    }

    private static async Task<Notice?> NoticeOfAsync(DashboardDbContext db, Letter letter, CancellationToken cancellationToken)
    {
        if (await db.Set<NoticeRow>().SingleOrDefaultAsync(n => n.Id == letter.NoticeId, cancellationToken) is not { } row)
        {
            return null;
        }

        var people = await NoticePeople.LabelsAsync(db, [row.ActorId], cancellationToken);
        return row.ToNotice(people.GetValueOrDefault(row.ActorId ?? Guid.Empty));
    }

    [LoggerMessage(2301, LogLevel.Critical, "The secret of the webhook {Webhook} of tenant {Tenant} does not open: it was changed, or belongs elsewhere. Rotate it; nothing is sent there until then.")]
    private partial void SecretClosed(Guid webhook, string tenant);
}
