using System.Globalization;
using FluentValidation;
using FluentValidation.Results;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.ApiKeys.Policies;

/// <summary>What a policy itself must keep; what it demands of keys stands in <see cref="KeyPolicy"/>. The same validator serves the page and the API.</summary>
/// <remarks>Codes: <c>bound_required</c>, <c>bound_range</c>, <c>bound_not_taken</c>, <c>from_without_require</c>, <c>from_too_far</c>, <c>level_unknown</c>, <c>act_unknown</c>; the service adds <c>from_past</c>.</remarks>
public sealed class KeyPolicyValidator : AbstractValidator<KeyPolicy>
{
    public KeyPolicyValidator(TimeProvider clock) => RuleFor(p => p).Custom((policy, context) =>
    {
        foreach (var fault in Faults(policy, clock.GetUtcNow()))
        {
            context.AddFailure(new ValidationFailure(fault.Field, fault.Code) { ErrorCode = fault.Code, CustomState = fault.Argument });
        }
    });

    private static IEnumerable<RuleFault> Faults(KeyPolicy policy, DateTimeOffset now)
    {
        foreach (var rule in KeyPolicy.Rules)
        {
            var (field, demand, most) = (KeyPolicy.NameOf(rule), policy.Of(rule), KeyPolicy.MostOf(rule));
            if (!Enum.IsDefined(demand.Level))
            {
                yield return new RuleFault(field, "level_unknown");
            }

            if (most is null && demand.Value is not null)
            {
                yield return new RuleFault($"{field}.value", "bound_not_taken");
            }
            else if (most is not null && demand.Level != PolicyLevel.Off && demand.Value is null)
            {
                yield return new RuleFault($"{field}.value", "bound_required");
            }
            else if (demand.Value < 1 || demand.Value > most)
            {
                yield return new RuleFault($"{field}.value", "bound_range", most?.ToString(CultureInfo.InvariantCulture));
            }

            if (demand.From is not null && demand.Level != PolicyLevel.Require)
            {
                yield return new RuleFault($"{field}.from", "from_without_require");
            }
            else if (demand.From > now.AddDays(KeyRules.MaxExpiryDays))
            {
                yield return new RuleFault($"{field}.from", "from_too_far");
            }
        }

        if (!policy.SecondPerson.All(Enum.IsDefined))
        {
            yield return new RuleFault("second_person", "act_unknown");
        }
    }
}
