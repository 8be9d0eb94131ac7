using FluentValidation;
using FluentValidation.Results;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>What becomes of a paused key at the pause's end. The numbers are stored.</summary>
public enum PauseEnd
{
    Resume = 0,
    Revoke = 1,
}

/// <summary>What the callers of a paused key are answered. The numbers are stored.</summary>
public enum PauseAnswer
{
    /// <summary>403 <c>KEY_PAUSED</c>: their credential is good, they are to come again.</summary>
    KeyPaused = 0,

    /// <summary>The 401 that everybody gets whose credential is no good: for a key that may have leaked.</summary>
    Unauthorized = 1,
}

/// <summary>A pause as it is asked for. Asked for again, it changes when the pause ends; the reason and the answer only where they are given.</summary>
public record KeyPause
{
    /// <summary>Null: until somebody resumes the key.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Only with <see cref="Until"/>; null resumes.</summary>
    public PauseEnd? Then { get; init; }

    /// <summary>At most 200 characters without control characters.</summary>
    public string? Reason { get; init; }

    /// <summary>Null: <see cref="PauseAnswer.KeyPaused"/>, or what the pause has answered so far.</summary>
    public PauseAnswer? Answer { get; init; }
}

/// <summary>A pause that stands, as people and programs see it.</summary>
/// <param name="By">The person's e-mail address or name, or <c>service_role</c>; null once the person's data is erased.</param>
/// <param name="Until">Null: until somebody resumes the key.</param>
/// <param name="Then">Null where <paramref name="Until"/> is.</param>
public sealed record PauseView(DateTimeOffset At, string? By, DateTimeOffset? Until, PauseEnd? Then, string? Reason, PauseAnswer Answer)
{
    /// <summary>The brown-out that refuses the key; null: it was paused by hand.</summary>
    public Guid? BrownOut { get; init; }
}

/// <summary>The rules for a pause. The same validator serves the dialog and the API.</summary>
/// <remarks>Codes: <c>until_past</c>, <c>until_too_far</c>, <c>then_without_until</c>, <c>then_unknown</c>, <c>answer_unknown</c>, and those of a reason.</remarks>
public sealed class KeyPauseValidator : AbstractValidator<KeyPause>
{
    public KeyPauseValidator(TimeProvider clock)
    {
        RuleFor(p => p.Until)
            .Must(at => at is null || at > clock.GetUtcNow()).WithErrorCode("until_past")
            .Must(at => at is null || at <= clock.GetUtcNow().AddDays(KeyRules.MaxExpiryDays)).WithErrorCode("until_too_far")
            .OverridePropertyName("until");
        RuleFor(p => p.Then).Null().WithErrorCode("then_without_until").OverridePropertyName("then").When(p => p.Until is null);
        RuleFor(p => p.Then).IsInEnum().WithErrorCode("then_unknown").OverridePropertyName("then");
        RuleFor(p => p.Answer).IsInEnum().WithErrorCode("answer_unknown").OverridePropertyName("answer");
        RuleFor(p => p.Reason).Custom((reason, context) =>
        {
            foreach (var fault in KeyRules.Reason(reason?.Trim()))
            {
                context.AddFailure(new ValidationFailure(fault.Field, fault.Code) { ErrorCode = fault.Code, CustomState = fault.Argument });
            }
        });
    }
}
