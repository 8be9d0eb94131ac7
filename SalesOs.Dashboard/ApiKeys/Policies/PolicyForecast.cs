using FluentValidation;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys.Policies;

/// <summary>What becomes of a key that breaks a policy.</summary>
public enum PolicyEffect
{
    /// <summary>It is marked, nothing else.</summary>
    Warn,
    Pause,

    /// <summary>Its expiry is brought forward.</summary>
    Expire,
}

/// <summary>What a policy would do to the keys that exist, as they stand now.</summary>
/// <param name="Keys">That have not come to their end.</param>
/// <param name="Comply">Of them, those that break nothing of it.</param>
/// <param name="InUse">Of the others, those that were let in within <see cref="PolicyForecasts.InUse"/>.</param>
/// <param name="Until">When the first of them is paused or expires; null: none is.</param>
/// <param name="Affected">The others, the latest used first; at most <see cref="PolicyForecasts.MostKeys"/>.</param>
/// <param name="More">Others that <paramref name="Affected"/> has no room for.</param>
public sealed record PolicyForecast(long Keys, long Comply, long InUse, DateTimeOffset? Until, IReadOnlyList<AffectedKey> Affected, long More);

/// <param name="Rules">That it breaks.</param>
/// <param name="Until">When <paramref name="Effect"/> comes; null: never.</param>
public sealed record AffectedKey(
    Guid Id, string Name, string KeyPrefix, string KeyLast4, IReadOnlyList<PolicyRule> Rules, PolicyEffect Effect, DateTimeOffset? Until, bool InUse, DateTimeOffset? LastUsedAt);

/// <summary>Says before a policy is saved what it would do. Needs <c>admin.integrations</c> or <c>audit.integrations</c>.</summary>
public sealed class PolicyForecasts(Database database, IValidator<KeyPolicy> rules, TimeProvider clock)
{
    public const int MostKeys = 200;

    public static readonly TimeSpan InUse = TimeSpan.FromDays(30);

    /// <param name="policy">As <see cref="KeyPolicies.SetAsync"/> would get it.</param>
    public async Task<Result<PolicyForecast>> OfAsync(KeyPolicy policy, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        if (rules.Faults(policy) is { Count: > 0 } faults)
        {
            return Error.Invalid(faults);
        }

        var now = clock.GetUtcNow();
        await using var db = database.Read(caller.TenantId);
        policy = KeyPolicies.Dated(policy, await db.PolicyAsync(cancellationToken), now);
        var used = now - InUse;
        var living = db.Set<ApiKey>().Living(now);
        var breaking = living.Breaking(policy, now);
        var keys = await living.LongCountAsync(cancellationToken);
        var broken = await breaking.LongCountAsync(cancellationToken);
        var inUse = await breaking.LongCountAsync(k => k.LastUsedAt >= used, cancellationToken);
        var ids = await breaking.OrderBy(k => k.TenantId).Take(int.MaxValue)
            .OrderByDescending(k => k.LastUsedAt ?? DateTimeOffset.UnixEpoch).ThenBy(k => k.Id).Select(k => k.Id).Take(MostKeys).ToListAsync(cancellationToken);
        var rows = (await db.RowsAsync(ids, cancellationToken)).ToDictionary(k => k.Id);
        List<AffectedKey> affected = [.. ids.Where(rows.ContainsKey).Select(id => Affected(rows[id], policy, now))];
        return new PolicyForecast(keys, keys - broken, inUse, affected.Min(k => k.Until), affected, broken - affected.Count);
    }

    /// <summary>What the policy does to a key that breaks it, and when: what comes first, and where two come at once the end.</summary>
    internal static (PolicyEffect Effect, DateTimeOffset? Until) EffectOn(ApiKey key, IReadOnlyList<PolicyBreach> breaches, DateTimeOffset now)
    {
        var required = breaches.Where(b => b.Demand.Level == PolicyLevel.Require).Select(b => (b.Pauses, Until: b.Demand.From > now ? b.Demand.From : now)).OrderBy(b => b.Until).ThenBy(b => b.Pauses).ToList();
        return required.Count == 0 ? (PolicyEffect.Warn, null)
            : key.ExpiresAt <= required[0].Until ? (PolicyEffect.Expire, key.ExpiresAt)
            : (required[0].Pauses ? PolicyEffect.Pause : PolicyEffect.Expire, required[0].Until);
    }

    private static AffectedKey Affected(ApiKey key, KeyPolicy policy, DateTimeOffset now)
    {
        var breaches = policy.Breaches(JudgedKey.Of(key), now);
        var (effect, until) = EffectOn(key, breaches, now);
        return new AffectedKey(key.Id, key.Name, key.KeyPrefix, key.KeyLast4, [.. breaches.Select(b => b.Rule)], effect, until, key.LastUsedAt >= now - InUse, key.LastUsedAt);
    }
}
