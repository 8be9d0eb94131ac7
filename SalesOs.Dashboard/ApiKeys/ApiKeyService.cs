using System.Text.Json;
using System.Text.Json.Nodes;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys.Approvals;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>
/// The domain service: the only way to see or change API keys. Each call checks the capability and the tenant first; each change and its
/// audit entry are one transaction, and the key ring follows before the call returns.
/// </summary>
public sealed partial class ApiKeyService(
    Database database,
    AuditLog audit,
    KeyMaker maker,
    PauseEnds pauses,
    KeyRing ring,
    KeyFeed feed,
    IGateMemory memory,
    IValidator<NewKey> newKeyRules,
    IValidator<KeyEdit> editRules,
    IValidator<KeyRotation> rotationRules,
    KeyOwners owners,
    SecondPerson approvals,
    TimeProvider clock)
{
    private static readonly Error NotFound = new(ErrorReason.NotFound);

    /// <summary>Makes a key. Needs <c>admin.integrations</c>, as do the other changes.</summary>
    /// <param name="idempotencyKey">The same request of this caller under the same key makes nothing for 24 hours; null: each request is new.</param>
    public Task<Result<CreatedKey>> CreateAsync(NewKey request, Caller caller, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        MakeAsync(request, caller, idempotencyKey, shownLater: false, cancellationToken);

    /// <param name="shownLater">The values don't go out with the answer: somebody must say that they have saved them.</param>
    internal async Task<Result<CreatedKey>> MakeAsync(NewKey request, Caller caller, string? idempotencyKey, bool shownLater, CancellationToken cancellationToken)
    {
        if (!caller.CanManageKeys)
        {
            return Error.Missing(Capabilities.AdminIntegrations);
        }

        if (newKeyRules.Faults(request) is { Count: > 0 } faults)
        {
            return Error.Invalid(faults);
        }

        var once = CallOnce.Of(caller, idempotencyKey, "create", JsonSerializer.SerializeToUtf8Bytes(request));
        return await maker.MakeAsync(caller, once, _ => Task.FromResult<Result<KeyPlan>>(new KeyPlan(request, shownLater)), cancellationToken);
    }

    /// <summary>
    /// Makes a successor with the same settings and a life of its own. The key itself goes on until it is revoked; it may be rotated again, should both
    /// values of the successor be lost.
    /// </summary>
    /// <param name="rotation">How long the successor lives; null: as long as the key was made to live.</param>
    /// <param name="idempotencyKey">As for creating.</param>
    public Task<Result<CreatedKey>> RotateAsync(
        Guid id, Caller caller, KeyRotation? rotation = null, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        SucceedAsync(id, rotation ?? new KeyRotation(), caller, idempotencyKey, shownLater: false, cancellationToken);

    internal async Task<Result<CreatedKey>> SucceedAsync(
        Guid id, KeyRotation rotation, Caller caller, string? idempotencyKey, bool shownLater, CancellationToken cancellationToken)
    {
        if (!caller.CanManageKeys)
        {
            return Error.Missing(Capabilities.AdminIntegrations);
        }

        if (rotationRules.Faults(rotation) is { Count: > 0 } faults)
        {
            return Error.Invalid(faults);
        }

        return await maker.MakeAsync(
            caller,
            CallOnce.Of(caller, idempotencyKey, "rotate", [.. id.ToByteArray(), .. rotation.Fingerprint()]),
            async db =>
            {
                if (await db.Set<ApiKey>().SingleOrDefaultAsync(k => k.Id == id) is not { } key)
                {
                    return NotFound;
                }

                var now = clock.GetUtcNow();
                return !key.StatusAt(now).IsEnded() ? new KeyPlan(key.Settings(rotation.EndOf(key, now)), shownLater, key) { Rotation = rotation } : new Error(ErrorReason.NotActive);
            },
            cancellationToken);
    }

    /// <summary>One page of the caller's tenant. Needs <c>admin.integrations</c> or <c>audit.integrations</c>, as do the other reads.</summary>
    public async Task<Result<KeyPage>> ListAsync(KeyQuery query, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        var now = clock.GetUtcNow();
        await using var db = database.Read(caller.TenantId);
        query = await KeyList.ResolvedAsync(db, query, cancellationToken);
        // SQLite works on the thread that asks it: counting goes on beside the page, on another.
        var counting = Task.Run(
            async () =>
            {
                await using var beside = database.Read(caller.TenantId);
                return await KeyList.CountAsync(beside, query, now, cancellationToken);
            },
            cancellationToken);
        var keys = await KeyList.PageAsync(db, query, now, cancellationToken);
        return new KeyPage(await KeyList.ViewsAsync(db, keys, now, cancellationToken), await counting);
    }

    public async Task<Result<ApiKeyView>> GetAsync(Guid id, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        return await ViewAsync(db, id, cancellationToken) is { } view ? view : NotFound;
    }

    /// <summary>The moving figures of some keys (at most 100); those that are gone are left out.</summary>
    public async Task<Result<IReadOnlyList<KeyFigures>>> FiguresAsync(IReadOnlyCollection<Guid> ids, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        var now = clock.GetUtcNow();
        var wanted = ids.Take(KeyList.MaxPerPage).ToList();
        await using var db = database.Read(caller.TenantId);
        var keys = await db.RowsAsync(wanted, cancellationToken);
        IReadOnlyList<KeyFigures> figures = [.. keys.Select(k => new KeyFigures(k.Id, k.StatusAt(now), k.UsageCount, k.LastUsedAt, k.LastUsedIp, k.LastUsedAgent))];
        return Result<IReadOnlyList<KeyFigures>>.Of(figures);
    }

    /// <summary>Changes what the edit names. <paramref name="ifVersion"/>: only when the key still has this version.</summary>
    public Task<Result<ApiKeyView>> EditAsync(Guid id, KeyEdit edit, int? ifVersion, Caller caller, CancellationToken cancellationToken = default) =>
        EditAsync(id, edit, ifVersion is { } version ? new[] { version } : null, caller, cancellationToken);

    /// <summary>Changes what the edit names. <paramref name="ifVersions"/>: only when the key has one of these versions; null: whichever it has.</summary>
    /// <returns><c>Invalid</c> with <c>scopes_alone</c> also where lifting the scopes waits for another person and the edit names more.</returns>
    public async Task<Result<ApiKeyView>> EditAsync(
        Guid id, KeyEdit edit, IReadOnlyList<int>? ifVersions, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanManageKeys)
        {
            return Error.Missing(Capabilities.AdminIntegrations);
        }

        if (editRules.Faults(edit) is { Count: > 0 } faults)
        {
            return Error.Invalid(faults);
        }

        edit = edit.ExpiresInDays is { } days ? edit with { ExpiresAt = clock.GetUtcNow().AddDays(days) } : edit;
        return await ChangeAsync(id, caller, async (db, key) =>
        {
            if (ifVersions?.Contains(key.Version) == false)
            {
                return new Error(ErrorReason.ChangedSince);
            }

            if (key.RevokedSince(clock.GetUtcNow()) is not null)
            {
                return new Error(ErrorReason.AlreadyRevoked);
            }

            // First: what is refused must leave nothing changed.
            if (await PolicyCheck.OfEditAsync(db, key, edit, clock.GetUtcNow()) is { } forbidden)
            {
                return forbidden;
            }

            // Judged by what the edit leaves, however it says so.
            var lifts = key.ScopeText.Length > 0 && !JudgedKey.Of(key).After(edit, clock.GetUtcNow()).HasScopes;
            var policy = await db.PolicyAsync();
            if (lifts && edit.NamesMoreThanScopes && SecondPerson.IsAsked(policy, ApprovalAct.LiftScopes))
            {
                return Error.Invalid([new RuleFault("scopes", "scopes_alone")]);
            }

            // Before an approval is used up, which an edit that is refused must not do.
            if (edit.Owner.IsGiven && await owners.GiveAsync(db, key, edit.Owner.Value, caller) is { } unknown)
            {
                return unknown;
            }

            if (lifts && await approvals.RefusalAsync(db, policy, ApprovalAct.LiftScopes, new ApprovalOf(key), caller) is { } waiting)
            {
                return waiting;
            }

            var before = KeyAudit.Settings(key);
            if (key.Edit(edit, clock.GetUtcNow()))
            {
                await audit.AppendAsync(db, new AuditEvent(AuditActions.KeyEdited, id, KeyAudit.Difference(before, KeyAudit.Settings(key))), caller);
            }

            return null;
        }, cancellationToken);
    }

    /// <summary>
    /// Revokes for good: no request that begins after the return is let in, on any node. Revoking twice changes nothing, but waits anew for the proof where the
    /// answer was <c>NotProven</c>, as edits and deleting do. The reason is at most 200 characters without control characters.
    /// </summary>
    public async Task<Result<ApiKeyView>> RevokeAsync(Guid id, string? reason, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanManageKeys)
        {
            return Error.Missing(Capabilities.AdminIntegrations);
        }

        var trimmed = string.IsNullOrWhiteSpace(reason) ? null : reason.Trim();
        if (KeyRules.Reason(trimmed).ToList() is { Count: > 0 } faults)
        {
            return Error.Invalid(faults);
        }

        return await ChangeAsync(id, caller, async (db, key) =>
        {
            await pauses.PassAsync(db, key);
            if (key.Revoke(clock.GetUtcNow(), trimmed))
            {
                key.RevokedBy(await audit.AppendAsync(db, new AuditEvent(AuditActions.KeyRevoked, id, new JsonObject { ["name"] = key.Name, ["reason"] = trimmed }), caller));
            }

            return null;
        }, cancellationToken);
    }

    /// <summary>One change of one key: found in the caller's tenant, changed with its audit entry in one transaction, then put into the ring.</summary>
    private async Task<Result<ApiKeyView>> ChangeAsync(
        Guid id,
        Caller caller,
        Func<DashboardDbContext, ApiKey, Task<Error?>> change,
        CancellationToken cancellationToken)
    {
        var result = await database.WriteAsync(
            caller.TenantId,
            async db =>
            {
                var key = await db.Set<ApiKey>().SingleOrDefaultAsync(k => k.Id == id);
                if (key is null)
                {
                    return new Changed(NotFound);
                }

                if (await change(db, key) is { } refused)
                {
                    return new Changed(refused);
                }

                await db.SaveChangesAsync();
                return new Changed(Error: null, key, await ViewAsync(db, id, CancellationToken.None));
            },
            changed =>
            {
                if (changed.Key is { } stored && ring.Find(stored.Key) is { } before)
                {
                    ring.Renew(KeyRingLoader.Changed(before, stored));
                }
            },
            cancellationToken);
        if (result.Error is not null)
        {
            return result.Error;
        }

        feed.Publish(caller.TenantId, KeyChange.Keys, [id]);
        return await memory.FenceAsync([KeyFences.Of(result.Key!)]) ? result.View! : KeyFences.NotProven;
    }

    private async Task<ApiKeyView?> ViewAsync(DashboardDbContext db, Guid id, CancellationToken cancellationToken) =>
        (await db.Set<ApiKey>().Where(k => k.Id == id).WithPeople(db).SingleOrDefaultAsync(cancellationToken))?.ToView(clock.GetUtcNow());

    private sealed record Changed(Error? Error, ApiKey? Key = null, ApiKeyView? View = null);
}
