using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys.Policies;

/// <summary>
/// Why the tenant's policy refuses a change, asked in the change's own transaction: the changes of one tenant queue, so no policy is set between the question and the commit.
/// Null: it does not.
/// </summary>
internal static class PolicyCheck
{
    public static async Task<Error?> OfNewAsync(DashboardDbContext db, ApiKey made, DateTimeOffset now) =>
        ErrorOf(Required(await db.PolicyAsync(), JudgedKey.Of(made), now));

    /// <summary>Judges what the edit touches: a key that broke a rule before may still be named anew, and narrowed one step at a time.</summary>
    public static async Task<Error?> OfEditAsync(DashboardDbContext db, ApiKey key, KeyEdit edit, DateTimeOffset now) =>
        ErrorOf(OfEdit(await db.PolicyAsync(), JudgedKey.Of(key), edit, now));

    /// <inheritdoc cref="OfEditAsync"/>
    public static IEnumerable<PolicyBreach> OfEdit(KeyPolicy policy, JudgedKey before, KeyEdit edit, DateTimeOffset now)
    {
        var after = before.After(edit, now);
        return Required(policy, after, now).Where(breach => after.Differs(before, breach.Rule));
    }

    /// <summary>Of a key that would be let in again: a demand whose date has come keeps it paused.</summary>
    public static async Task<Error?> OfResumingAsync(DashboardDbContext db, ApiKey key, DateTimeOffset now) =>
        ErrorOf((await db.PolicyAsync()).Breaches(JudgedKey.Of(key), now).Where(breach => breach.Pauses && breach.Demand.Holds(now)));

    /// <summary>What a new key with these settings would be refused for.</summary>
    public static IEnumerable<PolicyBreach> Required(KeyPolicy policy, JudgedKey key, DateTimeOffset now) =>
        policy.Breaches(key, now).Where(breach => breach.Demand.Level == PolicyLevel.Require);

    private static Error? ErrorOf(IEnumerable<PolicyBreach> breaches) =>
        breaches.Select(breach => breach.ToFault()).ToList() is { Count: > 0 } faults ? new Error(ErrorReason.Policy) { Faults = faults } : null;
}
