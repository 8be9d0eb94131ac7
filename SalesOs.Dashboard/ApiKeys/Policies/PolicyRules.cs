using System.Globalization;
using System.Text.Json;
using FluentValidation;
using FluentValidation.Results;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.ApiKeys.Policies;

/// <summary>What is said of the rules themselves.</summary>
public static class PolicyRules
{
    public static string NameOf(PolicyRule rule) => JsonNamingPolicy.SnakeCaseLower.ConvertName(rule.ToString());

    /// <summary>The most that a rule's bound may be; null for a rule without one.</summary>
    public static int? MostOf(PolicyRule rule) => rule switch
    {
        PolicyRule.MaxLifetimeDays or PolicyRule.MaxUnusedDays => KeyRules.MaxExpiryDays,
        PolicyRule.MaxRateLimit => KeyRules.MaxRateLimit,
        PolicyRule.ScopesRequired or PolicyRule.AllowedIpsRequired or PolicyRule.SingleUseRequired => null,
    };

    /// <summary>Whether <paramref name="now"/> refuses a key that <paramref name="before"/> let be: such a demand needs a date of its own.</summary>
    internal static bool IsStricter(PolicyDemand now, PolicyDemand before) =>
        now.Level == PolicyLevel.Require && (before.Level != PolicyLevel.Require || now.Value < before.Value);
}

/// <summary>The rules for a policy itself. The same validator serves the page and the API.</summary>
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
            var (field, demand, most) = (PolicyRules.NameOf(rule), policy.Of(rule), PolicyRules.MostOf(rule));
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
