using System.Text.Json;
using System.Text.Json.Serialization;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.ApiKeys.Policies;

public enum PolicyLevel
{
    Off,

    /// <summary>Keys that break it are marked; nothing is refused and nothing happens to them.</summary>
    Warn,

    /// <summary>New and edited keys are refused at once; keys that exist are changed on the demand's date.</summary>
    Require,
}

/// <summary>What a tenant may demand of its keys. The HTTP API and the audit log call them by <see cref="KeyPolicy.NameOf"/>.</summary>
public enum PolicyRule
{
    MaxLifetimeDays,
    ScopesRequired,
    AllowedIpsRequired,
    MaxRateLimit,
    SingleUseRequired,
    MaxUnusedDays,
}

/// <summary>What may wait for another person. The numbers are not stored.</summary>
public enum SecondPersonAct
{
    /// <summary>Whatever leaves a key without a scope: creating, rotating, and lifting the scopes.</summary>
    CreateUnrestricted,
    Delete,
    ChangePolicy,
}

/// <summary>How strictly a rule holds.</summary>
public sealed record PolicyDemand
{
    public static readonly PolicyDemand Off = new();

    public PolicyLevel Level { get; init; }

    /// <summary>The bound of <see cref="PolicyRule.MaxLifetimeDays"/> and <see cref="PolicyRule.MaxUnusedDays"/> (1–3650 days) and <see cref="PolicyRule.MaxRateLimit"/> (1–1,000,000 an hour); null for the other rules.</summary>
    public int? Value { get; init; }

    /// <summary>From when on <see cref="PolicyLevel.Require"/> holds for keys that exist; null at the other levels.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Whether it holds for keys that exist.</summary>
    public bool Holds(DateTimeOffset now) => Level == PolicyLevel.Require && From <= now;

    /// <summary>Whether it refuses a key that <paramref name="before"/> let be: such a demand needs a date of its own.</summary>
    internal bool IsStricterThan(PolicyDemand before) => Level == PolicyLevel.Require && (before.Level != PolicyLevel.Require || Value < before.Value);
}

/// <summary>What a tenant demands of its keys. Nothing in it: nothing is demanded.</summary>
public record KeyPolicy
{
    public static readonly KeyPolicy None = new();

    /// <summary>From the making of a key to its expiry; a key without one lives too long.</summary>
    public PolicyDemand MaxLifetimeDays { get; init; } = PolicyDemand.Off;

    public PolicyDemand ScopesRequired { get; init; } = PolicyDemand.Off;

    /// <summary>Of live keys.</summary>
    public PolicyDemand AllowedIpsRequired { get; init; } = PolicyDemand.Off;

    public PolicyDemand MaxRateLimit { get; init; } = PolicyDemand.Off;

    public PolicyDemand SingleUseRequired { get; init; } = PolicyDemand.Off;

    /// <summary>Since the latest request, or the making of a key that was never used.</summary>
    public PolicyDemand MaxUnusedDays { get; init; } = PolicyDemand.Off;

    public IReadOnlyList<SecondPersonAct> SecondPerson { get; init; } = [];

    [JsonIgnore]
    public bool AsksNothing => Rules.All(rule => Of(rule).Level == PolicyLevel.Off);

    public static IReadOnlyList<PolicyRule> Rules { get; } = Enum.GetValues<PolicyRule>();

    /// <summary>In snake_case, such as <c>max_lifetime_days</c>.</summary>
    public static string NameOf(PolicyRule rule) => JsonNamingPolicy.SnakeCaseLower.ConvertName(rule.ToString());

    /// <summary>The most that a rule's bound may be; null for a rule without one.</summary>
    public static int? MostOf(PolicyRule rule) => rule switch
    {
        PolicyRule.MaxLifetimeDays or PolicyRule.MaxUnusedDays => KeyRules.MaxExpiryDays,
        PolicyRule.MaxRateLimit => KeyRules.MaxRateLimit,
        PolicyRule.ScopesRequired or PolicyRule.AllowedIpsRequired or PolicyRule.SingleUseRequired => null,
    };

    public PolicyDemand Of(PolicyRule rule) => rule switch
    {
        PolicyRule.MaxLifetimeDays => MaxLifetimeDays,
        PolicyRule.ScopesRequired => ScopesRequired,
        PolicyRule.AllowedIpsRequired => AllowedIpsRequired,
        PolicyRule.MaxRateLimit => MaxRateLimit,
        PolicyRule.SingleUseRequired => SingleUseRequired,
        PolicyRule.MaxUnusedDays => MaxUnusedDays,
    };

    public KeyPolicy With(PolicyRule rule, PolicyDemand demand) => rule switch
    {
        PolicyRule.MaxLifetimeDays => this with { MaxLifetimeDays = demand },
        PolicyRule.ScopesRequired => this with { ScopesRequired = demand },
        PolicyRule.AllowedIpsRequired => this with { AllowedIpsRequired = demand },
        PolicyRule.MaxRateLimit => this with { MaxRateLimit = demand },
        PolicyRule.SingleUseRequired => this with { SingleUseRequired = demand },
        PolicyRule.MaxUnusedDays => this with { MaxUnusedDays = demand },
    };

    /// <summary>All that the key breaks, in the order of the rules. The same for every place that judges a key; <see cref="PolicyQuery"/> says it in SQL.</summary>
    public IReadOnlyList<PolicyBreach> Breaches(JudgedKey key, DateTimeOffset now) =>
        [.. Rules.Where(rule => Of(rule).Level != PolicyLevel.Off && IsBroken(rule, Of(rule).Value ?? 0, key, now)).Select(rule => new PolicyBreach(rule, Of(rule)))];

    private static bool IsBroken(PolicyRule rule, int bound, JudgedKey key, DateTimeOffset now) => rule switch
    {
        PolicyRule.MaxLifetimeDays => key.ExpiresAt is not { } end || end.ToUnixTimeMilliseconds() - key.CreatedAt.ToUnixTimeMilliseconds() > Days(bound),
        PolicyRule.ScopesRequired => !key.HasScopes,
        PolicyRule.AllowedIpsRequired => key.Environment == KeyEnvironment.Live && !key.HasAddresses,
        PolicyRule.MaxRateLimit => key.RateLimit > bound,
        PolicyRule.SingleUseRequired => !key.SingleUse,
        PolicyRule.MaxUnusedDays => (key.LastUsedAt ?? key.CreatedAt).ToUnixTimeMilliseconds() < now.ToUnixTimeMilliseconds() - Days(bound),
    };

    /// <summary>In milliseconds.</summary>
    internal static long Days(int days) => days * 86_400_000L;
}

/// <summary>A rule that a key breaks.</summary>
public sealed record PolicyBreach(PolicyRule Rule, PolicyDemand Demand)
{
    /// <summary>What becomes of a key that still breaks it on the date: it is paused, or it expires.</summary>
    [JsonIgnore]
    public bool Pauses => Rule != PolicyRule.MaxLifetimeDays;

    /// <summary>The rule's name and bound, as a service tells why it refuses. <c>Argument</c> is the bound.</summary>
    internal RuleFault ToFault() => new(KeyPolicy.NameOf(Rule), "policy_" + KeyPolicy.NameOf(Rule), Demand.Value?.ToString(System.Globalization.CultureInfo.InvariantCulture));
}

/// <summary>What of a key a policy looks at.</summary>
/// <param name="HasAddresses">That leave any address out (<see cref="AddressBlock.AllowAny"/>).</param>
/// <param name="ExpiresAt">Null: never.</param>
/// <param name="LastUsedAt">Null: never.</param>
public sealed record JudgedKey(
    KeyEnvironment Environment,
    bool HasScopes,
    bool HasAddresses,
    int RateLimit,
    bool SingleUse,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt)
{
    public static JudgedKey Of(ApiKey key) =>
        new(key.Environment, key.ScopeText.Length > 0, !AddressBlock.AllowAny(key.AllowedIps), key.RateLimit, key.SingleUse, key.CreatedAt, key.ExpiresAt, key.LastUsedAt);

    public static JudgedKey Of(ApiKeyView key) =>
        new(key.Environment, key.Scopes.Count > 0, !AddressBlock.AllowAny(key.AllowedIps), key.RateLimit, key.SingleUse, key.CreatedAt, key.ExpiresAt, key.LastUsedAt);

    /// <summary>A key that is to be made now.</summary>
    /// <param name="singleUse">What <see cref="NewKey.SingleUse"/> is when it says nothing.</param>
    public static JudgedKey Of(NewKey key, bool singleUse, DateTimeOffset now) => new(
        key.Environment,
        key.Scopes is { Count: > 0 },
        !AddressBlock.AllowAny(key.AllowedIps),
        key.RateLimit,
        key.SingleUse ?? singleUse,
        now,
        key.ExpiresInDays is { } days ? now.AddDays(days) : key.ExpiresAt,
        LastUsedAt: null);

    /// <summary>The key as the edit would leave it.</summary>
    public JudgedKey After(KeyEdit edit, DateTimeOffset now) => this with
    {
        HasScopes = edit.Scopes.IsGiven ? edit.Scopes.Value is { Count: > 0 } : HasScopes,
        HasAddresses = edit.AllowedIps.IsGiven ? !AddressBlock.AllowAny(edit.AllowedIps.Value) : HasAddresses,
        RateLimit = edit.RateLimit.Or(RateLimit),
        SingleUse = edit.SingleUse.Or(SingleUse),
        ExpiresAt = edit.ExpiresInDays is { } days ? now.AddDays(days) : edit.ExpiresAt.IsGiven ? edit.ExpiresAt.Value : ExpiresAt,
    };

    /// <summary>Whether an edit that left it as it is now, and not as <paramref name="before"/>, has touched what the rule looks at.</summary>
    internal bool Differs(JudgedKey before, PolicyRule rule) => rule switch
    {
        PolicyRule.MaxLifetimeDays => ExpiresAt?.ToUnixTimeMilliseconds() != before.ExpiresAt?.ToUnixTimeMilliseconds(),
        PolicyRule.ScopesRequired => HasScopes != before.HasScopes,
        PolicyRule.AllowedIpsRequired => HasAddresses != before.HasAddresses,
        PolicyRule.MaxRateLimit => RateLimit != before.RateLimit,
        PolicyRule.SingleUseRequired => SingleUse != before.SingleUse,
        // No edit makes a key used.
        PolicyRule.MaxUnusedDays => false,
    };
}
