using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Notices;

namespace SalesOs.Dashboard.Api;

/// <summary>Programs say who is told of what happens to keys, and see whether it arrived.</summary>
internal static class NoticesApi
{
    private const string NoWebhook = "There is no such webhook.";
    private const string NoEmail = "There is no such e-mail address.";
    private const string NoDelivery = "There is no such delivery.";

    public static void MapNotices(this RouteGroupBuilder api)
    {
        var webhooks = api.MapGroup("/notices/webhooks");
        webhooks.MapGet("", WebhooksAsync).WithSummary("The webhooks that notices go to, the oldest first")
            .WithDescription("Never with a secret. `state` is `failing` once a notice was given up after all its tries; it goes on getting those that come, and is `on` again with the first that it takes.")
            .AsksForPage().GivesList<WebhookAnswer>();
        webhooks.MapPost("", AddWebhookAsync).WithSummary("Add a webhook")
            .WithDescription("Notices are sent there as Standard Webhooks: https and public addresses only, no redirects, 10 seconds, any 2xx is success, 410 switches it off, all else is tried again for more than three days. `events` names what it is told of; null or absent: what the tenant chose for webhooks. The answer is the only one that ever carries `secret`; keep it at once. docs/notices.md says more.")
            .Takes<AddWebhookBody>().Gives<MadeWebhookAnswer>(StatusCodes.Status201Created);
        webhooks.MapPatch("/{id}", EditWebhookAsync).WithSummary("Edit a webhook")
            .WithDescription("What the body does not name stays. `enabled` false: it gets nothing, and what waits for it falls; true: it is on, also after it was failing or had said that it is gone.")
            .Takes<EditWebhookBody>().Gives<WebhookAnswer>().FailsWhenAbsent(NoWebhook);
        webhooks.MapDelete("/{id}", RemoveWebhookAsync).WithSummary("Take a webhook away")
            .GivesNothing().FailsWhenAbsent(NoWebhook);
        webhooks.MapPost("/{id}/test", TestWebhookAsync).WithSummary("Send a test to a webhook")
            .WithDescription("`notice_id` is that of its delivery; the webhook gets it as `webhook-id`. 409 when it is switched off.")
            .Takes<TenantBody>(required: false).Gives<SentNoticeAnswer>(StatusCodes.Status202Accepted).FailsWhenAbsent(NoWebhook).Fails(ErrorCode.Conflict);
        webhooks.MapPost("/{id}/rotate-secret", RotateSecretAsync).WithSummary("Give a webhook a new secret")
            .WithDescription("For 24 hours notices are signed with the one before as well. The answer is the only one that ever carries `secret`.")
            .Takes<TenantBody>(required: false).Gives<MadeWebhookAnswer>().FailsWhenAbsent(NoWebhook);

        var emails = api.MapGroup("/notices/emails");
        emails.MapGet("", EmailsAsync).WithSummary("The e-mail addresses that notices go to, the oldest first")
            .WithDescription("With `key_id` those that are told of this key alone.")
            .AsksForPage().Asks<Guid>("key_id", "A key.").GivesList<EmailAnswer>();
        emails.MapPost("", AddEmailAsync).WithSummary("Add an e-mail address")
            .WithDescription("A link is sent there; notices go there once somebody has followed it. `language` is `en` or `pt-BR`. `events` names what it is told of; null or absent: what the tenant chose for e-mail. With `key_id` it is told of this key alone.")
            .Takes<AddEmailBody>().Gives<EmailAnswer>(StatusCodes.Status201Created).Fails(ErrorCode.NotFound);
        emails.MapPatch("/{id}", EditEmailAsync).WithSummary("Edit an e-mail address")
            .WithDescription("What the body does not name stays. `events` null: what the tenant chose for e-mail. The address itself stays, and stays confirmed; for another one, add it.")
            .Takes<EditEmailBody>().Gives<EmailAnswer>().FailsWhenAbsent(NoEmail);
        emails.MapDelete("/{id}", RemoveEmailAsync).WithSummary("Take an e-mail address away")
            .GivesNothing().FailsWhenAbsent(NoEmail);

        var deliveries = api.MapGroup("/notices/deliveries");
        deliveries.MapGet("", DeliveriesAsync).WithSummary("What was sent to whom, and what they answered, the latest first")
            .WithDescription("Kept for 30 days. `attempts` has each try, with the first 500 bytes of the answer.")
            .AsksForPage().Asks<Guid>("receiver", "A webhook or an e-mail address.").GivesList<DeliveryAnswer>();
        deliveries.MapPost("/{id}/resend", SendAgainAsync).WithSummary("Send a notice again")
            .WithDescription("Under the same id. 409 when the receiver is switched off, not confirmed, or taken away, or is to get mail and no mail server is set.")
            .Takes<TenantBody>(required: false).Gives<DeliveryAnswer>(StatusCodes.Status202Accepted).FailsWhenAbsent(NoDelivery).Fails(ErrorCode.Conflict);
    }

    private static async Task<Result<IResult>> WebhooksAsync(ManagementCall call, NoticeWebhooks webhooks) =>
        Page(call, await webhooks.ListAsync(call.Caller, call.Aborted), WebhookAnswer.Of);

    private static async Task<Result<IResult>> AddWebhookAsync(ManagementCall<AddWebhookBody> call, NoticeWebhooks webhooks)
    {
        var made = await webhooks.AddAsync(call.Body.ToRequest(), call.Caller, call.Aborted);
        return made.Then(webhook => Envelope.Ok(new MadeWebhookAnswer(webhook), StatusCodes.Status201Created));
    }

    private static async Task<Result<IResult>> EditWebhookAsync(ManagementCall<EditWebhookBody> call, string id, NoticeWebhooks webhooks)
    {
        var edited = await webhooks.EditAsync(Ids.Of(id), call.Body, call.Caller, call.Aborted);
        return edited.Then(webhook => Envelope.Ok(WebhookAnswer.Of(webhook)));
    }

    private static async Task<Result<IResult>> RemoveWebhookAsync(ManagementCall call, string id, NoticeWebhooks webhooks) =>
        (await webhooks.RemoveAsync(Ids.Of(id), call.Caller, call.Aborted)).Then(_ => Results.NoContent());

    private static async Task<Result<IResult>> TestWebhookAsync(ManagementCall<TenantBody> call, string id, NoticeWebhooks webhooks)
    {
        var sent = await webhooks.TestAsync(Ids.Of(id), call.Caller, call.Aborted);
        return sent.Then(notice => Envelope.Ok(new SentNoticeAnswer(notice), StatusCodes.Status202Accepted));
    }

    private static async Task<Result<IResult>> RotateSecretAsync(ManagementCall<TenantBody> call, string id, NoticeWebhooks webhooks)
    {
        var rotated = await webhooks.RotateSecretAsync(Ids.Of(id), call.Caller, call.Aborted);
        return rotated.Then(webhook => Envelope.Ok(new MadeWebhookAnswer(webhook)));
    }

    private static async Task<Result<IResult>> EmailsAsync(ManagementCall call, NoticeEmails emails) =>
        Page(call, await emails.ListAsync(call.Caller, call.Query.Id("key_id"), call.Aborted), EmailAnswer.Of);

    private static async Task<Result<IResult>> AddEmailAsync(ManagementCall<AddEmailBody> call, NoticeEmails emails)
    {
        var added = await emails.AddAsync(call.Body.ToRequest(), call.Caller, call.Aborted);
        return added.Then(email => Envelope.Ok(EmailAnswer.Of(email), StatusCodes.Status201Created));
    }

    private static async Task<Result<IResult>> EditEmailAsync(ManagementCall<EditEmailBody> call, string id, NoticeEmails emails)
    {
        var edited = await emails.EditAsync(Ids.Of(id), call.Body, call.Caller, call.Aborted);
        return edited.Then(email => Envelope.Ok(EmailAnswer.Of(email)));
    }

    private static async Task<Result<IResult>> RemoveEmailAsync(ManagementCall call, string id, NoticeEmails emails) =>
        (await emails.RemoveAsync(Ids.Of(id), call.Caller, call.Aborted)).Then(_ => Results.NoContent());

    private static async Task<Result<IResult>> DeliveriesAsync(ManagementCall call, NoticeDeliveries deliveries)
    {
        var (page, perPage, receiver) = (call.Query.Page(), call.Query.PerPage(), call.Query.Id("receiver"));
        if (call.Query.Error is { } malformed)
        {
            return malformed;
        }

        var list = await deliveries.ListAsync(page, perPage, receiver, call.Caller, call.Aborted);
        return list.Then(found => Envelope.List([.. found.Deliveries.Select(DeliveryAnswer.Of)], found.Total, page, perPage));
    }

    private static async Task<Result<IResult>> SendAgainAsync(ManagementCall<TenantBody> call, string id, NoticeDeliveries deliveries)
    {
        var sent = await deliveries.SendAgainAsync(Ids.Of(id), call.Caller, call.Aborted);
        return sent.Then(delivery => Envelope.Ok(DeliveryAnswer.Of(delivery), StatusCodes.Status202Accepted));
    }

    /// <summary>A page of what a tenant has few of.</summary>
    private static Result<IResult> Page<T, TAnswer>(ManagementCall call, Result<IReadOnlyList<T>> all, Func<T, TAnswer> answer)
    {
        var (page, perPage) = (call.Query.Page(), call.Query.PerPage());
        if (call.Query.Error is { } malformed)
        {
            return malformed;
        }

        var skip = (int)Math.Min(int.MaxValue, (page - 1L) * perPage);
        return all.Then(found => Envelope.List<TAnswer>([.. found.Skip(skip).Take(perPage).Select(answer)], found.Count, page, perPage));
    }
}
