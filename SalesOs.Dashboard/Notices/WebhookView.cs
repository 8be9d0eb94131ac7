using FluentValidation;
using FluentValidation.Results;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Notices.Webhooks;

namespace SalesOs.Dashboard.Notices;

/// <summary>A webhook as people who may see keys see it.</summary>
/// <param name="Events">What it is told of; null: what the tenant chose for webhooks.</param>
/// <param name="CreatedBy">The person's e-mail address or name, or <c>service_role</c>; null once the person's data is erased.</param>
/// <param name="PreviousSecretUntil">Until then notices are signed with the secret before as well; null: with one.</param>
public sealed record WebhookView(
    Guid Id,
    string Url,
    string? Description,
    IReadOnlyList<NoticeEvent>? Events,
    WebhookState State,
    DateTimeOffset StateSince,
    DateTimeOffset CreatedAt,
    string? CreatedBy,
    DateTimeOffset? PreviousSecretUntil);

/// <summary>A webhook with its new secret, which is shown once and then only signed with.</summary>
public sealed class MadeWebhook(WebhookView webhook, string secret)
{
    public WebhookView Webhook { get; } = webhook;

    /// <summary>Such as <c>whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw…</c>.</summary>
    public string Secret { get; } = secret;

    /// <summary>Masked, so that neither a log nor a debugger's text shows the secret.</summary>
    public override string ToString() => $"MadeWebhook {{ Id = {Webhook.Id}, Secret = *** }}";
}

/// <param name="Events">Names such as <c>key.expiring</c>; null: what the tenant chose for webhooks.</param>
public sealed record NewWebhook(string? Url, string? Description = null, IReadOnlyList<string>? Events = null);

/// <summary>What is not given stays.</summary>
public record WebhookEdit
{
    public Optional<string?> Url { get; init; }

    public Optional<string?> Description { get; init; }

    /// <inheritdoc cref="NewWebhook.Events"/>
    public Optional<IReadOnlyList<string>?> Events { get; init; }

    /// <summary>False: it gets nothing, and what waits for it falls. True: it is on, also after it was failing.</summary>
    public Optional<bool> Enabled { get; init; }
}

/// <remarks>Codes: those of <see cref="WebhookAddress"/>, <c>description_too_long</c>, <c>description_control_characters</c>, <c>event_unknown</c>.</remarks>
public sealed class NewWebhookValidator : AbstractValidator<NewWebhook>
{
    public NewWebhookValidator(WebhookOptions options)
    {
        RuleFor(w => w.Url).Custom((url, context) => context.AddFaults(NoticeRules.Url(url, options)));
        RuleFor(w => w.Description).Custom((text, context) => context.AddFaults(NoticeRules.Description(text)));
        RuleFor(w => w.Events).Custom((events, context) => context.AddFaults(NoticeChoices.Faults(events)));
    }
}

/// <summary>The rules of a new webhook, for what the edit names.</summary>
public sealed class WebhookEditValidator : AbstractValidator<WebhookEdit>
{
    public WebhookEditValidator(WebhookOptions options)
    {
        RuleFor(w => w.Url).Custom((url, context) => context.AddFaults(url.IsGiven ? NoticeRules.Url(url.Value, options) : []));
        RuleFor(w => w.Description).Custom((text, context) => context.AddFaults(NoticeRules.Description(text.Value)));
        RuleFor(w => w.Events).Custom((events, context) => context.AddFaults(NoticeChoices.Faults(events.Value)));
    }
}

internal static class NoticeRules
{
    public static IEnumerable<RuleFault> Url(string? url, WebhookOptions options) =>
        WebhookAddress.FaultOf(url, options, out _) is { } code ? [WebhookAddress.Worded(code)] : [];

    public static IEnumerable<RuleFault> Description(string? text)
    {
        if (text is not null && CodePoints.Count(text) > WebhookEndpoint.MaxDescriptionLength)
        {
            yield return new RuleFault("description", "description_too_long", "200");
        }

        if (text is not null && (text.Any(char.IsControl) || !CodePoints.AreWhole(text)))
        {
            yield return new RuleFault("description", "description_control_characters");
        }
    }

    public static void AddFaults<T>(this ValidationContext<T> context, IEnumerable<RuleFault> faults)
    {
        foreach (var fault in faults)
        {
            context.AddFailure(new ValidationFailure(fault.Field, fault.Code) { ErrorCode = fault.Code, CustomState = fault.Argument });
        }
    }
}
