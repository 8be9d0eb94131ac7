using System.ComponentModel.DataAnnotations;
using FluentValidation;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Usage.Forecasts;

/// <summary>Settings that somebody thinks of giving a key. What is null is not proposed.</summary>
public record Proposal
{
    /// <summary>The longest look back.</summary>
    public const int MostDays = 90;

    /// <summary>Empty lifts the restriction.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>Empty allows all.</summary>
    public IReadOnlyList<string>? AllowedIps { get; init; }

    // The attributes are for the OpenAPI document alone.
    /// <summary>1–1,000,000 requests per sliding hour.</summary>
    [Range(1, 1_000_000)]
    public int? RateLimit { get; init; }

    /// <summary>How far back to look, 1–90.</summary>
    [Range(1, MostDays)]
    public int Days { get; init; } = MostDays;
}

/// <summary>The rules for what is proposed: those of a new key's settings.</summary>
public sealed class ProposalValidator : AbstractValidator<Proposal>
{
    public ProposalValidator()
    {
        RuleForEach(p => KeyRules.UnknownScopes(p.Scopes)).AreNone("scopes", "scope_unknown");
        RuleFor(p => p.AllowedIps).HaveRoom();
        RuleForEach(p => KeyRules.NoAddresses(p.AllowedIps)).AreNone("allowed_ips", "allowed_ip_invalid");
        RuleFor(p => p.RateLimit ?? 1).IsRateLimit();
        RuleFor(p => p.Days).InclusiveBetween(1, Proposal.MostDays).WithErrorCode("days_range").OverridePropertyName("days");
    }
}
