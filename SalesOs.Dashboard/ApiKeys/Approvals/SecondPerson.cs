using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys.Approvals;

/// <summary>What a request is about.</summary>
/// <param name="Key">That exists already.</param>
/// <param name="Request">What is done with it, as JSON. Null where act and key say it all.</param>
/// <param name="Detail">What the other person is shown.</param>
internal sealed record ApprovalOf(ApiKey? Key = null, string? Request = null, JsonObject? Detail = null)
{
    /// <summary>What was called for: the same again is the same request. Null: <see cref="Request"/> says it.</summary>
    public string? Call { get; init; }
}

/// <summary>
/// Holds up what the tenant's policy wants another person to consent to, in the transaction of the act itself: whichever way the act is asked for, it is done only with an
/// approval, and with each only once.
/// </summary>
public sealed class SecondPerson(AuditLog audit, TimeProvider clock)
{
    /// <summary>
    /// Null: the act may go on, since it needs nobody else, or was approved; then its approval is used up with this transaction. Otherwise <c>NeedsApproval</c> with the
    /// request, which is made when this caller has not asked for the same before and is to be committed.
    /// </summary>
    /// <param name="policy">The one that stands.</param>
    internal async Task<Error?> RefusalAsync(DashboardDbContext db, KeyPolicy policy, ApprovalAct act, ApprovalOf what, Caller caller)
    {
        var now = clock.GetUtcNow();
        var found = await FindAsync(db, act, what, caller);
        // Also where nobody else is asked any more: what is done must not be said to have lapsed later.
        if (found is { State: ApprovalState.Approved })
        {
            found.Use(now);
            await audit.AppendAsync(db, new AuditEvent(AuditActions.ApprovalUsed, found.KeyId, KeyApprovals.DetailOf(found)), caller);
            return null;
        }

        if (!IsAsked(policy, act))
        {
            return null;
        }

        if (found is not null)
        {
            return Needs(found);
        }

        var reason = string.IsNullOrWhiteSpace(caller.ApprovalReason) ? null : caller.ApprovalReason.Trim();
        if (KeyRules.Reason(reason).ToList() is { Count: > 0 } faults)
        {
            return Error.Invalid(faults);
        }

        var asked = new Approval
        {
            TenantId = caller.TenantId,
            Id = Guid.CreateVersion7(now),
            Act = act,
            KeyId = what.Key?.Id,
            Fingerprint = FingerprintOf(act, what),
            Request = what.Request,
            Detail = (what.Detail ?? (what.Key is { } key ? new JsonObject { ["name"] = key.Name, ["key_prefix"] = key.KeyPrefix } : new JsonObject())).ToJsonString(),
            Reason = reason,
            AskedAt = now,
            Until = now + Approval.Time,
        };
        asked.AskedById = await audit.AppendAsync(db, new AuditEvent(AuditActions.ApprovalRequested, asked.KeyId, KeyApprovals.DetailOf(asked)), caller);
        db.Add(asked);
        return Needs(asked);
    }

    /// <summary>The open request for the same: one that is approved and the caller's to do, else one of their own that waits; null: none.</summary>
    internal async Task<Approval?> FindAsync(DashboardDbContext db, ApprovalAct act, ApprovalOf what, Caller caller)
    {
        var (now, fingerprint) = (clock.GetUtcNow(), FingerprintOf(act, what));
        var open = (await db.Set<Approval>().AsTracking().Where(a => a.Fingerprint == fingerprint && a.EndedAt == null).OrderBy(a => a.AskedAt).ToListAsync(CancellationToken.None))
            .Where(a => a.StateAt(now) is ApprovalState.Waiting or ApprovalState.Approved).ToList();
        return open.Count == 0 || await db.Set<Person>().Where(p => p.Subject == caller.Subject).Select(p => (Guid?)p.Id).SingleOrDefaultAsync(CancellationToken.None) is not { } person
            ? null
            : open.Find(a => a.State == ApprovalState.Approved && (a.AskedById == person || (a.DecidedById == person && !a.MakesKey))) ?? open.Find(a => a.AskedById == person);
    }

    /// <summary>Whether a policy wants another person for the act.</summary>
    public static bool IsAsked(KeyPolicy policy, ApprovalAct act) => act switch
    {
        ApprovalAct.CreateUnrestricted or ApprovalAct.RotateUnrestricted or ApprovalAct.LiftScopes => policy.SecondPerson.Contains(SecondPersonAct.CreateUnrestricted),
        ApprovalAct.Delete => policy.SecondPerson.Contains(SecondPersonAct.Delete),
        ApprovalAct.ChangePolicy => policy.SecondPerson.Contains(SecondPersonAct.ChangePolicy),
        ApprovalAct.LessenApprovals => true,
    };

    private static Error Needs(Approval request) => new(ErrorReason.NeedsApproval) { Approval = request.Id };

    private static byte[] FingerprintOf(ApprovalAct act, ApprovalOf what) => SHA256.HashData(Encoding.UTF8.GetBytes($"{act}\n{what.Key?.Id}\n{what.Call ?? what.Request}"));
}
