using System.Globalization;
using FluentValidation;
using FluentValidation.Results;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>When the old key of a rotation is revoked by itself. Nothing given: by hand, somebody ends it.</summary>
public sealed record RotationOverlap
{
    public const int MostCycles = 5;
    public const int MostDaysToLatest = 30;

    public static readonly RotationOverlap ByHand = new();

    /// <summary>At that moment, whoever still calls; this or <see cref="QuietCycles"/>, not both.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>1–5: once the old key was silent for so many cycles of its rhythm.</summary>
    public int? QuietCycles { get; init; }

    /// <summary>Only with <see cref="QuietCycles"/>: when it is not silent by then, nothing is revoked and the rotation is held. Null: it waits for as long as it takes.</summary>
    public DateTimeOffset? Latest { get; init; }

    /// <summary>Times in whole milliseconds, as they are stored.</summary>
    internal RotationOverlap Stored() => this with { Until = ToMilliseconds(Until), Latest = ToMilliseconds(Latest) };

    /// <remarks>Codes: <c>overlap_both</c>, <c>until_past</c>, <c>until_too_far</c>, <c>quiet_cycles_range</c>, <c>latest_without_cycles</c>, <c>latest_past</c>, <c>latest_too_far</c>.</remarks>
    internal IEnumerable<RuleFault> Faults(DateTimeOffset now)
    {
        if (Until is not null && QuietCycles is not null)
        {
            yield return new RuleFault("overlap.quiet_cycles", "overlap_both");
        }

        if (Until <= now)
        {
            yield return new RuleFault("overlap.until", "until_past");
        }

        if (Until > now.AddDays(KeyRules.MaxExpiryDays))
        {
            yield return new RuleFault("overlap.until", "until_too_far");
        }

        if (QuietCycles is < 1 or > MostCycles)
        {
            yield return new RuleFault("overlap.quiet_cycles", "quiet_cycles_range", MostCycles.ToString(CultureInfo.InvariantCulture));
        }

        if (Latest is not null && QuietCycles is null)
        {
            yield return new RuleFault("overlap.latest", "latest_without_cycles");
        }

        if (Latest <= now)
        {
            yield return new RuleFault("overlap.latest", "latest_past");
        }

        if (Latest > now.AddDays(MostDaysToLatest))
        {
            yield return new RuleFault("overlap.latest", "latest_too_far", MostDaysToLatest.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static DateTimeOffset? ToMilliseconds(DateTimeOffset? time) => time is { } t ? DateTimeOffset.FromUnixTimeMilliseconds(t.ToUnixTimeMilliseconds()) : null;
}

/// <summary>The rules for an overlap (<see cref="RotationOverlap.Faults"/>). The same validator serves the dialogs and the API.</summary>
public sealed class RotationOverlapValidator : AbstractValidator<RotationOverlap>
{
    public RotationOverlapValidator(TimeProvider clock) => RuleFor(o => o).Custom((overlap, context) =>
    {
        foreach (var fault in overlap.Faults(clock.GetUtcNow()))
        {
            context.AddFailure(new ValidationFailure(fault.Field, fault.Code) { ErrorCode = fault.Code, CustomState = fault.Argument });
        }
    });
}
