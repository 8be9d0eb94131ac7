using System.Text.Json;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys.Approvals;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys.Policies;

/// <param name="Version">0: it was never set.</param>
/// <param name="ChangedBy">The person's e-mail address or name, or <c>service_role</c>; null also once the person's data is erased.</param>
public sealed record PolicyView(KeyPolicy Policy, int Version, DateTimeOffset? ChangedAt, string? ChangedBy);

/// <summary>Shows and changes what a tenant demands of its keys, one change and its audit entry in one transaction. What follows for the keys <see cref="PolicyEnforcer"/> does, on the dates.</summary>
public sealed class KeyPolicies(Database database, AuditLog audit, SecondPerson approvals, KeyFeed pages, IFeed nodes, IValidator<KeyPolicy> rules, TimeProvider clock)
{
    /// <summary>How long keys that exist have when a demand names no date.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromDays(30);

    /// <summary>A date of today has begun already, wherever the reader is.</summary>
    private static readonly TimeSpan Today = TimeSpan.FromDays(1);

    /// <summary>Needs <c>admin.integrations</c> or <c>audit.integrations</c>.</summary>
    public async Task<Result<PolicyView>> GetAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        return await ViewAsync(db, await db.Set<StoredPolicy>().SingleOrDefaultAsync(cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Puts the policy in the place of the one that stands; it holds for new and edited keys from the return on. A demand without a date keeps the one that it has, or gets
    /// <see cref="Grace"/>. Needs <c>admin.integrations</c>, and another person where the policy that stands asks for one (taking an act from
    /// <see cref="KeyPolicy.SecondPerson"/> always does).
    /// </summary>
    /// <param name="ifVersions">Only when it has one of these versions; null: whichever it has.</param>
    /// <returns><c>Invalid</c> with <c>from_past</c> also where a stricter demand names a day that is over; <c>NeedsApproval</c>.</returns>
    public async Task<Result<PolicyView>> SetAsync(KeyPolicy policy, IReadOnlyList<int>? ifVersions, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanManageKeys)
        {
            return Error.Missing(Capabilities.AdminIntegrations);
        }

        if (rules.Faults(policy) is { Count: > 0 } faults)
        {
            return Error.Invalid(faults);
        }

        return await database.WriteAsync<Result<PolicyView>>(
            caller.TenantId,
            async db =>
            {
                var stored = await db.Set<StoredPolicy>().SingleOrDefaultAsync(CancellationToken.None);
                if (ifVersions?.Contains(stored?.Version ?? 0) == false)
                {
                    return new Error(ErrorReason.PolicyChangedSince);
                }

                var (now, before, version) = (clock.GetUtcNow(), stored?.Policy ?? KeyPolicy.None, stored?.Version ?? 0);
                // Whoever could take the second person away alone would need none.
                var act = before.SecondPerson.Except(policy.SecondPerson).Any() ? ApprovalAct.LessenApprovals : ApprovalAct.ChangePolicy;
                var call = new ApprovalOf { Call = PolicyAsked.Write(new PolicyAsked(policy, version, Dated: null)) };
                var asked = await approvals.FindAsync(db, act, call, caller) is { Request: { } request } ? PolicyAsked.Read(request) : null;
                // What was shown is what is done; its dates were judged when it was asked for.
                var after = asked is null ? Dated(policy, before, now) : Due(asked.Dated!, before, now);
                if (asked is null && PastDates(after, before, now) is { Count: > 0 } past)
                {
                    return Error.Invalid(past);
                }

                var difference = StoredPolicy.Difference(before, after);
                if (difference["after"]!.AsObject().Count == 0)
                {
                    return await ViewAsync(db, stored, CancellationToken.None);
                }

                var waiting = call with { Request = PolicyAsked.Write(new PolicyAsked(policy, version, after)), Detail = difference.DeepClone().AsObject() };
                if (await approvals.RefusalAsync(db, before, act, waiting, caller) is { } refused)
                {
                    return refused;
                }

                stored ??= db.Add(new StoredPolicy { TenantId = caller.TenantId }).Entity;
                stored.Change(after, now);
                stored.ChangedById = await audit.AppendAsync(db, new AuditEvent(AuditActions.PolicyChanged, Detail: difference), caller);
                await db.SaveChangesAsync();
                // Which keys are out of policy is another matter now, on every page.
                db.ToldOnCommit.Add(() => pages.Publish(caller.TenantId, KeyChange.Keys, []));
                if (!nodes.IsAlone)
                {
                    await nodes.TellAsync(db, Topic.Policies, Uri.EscapeDataString(caller.TenantId));
                }

                return await ViewAsync(db, stored, CancellationToken.None);
            },
            cancellationToken: cancellationToken);
    }

    /// <summary>The policy with its dates: those that are given, else those that stand, else after <see cref="Grace"/>; nothing of a demand that is off.</summary>
    internal static KeyPolicy Dated(KeyPolicy policy, KeyPolicy before, DateTimeOffset now)
    {
        foreach (var rule in KeyPolicy.Rules)
        {
            var (demand, was) = (policy.Of(rule), before.Of(rule));
            policy = policy.With(rule, demand.Level switch
            {
                PolicyLevel.Off => PolicyDemand.Off,
                PolicyLevel.Warn => demand with { From = null },
                PolicyLevel.Require => demand with { From = ToMilliseconds(demand.From ?? (demand.IsStricterThan(was) ? now + Grace : was.From!.Value)) },
            });
        }

        return policy with { SecondPerson = [.. policy.SecondPerson.Distinct().Order()] };
    }

    private static List<RuleFault> PastDates(KeyPolicy after, KeyPolicy before, DateTimeOffset now) =>
    [
        .. KeyPolicy.Rules
            .Where(rule => after.Of(rule).From < now - Today && IsNewDate(rule, after, before))
            .Select(rule => new RuleFault(KeyPolicy.NameOf(rule) + ".from", "from_past")),
    ];

    /// <summary>A policy that waited, as it is done now: a date that has passed meanwhile is now.</summary>
    private static KeyPolicy Due(KeyPolicy asked, KeyPolicy before, DateTimeOffset now) => KeyPolicy.Rules
        .Where(rule => asked.Of(rule).From < now && IsNewDate(rule, asked, before))
        .Aggregate(asked, (policy, rule) => policy.With(rule, policy.Of(rule) with { From = ToMilliseconds(now) }));

    private static bool IsNewDate(PolicyRule rule, KeyPolicy after, KeyPolicy before) =>
        after.Of(rule).From != before.Of(rule).From || after.Of(rule).IsStricterThan(before.Of(rule));

    private static async Task<PolicyView> ViewAsync(DashboardDbContext db, StoredPolicy? stored, CancellationToken cancellationToken) => stored is null
        ? new PolicyView(KeyPolicy.None, 0, ChangedAt: null, ChangedBy: null)
        : new PolicyView(
            stored.Policy,
            stored.Version,
            stored.ChangedAt,
            stored.ChangedById is { } person ? (await db.Set<Person>().SingleOrDefaultAsync(p => p.Id == person, cancellationToken))?.Label : null);

    private static DateTimeOffset ToMilliseconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}

/// <summary>A change of the policy as it waits for another person.</summary>
/// <param name="Policy">As it was called for.</param>
/// <param name="Version">That it is based on.</param>
/// <param name="Dated">The policy with the dates that it meant when it was asked for, which the other person is shown; null in the call alone.</param>
internal sealed record PolicyAsked(KeyPolicy Policy, int Version, KeyPolicy? Dated)
{
    public static string Write(PolicyAsked asked) => JsonSerializer.Serialize(asked, Envelope.Json);

    public static PolicyAsked Read(string text) => JsonSerializer.Deserialize<PolicyAsked>(text, Envelope.Json)!;
}
