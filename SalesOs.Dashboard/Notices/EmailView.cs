using FluentValidation;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Notices.Mail;

namespace SalesOs.Dashboard.Notices;

/// <summary>An e-mail address as people who may see keys see it.</summary>
/// <param name="Language"><c>en</c> or <c>pt-BR</c>.</param>
/// <param name="Events">What it is told of; null: what the tenant chose for e-mail.</param>
/// <param name="KeyId">It is told of this key alone; null: of all.</param>
/// <param name="ConfirmedAt">Null: nobody has followed the link yet, and it gets nothing.</param>
/// <param name="AskedAt">When the link was last asked for.</param>
/// <param name="CreatedBy">The person's e-mail address or name, or <c>service_role</c>; null once the person's data is erased.</param>
public sealed record EmailView(
    Guid Id,
    string Address,
    string Language,
    IReadOnlyList<NoticeEvent>? Events,
    Guid? KeyId,
    DateTimeOffset? ConfirmedAt,
    DateTimeOffset AskedAt,
    DateTimeOffset CreatedAt,
    string? CreatedBy);

/// <param name="Language"><c>en</c> (null) or <c>pt-BR</c>.</param>
/// <param name="Events">Names such as <c>key.expiring</c>; null: what the tenant chose for e-mail.</param>
/// <param name="KeyId">To be told of this key alone; null: of all.</param>
public record NewEmail(string? Address, string? Language = null, IReadOnlyList<string>? Events = null, Guid? KeyId = null);

/// <summary>What is not given stays; the address itself does, since it is what was confirmed.</summary>
public record EmailEdit
{
    /// <summary><c>en</c> or <c>pt-BR</c>.</summary>
    public Optional<string?> Language { get; init; }

    /// <inheritdoc cref="NewEmail.Events"/>
    public Optional<IReadOnlyList<string>?> Events { get; init; }
}

/// <remarks>Codes: <c>address_invalid</c>, <c>language_unknown</c>, <c>event_unknown</c>.</remarks>
public sealed class NewEmailValidator : AbstractValidator<NewEmail>
{
    public NewEmailValidator()
    {
        RuleFor(e => e.Address).Must(address => MailAddress.IsOne(address?.Trim())).WithErrorCode("address_invalid").OverridePropertyName("address");
        RuleFor(e => e.Language).Must(language => language is null || NoticeEmails.Languages.Contains(language, StringComparer.Ordinal)).WithErrorCode("language_unknown").OverridePropertyName("language");
        RuleFor(e => e.Events).Custom((events, context) => context.AddFaults(NoticeChoices.Faults(events)));
    }
}

/// <summary>The rules of a new address, for what the edit names.</summary>
public sealed class EmailEditValidator : AbstractValidator<EmailEdit>
{
    public EmailEditValidator()
    {
        RuleFor(e => e.Language).Must(language => !language.IsGiven || NoticeEmails.Languages.Contains(language.Value, StringComparer.Ordinal)).WithErrorCode("language_unknown").OverridePropertyName("language");
        RuleFor(e => e.Events).Custom((events, context) => context.AddFaults(NoticeChoices.Faults(events.Value)));
    }
}
