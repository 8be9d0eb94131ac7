using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys.Approvals;

/// <summary>A request as people and programs see it.</summary>
/// <param name="Detail">What would be done, in the shape of an audit entry's detail; no secret.</param>
/// <param name="AskedBy">The person's e-mail address or name, or <c>service_role</c>; null once the person's data is erased. So of <paramref name="DecidedBy"/>.</param>
/// <param name="Until">It lapses then; of one that has ended, when it would have.</param>
/// <param name="IsOwn">The reader has asked for it.</param>
public sealed record ApprovalView(
    Guid Id,
    ApprovalAct Act,
    ApprovalState State,
    Guid? KeyId,
    JsonObject Detail,
    string? Reason,
    DateTimeOffset AskedAt,
    string? AskedBy,
    DateTimeOffset Until,
    DateTimeOffset? DecidedAt,
    string? DecidedBy,
    string? DecisionReason,
    bool IsOwn);

public sealed record ApprovalPage(IReadOnlyList<ApprovalView> Approvals, long Total);

/// <summary>Shows the requests that wait for another person, and decides them. What is approved is done at once by whoever approves it, but for a new key, which its asker makes.</summary>
public sealed class KeyApprovals(Database database, AuditLog audit, ApiKeyService keys, KeyPolicies policies, TimeProvider clock)
{
    private static readonly Error NotFound = new(ErrorReason.NotFound);
    private static readonly Error Over = new(ErrorReason.ApprovalOver);

    /// <summary>Those that are open first, then the latest. Needs <c>admin.integrations</c> or <c>audit.integrations</c>.</summary>
    /// <param name="open">Only those that wait, or are approved and not yet done.</param>
    /// <param name="page">From 1.</param>
    /// <param name="perPage">1–100.</param>
    public async Task<Result<ApprovalPage>> ListAsync(bool open, int page, int perPage, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        var now = clock.GetUtcNow();
        await using var db = database.Read(caller.TenantId);
        var all = open ? Open(db, now) : db.Set<Approval>();
        var rows = await all.OrderByDescending(a => a.EndedAt == null && a.Until > now).ThenByDescending(a => a.AskedAt).ThenBy(a => a.Id)
            .Skip((Math.Max(page, 1) - 1) * Math.Clamp(perPage, 1, KeyList.MaxPerPage)).Take(Math.Clamp(perPage, 1, KeyList.MaxPerPage)).ToListAsync(cancellationToken);
        return new ApprovalPage(await ViewsAsync(db, rows, caller, now, cancellationToken), await all.LongCountAsync(cancellationToken));
    }

    /// <summary>How many wait for this caller: those that they may decide, and their own that were approved. 0 for who may not manage keys.</summary>
    public async Task<int> CountAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanManageKeys)
        {
            return 0;
        }

        await using var db = database.Read(caller.TenantId);
        var person = await PersonAsync(db, caller, cancellationToken);
        return await Open(db, clock.GetUtcNow())
            .CountAsync(a => a.State == ApprovalState.Waiting ? a.AskedById == null || a.AskedById != person : a.AskedById == person, cancellationToken);
    }

    /// <summary>
    /// Consents, for a person other than the asker (<c>OwnRequest</c>), then does it: deletes the key, lifts its scopes, changes the policy. A new key is left to its asker, who
    /// alone gets its secret: the same call again makes it, or the page of approvals. Needs <c>admin.integrations</c>. <c>ApprovalOver</c> for one that was decided before or has
    /// lapsed; what the act itself answers when it can't be done, whereupon it may be tried again until its time is over.
    /// </summary>
    public async Task<Result<ApprovalView>> ApproveAsync(Guid id, string? reason, Caller caller, CancellationToken cancellationToken = default)
    {
        var approved = await DecideAsync(id, reason, caller, approves: true, cancellationToken);
        return approved.Done && await DoAsync(approved.Value, caller, cancellationToken) is { } failed ? failed : approved.Done ? await ViewAsync(id, caller, cancellationToken) : approved.Error;
    }

    /// <summary>Refuses; the asker may withdraw so. Needs <c>admin.integrations</c>. <c>ApprovalOver</c> as for approving.</summary>
    public async Task<Result<ApprovalView>> DeclineAsync(Guid id, string? reason, Caller caller, CancellationToken cancellationToken = default)
    {
        var declined = await DecideAsync(id, reason, caller, approves: false, cancellationToken);
        return declined.Done ? await ViewAsync(id, caller, cancellationToken) : declined.Error;
    }

    /// <summary>The settings of a key that the caller has asked for and was approved; <c>NotFound</c> for anything else.</summary>
    public async Task<Result<NewKey>> ApprovedKeyAsync(Guid id, Caller caller, CancellationToken cancellationToken = default) =>
        (await ApprovedAsync(id, ApprovalAct.CreateUnrestricted, caller, cancellationToken)).Then(asked => JsonSerializer.Deserialize<NewKey>(asked)!);

    /// <summary>The rotation that the caller has asked for and was approved, of the request's key; <c>NotFound</c> for anything else.</summary>
    public async Task<Result<KeyRotation>> ApprovedRotationAsync(Guid id, Caller caller, CancellationToken cancellationToken = default) =>
        (await ApprovedAsync(id, ApprovalAct.RotateUnrestricted, caller, cancellationToken)).Then(KeyRotation.OfAsked);

    private async Task<Result<string>> ApprovedAsync(Guid id, ApprovalAct act, Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.CanManageKeys)
        {
            return Error.Missing(Capabilities.AdminIntegrations);
        }

        var now = clock.GetUtcNow();
        await using var db = database.Read(caller.TenantId);
        var person = await PersonAsync(db, caller, cancellationToken);
        return await Open(db, now).SingleOrDefaultAsync(a => a.Id == id && a.AskedById == person && a.Act == act && a.State == ApprovalState.Approved, cancellationToken) is { Request: { } asked }
            ? asked
            : NotFound;
    }

    internal static JsonObject DetailOf(Approval request)
    {
        var detail = new JsonObject { ["approval"] = request.Id.ToString(), ["act"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(request.Act.ToString()) };
        if (JsonNode.Parse(request.Detail)?["name"] is { } name)
        {
            detail["name"] = name.DeepClone();
        }

        return detail;
    }

    private static IQueryable<Approval> Open(DashboardDbContext db, DateTimeOffset now) => db.Set<Approval>().Where(a => a.EndedAt == null && a.Until > now);

    private static Task<Guid?> PersonAsync(DashboardDbContext db, Caller caller, CancellationToken cancellationToken) =>
        db.Set<Person>().Where(p => p.Subject == caller.Subject).Select(p => (Guid?)p.Id).SingleOrDefaultAsync(cancellationToken);

    private async Task<Result<Approval>> DecideAsync(Guid id, string? reason, Caller caller, bool approves, CancellationToken cancellationToken)
    {
        if (!caller.CanManageKeys)
        {
            return Error.Missing(Capabilities.AdminIntegrations);
        }

        var said = string.IsNullOrWhiteSpace(reason) ? null : reason.Trim();
        if (KeyRules.Reason(said).ToList() is { Count: > 0 } faults)
        {
            return Error.Invalid(faults);
        }

        return await database.WriteAsync<Result<Approval>>(
            caller.TenantId,
            async db =>
            {
                if (await db.Set<Approval>().SingleOrDefaultAsync(a => a.Id == id, CancellationToken.None) is not { } request)
                {
                    return NotFound;
                }

                var (now, person) = (clock.GetUtcNow(), await PersonAsync(db, caller, CancellationToken.None));
                var isOwn = person is not null && request.AskedById == person;
                if (approves && (isOwn || caller.Kind != CallerKind.User))
                {
                    return new Error(ErrorReason.OwnRequest);
                }

                switch (request.StateAt(now))
                {
                    case ApprovalState.Waiting:
                        break;
                    case ApprovalState.Approved when approves && request.DecidedById == person && !request.MakesKey:
                        // The act could not be done when it was approved: it is tried again.
                        return request;
                    case ApprovalState.Approved when !approves:
                        break;
                    case ApprovalState.Approved or ApprovalState.Declined or ApprovalState.Done or ApprovalState.Lapsed:
                        return Over;
                }

                if (approves)
                {
                    request.Approve(now, said);
                }
                else
                {
                    request.Decline(now, said);
                }

                var detail = DetailOf(request);
                detail["reason"] = said;
                request.DecidedById = await audit.AppendAsync(db, new AuditEvent(approves ? AuditActions.ApprovalApproved : AuditActions.ApprovalDeclined, request.KeyId, detail), caller);
                return request;
            },
            cancellationToken: cancellationToken);
    }

    /// <returns>Why it was not done; null when it is, or is the asker's to do.</returns>
    private async Task<Error?> DoAsync(Approval approved, Caller caller, CancellationToken cancellationToken)
    {
        switch (approved.Act)
        {
            case ApprovalAct.Delete:
                return (await keys.DeleteAsync(approved.KeyId!.Value, caller, cancellationToken)).Error;
            case ApprovalAct.LiftScopes:
                return (await keys.EditAsync(approved.KeyId!.Value, new KeyEdit { Scopes = new(true, []) }, ifVersion: null, caller, cancellationToken)).Error;
            case ApprovalAct.ChangePolicy or ApprovalAct.LessenApprovals:
                var asked = PolicyAsked.Read(approved.Request!);
                return (await policies.SetAsync(asked.Policy, [asked.Version], caller, cancellationToken)).Error;
            case ApprovalAct.CreateUnrestricted or ApprovalAct.RotateUnrestricted:
                return null;
        }

        throw new System.Diagnostics.UnreachableException();
    }

    private async Task<Result<ApprovalView>> ViewAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        await using var db = database.Read(caller.TenantId);
        var rows = await db.Set<Approval>().Where(a => a.Id == id).ToListAsync(cancellationToken);
        return rows.Count == 0 ? NotFound : (await ViewsAsync(db, rows, caller, clock.GetUtcNow(), cancellationToken))[0];
    }

    private static async Task<IReadOnlyList<ApprovalView>> ViewsAsync(DashboardDbContext db, IReadOnlyList<Approval> rows, Caller caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ids = rows.SelectMany(a => new[] { a.AskedById, a.DecidedById }).OfType<Guid>().Distinct().ToList();
        var people = await db.Set<Person>().Where(p => ids.Contains(p.Id)).ToDictionaryAsync(p => p.Id, cancellationToken);
        return
        [
            .. rows.Select(a => new ApprovalView(
                a.Id,
                a.Act,
                a.StateAt(now),
                a.KeyId,
                (JsonObject)JsonNode.Parse(a.Detail)!,
                a.Reason,
                a.AskedAt,
                Label(a.AskedById),
                a.Until,
                a.DecidedAt,
                Label(a.DecidedById),
                a.DecisionReason,
                a.AskedById is { } asker && people.TryGetValue(asker, out var person) && person.Subject == caller.Subject)),
        ];

        string? Label(Guid? id) => id is { } known && people.TryGetValue(known, out var person) ? person.Label : null;
    }
}
