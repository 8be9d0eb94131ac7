using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys.Policies;

/// <summary>Words what a key breaks of its tenant's policy.</summary>
public sealed class PolicyWords(Words<PolicyTexts> words, RelativeTime time)
{
    /// <summary>In one line: that it is out of policy, until when it may stay so, and the rules.</summary>
    public string Say(ApiKeyView key, DateTimeOffset now)
    {
        var until = DateOf(key, now);
        return $"{(until is null ? words["OutOfPolicy"] : words["OutOfPolicyUntil", ("date", time.SayDate(until.Value))])} {RulesOf(key.Breaches.Select(b => b.Rule))}";
    }

    public string RulesOf(IEnumerable<PolicyRule> rules) => string.Join(", ", rules.Select(rule => words["Rule_" + rule]));

    /// <summary>When the first of the rules changes the key; null: none does, or its date has come.</summary>
    public static DateTimeOffset? DateOf(ApiKeyView key, DateTimeOffset now) => key.Breaches.Where(b => b.Demand.From > now).Min(b => b.Demand.From);
}
