using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Notices.Mail;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices;

/// <summary>One try, as people who may see keys see it.</summary>
/// <param name="Status">The HTTP status or the SMTP reply code; null: there was no answer.</param>
/// <param name="Answer">The first 500 bytes.</param>
/// <param name="Fault">One word, such as <c>timeout</c>; null when it was delivered or the status says it.</param>
public sealed record AttemptView(DateTimeOffset At, int? Status, int Milliseconds, string? Answer, string? Fault);

/// <summary>One notice to one receiver.</summary>
/// <param name="NoticeId">The same for all its receivers, and for each try; null: the link of an e-mail address.</param>
/// <param name="At">When it was made.</param>
/// <param name="Receiver">The webhook's address or the e-mail address; null once it was taken away.</param>
/// <param name="NextAt">When it is tried next; null: no more.</param>
/// <param name="Attempts">The earliest first.</param>
public sealed record DeliveryView(
    Guid Id,
    Guid? NoticeId,
    NoticeEvent? Event,
    DateTimeOffset At,
    Guid? KeyId,
    string? KeyName,
    NoticeChannels Channel,
    Guid ReceiverId,
    string? Receiver,
    DeliveryState State,
    DateTimeOffset? NextAt,
    IReadOnlyList<AttemptView> Attempts);

/// <param name="Total">On all pages.</param>
public sealed record DeliveryPage(IReadOnlyList<DeliveryView> Deliveries, long Total);

/// <summary>The log of a tenant's deliveries, kept for <see cref="NoticeSweeper.DeliveriesKept"/>. Seeing it needs <c>admin.integrations</c> or <c>audit.integrations</c>, sending again <c>admin.integrations</c>.</summary>
public sealed class NoticeDeliveries(Database database, AuditLog audit, NoticeOutbox outbox, NoticeFeed feed, MailSender mail, TimeProvider clock)
{
    public const int MaxPerPage = 100;

    private static readonly Error NotFound = new(ErrorReason.NotFound);

    /// <summary>The latest first.</summary>
    /// <param name="page">From 1.</param>
    /// <param name="perPage">1–100.</param>
    /// <param name="receiver">A webhook or an e-mail address; null: all.</param>
    public async Task<Result<DeliveryPage>> ListAsync(int page, int perPage, Guid? receiver, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        var all = db.Set<NoticeDelivery>().Where(d => receiver == null || d.ReceiverId == receiver);
        var cut = Math.Clamp(perPage, 1, MaxPerPage);
        var skip = (int)Math.Min(int.MaxValue, (Math.Max(page, 1) - 1L) * cut);
        var total = await all.LongCountAsync(cancellationToken);
        var rows = await all.OrderByDescending(d => d.Id).Skip(skip).Take(cut).ToListAsync(cancellationToken);
        return new DeliveryPage(await ViewsAsync(db, rows, cancellationToken), total);
    }

    /// <summary>Sends it again, now, with all tries before it; the notice keeps its id. <c>ReceiverOff</c>: the receiver is switched off, not confirmed, or taken away, or is to get mail and there is no mail server.</summary>
    public async Task<Result<DeliveryView>> SendAgainAsync(Guid id, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanManageKeys)
        {
            return Error.Missing(Capabilities.AdminIntegrations);
        }

        return await database.WriteAsync<Result<DeliveryView>>(
            caller.TenantId,
            async db =>
            {
                if (await db.Set<NoticeDelivery>().AsNoTracking().SingleOrDefaultAsync(d => d.Id == id) is not { } delivery)
                {
                    return NotFound;
                }

                if (!await IsReachedAsync(db, delivery))
                {
                    return new Error(ErrorReason.ReceiverOff);
                }

                var now = clock.GetUtcNow();
                await db.Set<NoticeDelivery>().Where(d => d.Id == id).ExecuteUpdateAsync(set => set
                    .SetProperty(d => d.State, DeliveryState.Waiting).SetProperty(d => d.Tries, 0).SetProperty(d => d.NextAt, now)
                    .SetProperty(d => d.TakenAs, (Guid?)null).SetProperty(d => d.DoneAt, (DateTimeOffset?)null));
                await audit.AppendAsync(db, new AuditEvent(AuditActions.NoticeSentAgain, Detail: new JsonObject { ["delivery"] = id, ["receiver"] = delivery.ReceiverId }), caller);
                outbox.WakeOnCommit(db);
                await feed.TellAsync(db, caller.TenantId);
                return (await ViewsAsync(db, await db.Set<NoticeDelivery>().AsNoTracking().Where(d => d.Id == id).ToListAsync(), CancellationToken.None))[0];
            },
            cancellationToken: cancellationToken);
    }

    /// <summary>The link of an e-mail address goes to one that is not confirmed.</summary>
    private async Task<bool> IsReachedAsync(DashboardDbContext db, NoticeDelivery delivery) => delivery.Channel == NoticeChannels.Webhook
        ? await db.Set<WebhookEndpoint>().AnyAsync(w => w.Id == delivery.ReceiverId && w.State != WebhookState.Off)
        : mail.IsSet && await db.Set<NoticeEmail>().AnyAsync(e => e.Id == delivery.ReceiverId && (e.ConfirmedAt != null) == (delivery.NoticeId != null));

    private static async Task<IReadOnlyList<DeliveryView>> ViewsAsync(DashboardDbContext db, List<NoticeDelivery> rows, CancellationToken cancellationToken)
    {
        var ids = rows.Select(d => d.Id).ToList();
        var told = rows.Select(d => d.NoticeId).OfType<Guid>().Distinct().ToList();
        var receivers = rows.Select(d => d.ReceiverId).Distinct().ToList();
        var notices = await db.Set<NoticeRow>().AsNoTracking().Where(n => told.Contains(n.Id)).ToDictionaryAsync(n => n.Id, cancellationToken);
        var urls = await db.Set<WebhookEndpoint>().Where(w => receivers.Contains(w.Id)).Select(w => new { w.Id, Name = w.Url }).ToDictionaryAsync(w => w.Id, w => w.Name, cancellationToken);
        var addresses = await db.Set<NoticeEmail>().Where(e => receivers.Contains(e.Id)).Select(e => new { e.Id, Name = e.Address }).ToDictionaryAsync(e => e.Id, e => e.Name, cancellationToken);
        var attempts = (await db.Set<DeliveryAttempt>().AsNoTracking().Where(a => ids.Contains(a.DeliveryId)).OrderBy(a => a.Id).ToListAsync(cancellationToken)).ToLookup(a => a.DeliveryId);
        return
        [
            .. rows.Select(d => (Row: d, Notice: d.NoticeId is { } id ? notices.GetValueOrDefault(id) : null)).Select(d => new DeliveryView(
                d.Row.Id,
                d.Row.NoticeId,
                d.Notice?.Event,
                d.Row.CreatedAt,
                d.Notice?.KeyId,
                d.Notice?.KeyName,
                d.Row.Channel,
                d.Row.ReceiverId,
                urls.GetValueOrDefault(d.Row.ReceiverId) ?? addresses.GetValueOrDefault(d.Row.ReceiverId),
                d.Row.State,
                d.Row.State == DeliveryState.Waiting ? d.Row.NextAt : null,
                [.. attempts[d.Row.Id].Select(a => new AttemptView(a.At, a.Status, a.Milliseconds, a.Answer, a.Fault))])),
        ];
    }
}
