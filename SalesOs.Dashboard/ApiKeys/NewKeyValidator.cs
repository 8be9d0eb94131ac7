using FluentValidation;
using FluentValidation.Results;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>
/// The rules of a key's settings (from the HTTP API's contract), shared by creating and editing. They give codes; the edges word them. Lengths count code points.
/// </summary>
internal static class KeyRules
{
    public const int MaxNameLength = 100;
    public const int MaxNotesLength = 500;
    public const int MaxRateLimit = 1_000_000;
    public const int MaxExpiryDays = 3650;
    public const int MaxAllowedIps = 100;
    public const int MaxReasonLength = 200;

    public static IRuleBuilderOptions<T, string?> IsName<T>(this IRuleBuilder<T, string?> name) => name
        .Must(text => Trimmed(text).Length > 0).WithErrorCode("name_required")
        .Must(text => CodePoints.Count(Trimmed(text)) <= MaxNameLength).WithErrorCode("name_too_long").WithState(_ => "100")
        .Must(text => Trimmed(text) is "" || Trimmed(text).Any(char.IsControl) || FoldedText.IsVisible(Trimmed(text))).WithErrorCode("name_invisible")
        .Must(text => IsPlain(Trimmed(text))).WithErrorCode("name_control_characters")
        .OverridePropertyName("name");

    public static IRuleBuilderOptions<T, string?> IsNotes<T>(this IRuleBuilder<T, string?> notes) => notes
        .Must(text => text is null || CodePoints.Count(text) <= MaxNotesLength).WithErrorCode("notes_too_long").WithState(_ => "500")
        .Must(text => text is null || IsPlain(text, "\n\r\t")).WithErrorCode("notes_control_characters")
        .OverridePropertyName("notes");

    /// <summary>Each of them is a fault.</summary>
    public static IRuleBuilderOptions<T, string> AreNone<T>(this IRuleBuilderInitialCollection<T, string> wrong, string field, string code) => wrong
        .OverrideIndexer((_, _, _, _) => "")
        .Must(_ => false).WithErrorCode(code).WithState((_, text) => text)
        .OverridePropertyName(field);

    public static IRuleBuilderOptions<T, int> IsRateLimit<T>(this IRuleBuilder<T, int> limit) => limit
        .InclusiveBetween(1, MaxRateLimit).WithErrorCode("rate_limit_range").OverridePropertyName("rate_limit");

    public static IRuleBuilderOptions<T, int?> IsExpiryInDays<T>(this IRuleBuilder<T, int?> days) => days
        .InclusiveBetween(1, MaxExpiryDays).WithErrorCode("expires_in_days_range").OverridePropertyName("expires_in_days");

    public static IRuleBuilderOptions<T, DateTimeOffset?> IsExpiry<T>(this IRuleBuilder<T, DateTimeOffset?> expiresAt, TimeProvider clock) => expiresAt
        .Must(at => at is null || at > clock.GetUtcNow()).WithErrorCode("expires_at_past")
        .Must(at => at is null || at <= clock.GetUtcNow().AddDays(MaxExpiryDays)).WithErrorCode("expires_at_too_far")
        .OverridePropertyName("expires_at");

    public static IRuleBuilderOptions<T, IReadOnlyList<string>?> HaveRoom<T>(this IRuleBuilder<T, IReadOnlyList<string>?> addresses) => addresses
        .Must(all => all is null || all.Count <= MaxAllowedIps).WithErrorCode("allowed_ips_too_many").WithState(_ => "100")
        .OverridePropertyName("allowed_ips");

    /// <summary>The first thousand: more than an answer names.</summary>
    public static IEnumerable<string> UnknownScopes(IReadOnlyList<string>? scopes) => (scopes ?? []).Except(Scopes.All, StringComparer.Ordinal).Take(1000);

    /// <summary>The first ten.</summary>
    public static IEnumerable<string> NoAddresses(IReadOnlyList<string>? addresses) => (addresses ?? []).Where(address => !AddressBlock.TryParse(address, out _)).Take(10);

    public static IEnumerable<RuleFault> Reason(string? reason)
    {
        if (reason is not null && CodePoints.Count(reason) > MaxReasonLength)
        {
            yield return new RuleFault("reason", "reason_too_long", "200");
        }

        if (reason is not null && !IsPlain(reason))
        {
            yield return new RuleFault("reason", "reason_control_characters");
        }
    }

    private static string Trimmed(string? text) => text?.Trim() ?? "";

    /// <summary>No control characters but those that are allowed, and no half of a surrogate pair.</summary>
    private static bool IsPlain(string text, string allowed = "") =>
        !text.Any(c => char.IsControl(c) && !allowed.Contains(c, StringComparison.Ordinal)) && CodePoints.AreWhole(text);
}

/// <summary>The rules for a new key. The same validator serves the dialog and the API.</summary>
/// <remarks>
/// Codes: <c>name_required</c>, <c>name_too_long</c>, <c>name_invisible</c>, <c>name_control_characters</c>, <c>notes_too_long</c>, <c>notes_control_characters</c>,
/// <c>environment_unknown</c>, <c>scope_unknown</c>, <c>rate_limit_range</c>, <c>expires_both</c>, <c>expires_in_days_range</c>,
/// <c>expires_at_past</c>, <c>expires_at_too_far</c>, <c>allowed_ips_too_many</c>, <c>allowed_ip_invalid</c>.
/// </remarks>
public sealed class NewKeyValidator : AbstractValidator<NewKey>
{
    public NewKeyValidator(TimeProvider clock)
    {
        RuleFor(k => k.Name).IsName();
        RuleFor(k => k.Notes).IsNotes();
        RuleFor(k => k.Environment).IsInEnum().WithErrorCode("environment_unknown").OverridePropertyName("environment");
        RuleForEach(k => KeyRules.UnknownScopes(k.Scopes)).AreNone("scopes", "scope_unknown");
        RuleFor(k => k.RateLimit).IsRateLimit();
        RuleFor(k => k.ExpiresAt).Null().WithErrorCode("expires_both").OverridePropertyName("expires_at").When(k => k.ExpiresInDays is not null);
        RuleFor(k => k.ExpiresInDays).IsExpiryInDays();
        RuleFor(k => k.ExpiresAt).IsExpiry(clock);
        RuleFor(k => k.AllowedIps).HaveRoom();
        RuleForEach(k => KeyRules.NoAddresses(k.AllowedIps)).AreNone("allowed_ips", "allowed_ip_invalid");
    }
}

/// <summary>The rules for an edit: those of a new key, for what the edit names.</summary>
public sealed class KeyEditValidator : AbstractValidator<KeyEdit>
{
    public KeyEditValidator(TimeProvider clock)
    {
        RuleFor(e => e.Name.Value).IsName().When(e => e.Name.IsGiven);
        RuleFor(e => e.Notes.Value).IsNotes().When(e => e.Notes.IsGiven);
        RuleForEach(e => KeyRules.UnknownScopes(e.Scopes.Value)).AreNone("scopes", "scope_unknown");
        RuleFor(e => e.RateLimit.Value).IsRateLimit().When(e => e.RateLimit.IsGiven);
        RuleFor(e => e.ExpiresAt.IsGiven).Equal(false).WithErrorCode("expires_both").OverridePropertyName("expires_at").When(e => e.ExpiresInDays is not null);
        RuleFor(e => e.ExpiresInDays).IsExpiryInDays();
        RuleFor(e => e.ExpiresAt.Value).IsExpiry(clock);
        RuleFor(e => e.AllowedIps.Value).HaveRoom();
        RuleForEach(e => KeyRules.NoAddresses(e.AllowedIps.Value)).AreNone("allowed_ips", "allowed_ip_invalid");
    }
}

/// <summary>The rules for a successor's life, those of a new key's, and for the overlap.</summary>
public sealed class KeyRotationValidator : AbstractValidator<KeyRotation>
{
    public KeyRotationValidator(TimeProvider clock)
    {
        RuleFor(r => r.ExpiresAt.IsGiven).Equal(false).WithErrorCode("expires_both").OverridePropertyName("expires_at").When(r => r.ExpiresInDays is not null);
        RuleFor(r => r.ExpiresInDays).IsExpiryInDays();
        RuleFor(r => r.ExpiresAt.Value).IsExpiry(clock);
        RuleFor(r => r.Overlap).Custom((overlap, context) =>
        {
            foreach (var fault in overlap?.Faults(clock.GetUtcNow()) ?? [])
            {
                context.AddFailure(new ValidationFailure(fault.Field, fault.Code) { ErrorCode = fault.Code, CustomState = fault.Argument });
            }
        });
    }
}

public static class RuleFaults
{
    /// <summary>All faults at once, in the order of the rules; empty when the request is sound.</summary>
    public static IReadOnlyList<RuleFault> Faults<T>(this IValidator<T> validator, T value) =>
        [.. validator.Validate(value).Errors.Select(e => new RuleFault(e.PropertyName, e.ErrorCode, e.CustomState as string))];
}
