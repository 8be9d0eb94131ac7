using FluentValidation;
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

    public static IEnumerable<RuleFault> Name(string? name)
    {
        var trimmed = name?.Trim() ?? "";
        if (trimmed.Length == 0)
        {
            yield return new RuleFault("name", "name_required");
        }
        else if (CodePoints.Count(trimmed) > MaxNameLength)
        {
            yield return new RuleFault("name", "name_too_long", "100");
        }

        if (trimmed.Length > 0 && !trimmed.Any(char.IsControl) && !FoldedText.IsVisible(trimmed))
        {
            yield return new RuleFault("name", "name_invisible");
        }

        if (trimmed.Any(char.IsControl) || !CodePoints.AreWhole(trimmed))
        {
            yield return new RuleFault("name", "name_control_characters");
        }
    }

    public static IEnumerable<RuleFault> Notes(string? notes)
    {
        if (notes is not null && CodePoints.Count(notes) > MaxNotesLength)
        {
            yield return new RuleFault("notes", "notes_too_long", "500");
        }

        if (notes is not null && (notes.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')) || !CodePoints.AreWhole(notes)))
        {
            yield return new RuleFault("notes", "notes_control_characters");
        }
    }

    public static IEnumerable<RuleFault> ScopeList(IReadOnlyList<string>? scopes) =>
        (scopes ?? []).Where(scope => !Scopes.All.Contains(scope, StringComparer.Ordinal)).Distinct(StringComparer.Ordinal)
            .Select(scope => new RuleFault("scopes", "scope_unknown", scope));

    public static IEnumerable<RuleFault> RateLimit(int limit)
    {
        if (limit is < 1 or > MaxRateLimit)
        {
            yield return new RuleFault("rate_limit", "rate_limit_range");
        }
    }

    public static IEnumerable<RuleFault> ExpiresAt(DateTimeOffset? expiresAt, DateTimeOffset now)
    {
        if (expiresAt <= now)
        {
            yield return new RuleFault("expires_at", "expires_at_past");
        }
        else if (expiresAt > now.AddDays(MaxExpiryDays))
        {
            yield return new RuleFault("expires_at", "expires_at_too_far");
        }
    }

    public static IEnumerable<RuleFault> ExpiresInDays(int? days) =>
        days is < 1 or > MaxExpiryDays ? [new RuleFault("expires_in_days", "expires_in_days_range")] : [];

    public static IEnumerable<RuleFault> AllowedIps(IReadOnlyList<string>? addresses)
    {
        if (addresses is { Count: > MaxAllowedIps })
        {
            yield return new RuleFault("allowed_ips", "allowed_ips_too_many", "100");
        }

        foreach (var address in (addresses ?? []).Where(a => !AddressBlock.TryParse(a, out _)).Take(10))
        {
            yield return new RuleFault("allowed_ips", "allowed_ip_invalid", address);
        }
    }

    public static IEnumerable<RuleFault> Reason(string? reason)
    {
        if (reason is not null && CodePoints.Count(reason) > MaxReasonLength)
        {
            yield return new RuleFault("reason", "reason_too_long", "200");
        }

        if (reason is not null && (reason.Any(char.IsControl) || !CodePoints.AreWhole(reason)))
        {
            yield return new RuleFault("reason", "reason_control_characters");
        }
    }
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
        this.Rule(k => KeyRules.Name(k.Name));
        this.Rule(k => KeyRules.Notes(k.Notes));
        this.Rule(k => Enum.IsDefined(k.Environment) ? [] : [new RuleFault("environment", "environment_unknown")]);
        this.Rule(k => KeyRules.ScopeList(k.Scopes));
        this.Rule(k => KeyRules.RateLimit(k.RateLimit));
        this.Rule(k => k is { ExpiresInDays: not null, ExpiresAt: not null } ? [new RuleFault("expires_at", "expires_both")] : []);
        this.Rule(k => KeyRules.ExpiresInDays(k.ExpiresInDays));
        this.Rule(k => KeyRules.ExpiresAt(k.ExpiresAt, clock.GetUtcNow()));
        this.Rule(k => KeyRules.AllowedIps(k.AllowedIps));
    }
}

/// <summary>The rules for an edit: those of a new key, for what the edit names.</summary>
public sealed class KeyEditValidator : AbstractValidator<KeyEdit>
{
    public KeyEditValidator(TimeProvider clock)
    {
        this.Rule(e => e.Name.IsGiven ? KeyRules.Name(e.Name.Value) : []);
        this.Rule(e => e.Notes.IsGiven ? KeyRules.Notes(e.Notes.Value) : []);
        this.Rule(e => e.Scopes.IsGiven ? KeyRules.ScopeList(e.Scopes.Value) : []);
        this.Rule(e => e.RateLimit.IsGiven ? KeyRules.RateLimit(e.RateLimit.Value) : []);
        this.Rule(e => e is { ExpiresInDays: not null, ExpiresAt.IsGiven: true } ? [new RuleFault("expires_at", "expires_both")] : []);
        this.Rule(e => KeyRules.ExpiresInDays(e.ExpiresInDays));
        this.Rule(e => e.ExpiresAt.IsGiven ? KeyRules.ExpiresAt(e.ExpiresAt.Value, clock.GetUtcNow()) : []);
        this.Rule(e => e.AllowedIps.IsGiven ? KeyRules.AllowedIps(e.AllowedIps.Value) : []);
    }
}

public static class RuleBridge
{
    /// <summary>Hangs a rule that gives faults into a validator.</summary>
    public static void Rule<T>(this AbstractValidator<T> validator, Func<T, IEnumerable<RuleFault>> rule) =>
        validator.RuleFor(value => value).Custom((value, context) =>
        {
            foreach (var fault in rule(value))
            {
                context.AddFailure(new FluentValidation.Results.ValidationFailure(fault.Field, fault.Code) { ErrorCode = fault.Code, AttemptedValue = fault.Argument });
            }
        });

    /// <summary>All faults at once, in the order of the rules; empty when the request is sound.</summary>
    public static IReadOnlyList<RuleFault> Faults<T>(this IValidator<T> validator, T value) =>
        [.. validator.Validate(value).Errors.Select(e => new RuleFault(e.PropertyName, e.ErrorCode, e.AttemptedValue as string))];
}
