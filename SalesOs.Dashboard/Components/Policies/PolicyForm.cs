using System.Globalization;
using FluentValidation;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Policies;

/// <summary>What was chosen and typed for one rule.</summary>
public sealed class PolicyRow(PolicyRule rule, PolicyDemand demand)
{
    public PolicyRule Rule => rule;

    public PolicyLevel Level { get; set; } = demand.Level;

    /// <summary>As typed, grouping allowed.</summary>
    public string Bound { get; set; } = demand.Value?.ToString("N0", CultureInfo.CurrentCulture) ?? "";

    /// <summary>Null: the day that it has, or one after the usual time.</summary>
    public DateOnly? From { get; set; }

    public bool HasBound => KeyPolicy.MostOf(rule) is not null;
}

/// <summary>A policy as it is filled in. The rules are <see cref="KeyPolicyValidator"/>'s; that a text is no number is the form's own to find.</summary>
public sealed class PolicyForm
{
    private readonly TimeZoneInfo zone;

    /// <param name="zone">The reader's: a day begins where they are.</param>
    public PolicyForm(KeyPolicy policy, TimeZoneInfo zone)
    {
        this.zone = zone;
        Base = policy;
        Rows = [.. KeyPolicy.Rules.Select(rule => new PolicyRow(rule, policy.Of(rule)) { From = DayOf(policy.Of(rule).From) })];
        SecondPerson = policy.SecondPerson.ToHashSet();
        Begun = Content;
    }

    /// <summary>The policy that the form began with.</summary>
    public KeyPolicy Base { get; }

    public IReadOnlyList<PolicyRow> Rows { get; }

    public ISet<SecondPersonAct> SecondPerson { get; }

    public bool IsTouched => Content != Begun;

    private string Begun { get; }

    private string Content => string.Join('\n', [.. Rows.Select(r => $"{r.Level} {r.Bound} {r.From}"), .. SecondPerson.Order().Select(act => act.ToString())]);

    public KeyPolicy ToPolicy()
    {
        var policy = new KeyPolicy { SecondPerson = [.. SecondPerson.Order()] };
        foreach (var row in Rows)
        {
            policy = policy.With(row.Rule, new PolicyDemand
            {
                Level = row.Level,
                Value = row.Level == PolicyLevel.Off || !row.HasBound || row.Bound.Trim().Length == 0 ? null : TypedNumber.TryRead(row.Bound, CultureInfo.CurrentCulture, out var number) ? number : 0,
                From = row.Level == PolicyLevel.Require ? FromOf(row) : null,
            });
        }

        return policy;
    }

    public IReadOnlyList<RuleFault> Faults(IValidator<KeyPolicy> rules)
    {
        var unreadable = Rows.Where(r => r.Level != PolicyLevel.Off && r.HasBound && r.Bound.Trim().Length > 0 && !TypedNumber.TryRead(r.Bound, CultureInfo.CurrentCulture, out _))
            .Select(r => KeyPolicy.NameOf(r.Rule) + ".value").ToHashSet(StringComparer.Ordinal);
        return [.. rules.Faults(ToPolicy()).Select(fault => unreadable.Contains(fault.Field) ? fault with { Code = "bound_unreadable", Argument = null } : fault)];
    }

    /// <summary>A day that was left as it is keeps its moment.</summary>
    private DateTimeOffset? FromOf(PolicyRow row) => row.From == DayOf(Base.Of(row.Rule).From) ? Base.Of(row.Rule).From : LocalDay.Start(row.From, zone);

    private DateOnly? DayOf(DateTimeOffset? from) => from is { } moment ? DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime) : null;
}
