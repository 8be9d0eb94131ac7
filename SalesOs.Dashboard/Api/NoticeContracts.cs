using System.ComponentModel.DataAnnotations;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Notices;

namespace SalesOs.Dashboard.Api;

/// <summary>The body of <c>POST /v1/notices/webhooks</c>; the rules stand in <see cref="NewWebhookValidator"/>.</summary>
public sealed record AddWebhookBody : IManagementBody
{
    // The attributes are for the OpenAPI document alone.
    [Required]
    [StringLength(2000, MinimumLength = 1)]
    public string? Url { get; init; }

    [StringLength(200)]
    public string? Description { get; init; }

    public IReadOnlyList<string>? Events { get; init; }

    /// <inheritdoc/>
    public string? TenantId { get; init; }

    public NewWebhook ToRequest() => new(Url, Description, Events);

    IEnumerable<FieldFault> IManagementBody.Faults(IServiceProvider services) => KeyProblems.FaultsOf(services, ToRequest());
}

/// <summary>The body of <c>PATCH /v1/notices/webhooks/{id}</c>: what is not named stays. The rules stand in <see cref="WebhookEditValidator"/>.</summary>
public sealed record EditWebhookBody : WebhookEdit, IManagementBody
{
    /// <inheritdoc/>
    public string? TenantId { get; init; }

    IEnumerable<FieldFault> IManagementBody.Faults(IServiceProvider services) => KeyProblems.FaultsOf<WebhookEdit>(services, this);
}

/// <summary>The body of <c>POST /v1/notices/emails</c>; the rules stand in <see cref="NewEmailValidator"/>.</summary>
public sealed record AddEmailBody : IManagementBody
{
    [Required]
    [StringLength(254, MinimumLength = 1)]
    public string? Address { get; init; }

    public string? Language { get; init; }

    public IReadOnlyList<string>? Events { get; init; }

    public Guid? KeyId { get; init; }

    /// <inheritdoc/>
    public string? TenantId { get; init; }

    public NewEmail ToRequest() => new(Address, Language, Events, KeyId);

    IEnumerable<FieldFault> IManagementBody.Faults(IServiceProvider services) => KeyProblems.FaultsOf(services, ToRequest());
}

/// <summary>The body of <c>PATCH /v1/notices/emails/{id}</c>: what is not named stays. The rules stand in <see cref="EmailEditValidator"/>.</summary>
public sealed record EditEmailBody : EmailEdit, IManagementBody
{
    /// <inheritdoc/>
    public string? TenantId { get; init; }

    IEnumerable<FieldFault> IManagementBody.Faults(IServiceProvider services) => KeyProblems.FaultsOf<EmailEdit>(services, this);
}

/// <summary>A webhook as it is answered: never with its secret.</summary>
/// <param name="Events">What it is told of; null: what the tenant chose for webhooks.</param>
/// <param name="PreviousSecretUntil">Until then notices are signed with the secret before as well.</param>
public record WebhookAnswer(
    Guid Id,
    string Url,
    string? Description,
    IReadOnlyList<string>? Events,
    WebhookState State,
    DateTimeOffset StateSince,
    DateTimeOffset CreatedAt,
    string? CreatedBy,
    DateTimeOffset? PreviousSecretUntil)
{
    public static WebhookAnswer Of(WebhookView w) => new(w.Id, w.Url, w.Description, EventNames.Of(w.Events), w.State, w.StateSince, w.CreatedAt, w.CreatedBy, w.PreviousSecretUntil);
}

/// <summary>The answer to adding a webhook and to rotating its secret: the only ones that carry it.</summary>
public sealed record MadeWebhookAnswer : WebhookAnswer
{
    public MadeWebhookAnswer(MadeWebhook made)
        : base(Of(made.Webhook)) => Secret = made.Secret;

    public string Secret { get; }

    /// <summary>Masked: a record's own text would show the secret.</summary>
    public override string ToString() => $"MadeWebhookAnswer {{ Id = {Id}, Secret = *** }}";
}

/// <param name="NoticeId">What its delivery names.</param>
public sealed record SentNoticeAnswer(Guid NoticeId);

/// <param name="Events">What it is told of; null: what the tenant chose for e-mail.</param>
/// <param name="KeyId">It is told of this key alone; null: of all.</param>
/// <param name="ConfirmedAt">Null: nobody has followed the link yet, and it gets nothing.</param>
public sealed record EmailAnswer(
    Guid Id, string Address, string Language, IReadOnlyList<string>? Events, Guid? KeyId, DateTimeOffset? ConfirmedAt, DateTimeOffset CreatedAt, string? CreatedBy)
{
    public static EmailAnswer Of(EmailView e) => new(e.Id, e.Address, e.Language, EventNames.Of(e.Events), e.KeyId, e.ConfirmedAt, e.CreatedAt, e.CreatedBy);
}

/// <param name="NoticeId">The same for all receivers and for each try, <c>msg_</c> and its digits as <c>webhook-id</c>; null: the link of an e-mail address.</param>
/// <param name="Event">Null for the link of an e-mail address.</param>
/// <param name="Receiver">The webhook's address or the e-mail address; null once it was taken away.</param>
/// <param name="NextAt">When it is tried next; null: no more.</param>
public sealed record DeliveryAnswer(
    Guid Id,
    Guid? NoticeId,
    string? Event,
    DateTimeOffset CreatedAt,
    Guid? KeyId,
    NoticeChannel Channel,
    Guid ReceiverId,
    string? Receiver,
    DeliveryState State,
    DateTimeOffset? NextAt,
    IReadOnlyList<AttemptAnswer> Attempts)
{
    public static DeliveryAnswer Of(DeliveryView d) => new(
        d.Id,
        d.NoticeId,
        d.Event is { } what ? NoticeEvents.NameOf(what) : null,
        d.At,
        d.KeyId,
        d.Channel == NoticeChannels.Email ? NoticeChannel.Email : NoticeChannel.Webhook,
        d.ReceiverId,
        d.Receiver,
        d.State,
        d.NextAt,
        [.. d.Attempts.Select(a => new AttemptAnswer(a.At, a.Status, a.Milliseconds, a.Answer, a.Fault))]);
}

public enum NoticeChannel
{
    Email,
    Webhook,
}

/// <param name="Status">The HTTP status or the SMTP reply code; null: there was no answer.</param>
/// <param name="Answer">The first 500 bytes.</param>
/// <param name="Fault">One word, such as <c>timeout</c>; null when it was delivered or the status says it.</param>
public sealed record AttemptAnswer(DateTimeOffset At, int? Status, int Milliseconds, string? Answer, string? Fault);

internal static class EventNames
{
    public static IReadOnlyList<string>? Of(IReadOnlyList<NoticeEvent>? events) => events is null ? null : [.. events.Select(NoticeEvents.NameOf)];
}
