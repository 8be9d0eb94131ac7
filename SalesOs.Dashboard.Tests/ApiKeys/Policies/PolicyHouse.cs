using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Audit;

namespace SalesOs.Dashboard.Tests.ApiKeys.Policies;

/// <summary>Policies and the people who decide them, in a <see cref="KeyHouse"/>.</summary>
internal static class PolicyHouse
{
    /// <summary>Another person with <c>admin.integrations</c>.</summary>
    public static Caller Other(string tenant = KeyHouse.Acme) => KeyHouse.Admin(tenant) with { Subject = $"subject-other-{tenant}", Name = "other person", Email = "other@example.test" };

    public static KeyPolicy Require(PolicyRule rule, int? value = null, DateTimeOffset? from = null) =>
        KeyPolicy.None.With(rule, new PolicyDemand { Level = PolicyLevel.Require, Value = value, From = from });

    /// <summary>Sets a policy that must be taken.</summary>
    public static async Task<PolicyView> SetPolicyAsync(this KeyHouse house, KeyPolicy policy, Caller? caller = null)
    {
        var set = await house.Get<KeyPolicies>().SetAsync(policy, ifVersions: null, caller ?? KeyHouse.Admin());
        set.Done.ShouldBeTrue(set.Error?.ToString());
        return set.Value!;
    }

    public static async Task<ApiKeyView> ViewAsync(this KeyHouse house, Guid id) => (await house.Keys.GetAsync(id, KeyHouse.Admin())).Value!;

    /// <summary>The actions of the tenant's log, the oldest first.</summary>
    public static async Task<IReadOnlyList<AuditEntryView>> EntriesAsync(this KeyHouse house, string tenant = KeyHouse.Acme) =>
        [.. (await house.Get<AuditQueries>().ListAsync(new AuditFilter(PerPage: 100), KeyHouse.Auditor(tenant))).Value!.Entries.Reverse()];
}
