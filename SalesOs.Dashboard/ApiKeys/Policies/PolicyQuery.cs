namespace SalesOs.Dashboard.ApiKeys.Policies;

/// <summary><see cref="KeyPolicy.Breaches"/> as a condition in SQL, read from the index of the narrowed list alone.</summary>
internal static class PolicyQuery
{
    /// <summary>The keys that break at least one of the demands that are meant.</summary>
    /// <param name="meant">Of a demand that is not off.</param>
    public static IQueryable<ApiKey> Breaking(this IQueryable<ApiKey> keys, KeyPolicy policy, Func<PolicyRule, PolicyDemand, bool> meant, DateTimeOffset now)
    {
        var longest = Bound(PolicyRule.MaxLifetimeDays) is { } days ? KeyPolicy.Days(days) : long.MaxValue;
        var scopes = Means(PolicyRule.ScopesRequired);
        var addresses = Means(PolicyRule.AllowedIpsRequired);
        var limit = Bound(PolicyRule.MaxRateLimit) ?? int.MaxValue;
        var singleUse = Means(PolicyRule.SingleUseRequired);
        var unused = Bound(PolicyRule.MaxUnusedDays) is { } most ? now.AddDays(-most) : DateTimeOffset.UnixEpoch;
        // The cast is that of the column, which is a number of milliseconds.
        return keys.Where(k =>
            k.ExpiryOrder - (long)(object)k.CreatedAt > longest
            || (scopes && k.ScopeText == "")
            || (addresses && k.Environment == KeyEnvironment.Live && (k.AllowedIpText == "" || k.AllowedIpText.Contains(AddressBlock.NoBounds)))
            || k.RateLimit > limit
            || (singleUse && !k.SingleUse)
            || (k.LastUsedAt == null && k.CreatedAt < unused)
            || k.LastUsedAt < unused);

        bool Means(PolicyRule rule) => policy.Of(rule) is { Level: not PolicyLevel.Off } demand && meant(rule, demand);

        int? Bound(PolicyRule rule) => Means(rule) ? policy.Of(rule).Value : null;
    }

    /// <summary>Those that break what the policy warns of or requires.</summary>
    public static IQueryable<ApiKey> Breaking(this IQueryable<ApiKey> keys, KeyPolicy policy, DateTimeOffset now) => keys.Breaking(policy, (_, _) => true, now);

    /// <summary>Those that have not come to their end.</summary>
    public static IQueryable<ApiKey> Living(this IQueryable<ApiKey> keys, DateTimeOffset now)
    {
        var ms = now.ToUnixTimeMilliseconds();
        return keys.Where(k => k.RevokedAt == null && k.ExpiryOrder > ms);
    }
}
