using System.Text.Json.Nodes;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>What becomes of a rotation that is looked at.</summary>
public enum RotationTurn
{
    Wait,

    /// <summary>The old key is revoked.</summary>
    End,

    /// <summary>Nothing is revoked; somebody is to decide.</summary>
    Hold,
}

/// <summary>
/// Changes how the old key of a rotation ends, and ends it. Each change and its audit entry are one transaction. The end is a revoke like any other: no request that begins
/// after the return is let in, on any node.
/// </summary>
public sealed class KeyRotations(
    Database database, AuditLog audit, PauseEnds pauses, KeyRing ring, KeyFeed feed, IGateMemory memory, IValidator<RotationOverlap> rules, TimeProvider clock)
{
    /// <summary>Why the old key is revoked.</summary>
    public const string Reason = "rotated";

    /// <summary>Another overlap than before; a rotation that is held goes on. Needs <c>admin.integrations</c>.</summary>
    /// <param name="id">The old key's or the new key's.</param>
    /// <returns>The old key's id. <c>NotFound</c> when the key is in no rotation; <c>RotationOver</c> once the old key has ended.</returns>
    public async Task<Result<Guid>> ChangeAsync(Guid id, RotationOverlap overlap, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanManageKeys)
        {
            return Error.Missing(Capabilities.AdminIntegrations);
        }

        if (rules.Faults(overlap) is { Count: > 0 } faults)
        {
            return Error.Invalid(faults);
        }

        return await ActAsync(id, caller, ends: false, async (db, pair) =>
        {
            var now = clock.GetUtcNow();
            var rotation = pair.Stored ?? db.Add(Begun(pair.Old, now)).Entity;
            if (rotation.Change(overlap, now))
            {
                var detail = new JsonObject { ["name"] = pair.Old.Name, ["rotated_to"] = pair.Old.RotatedTo };
                Rotation.Tell(detail, rotation.Overlap);
                await audit.AppendAsync(db, new AuditEvent(AuditActions.RotationChanged, pair.Old.Id, detail), caller);
            }
        }, cancellationToken);
    }

    /// <summary>Revokes the old key now, whoever still calls; twice changes nothing. Needs <c>admin.integrations</c>.</summary>
    /// <inheritdoc cref="ChangeAsync" path="/param"/>
    /// <inheritdoc cref="ChangeAsync" path="/returns"/>
    public async Task<Result<Guid>> EndAsync(Guid id, Caller caller, CancellationToken cancellationToken = default) =>
        caller.CanManageKeys
            ? await ActAsync(id, caller, ends: true, (db, pair) => RevokeAsync(db, pair.Old, new JsonObject(), caller), cancellationToken)
            : Error.Missing(Capabilities.AdminIntegrations);

    /// <summary>The two keys of a rotation, by the id of either; null: the key is in none. A key between two others is the old one.</summary>
    internal static async Task<RotationPair?> FindAsync(DashboardDbContext db, Guid id, CancellationToken cancellationToken)
    {
        if ((await db.RowsAsync([id], cancellationToken)).SingleOrDefault() is not { } key)
        {
            return null;
        }

        var old = key.RotatedTo is not null ? key
            : key.RotatedFrom is { } from && (await db.RowsAsync([from], cancellationToken)).SingleOrDefault() is { } before && before.RotatedTo == id ? before
            : null;
        if (old?.RotatedTo is not { } successor)
        {
            return null;
        }

        return new RotationPair(
            old,
            (await db.RowsAsync([successor], cancellationToken)).SingleOrDefault(),
            await db.Set<Rotation>().SingleOrDefaultAsync(r => r.KeyId == old.Id, cancellationToken));
    }

    /// <summary>Puts down that a key is rotated, in the transaction that makes its successor.</summary>
    internal static async Task BeginAsync(DashboardDbContext db, ApiKey old, RotationOverlap overlap, DateTimeOffset now)
    {
        var rotation = await db.Set<Rotation>().AsTracking().SingleOrDefaultAsync(r => r.KeyId == old.Id) ?? db.Add(Begun(old, now)).Entity;
        (rotation.StartedAt, rotation.WatchedAt, rotation.Unwatched) = (now, now, 0);
        rotation.Change(overlap, now);
    }

    /// <summary>Ends a rotation or holds it, as it is judged inside the transaction: what happened meanwhile is seen.</summary>
    /// <param name="judge">With what the audit entry is to tell beside the name.</param>
    internal async Task<RotationTurn> TurnAsync(
        string tenantId, Guid oldKey, Func<DashboardDbContext, RotationPair, Task<(RotationTurn Turn, JsonObject Detail)>> judge, CancellationToken cancellationToken)
    {
        var (turn, key) = await database.WriteAsync(
            tenantId,
            async db =>
            {
                if (await FindAsync(db, oldKey, CancellationToken.None) is not { Stored: { HeldAt: null } rotation } pair || pair.Old.Id != oldKey)
                {
                    return (RotationTurn.Wait, null);
                }

                await pauses.PassAsync(db, pair.Old);
                if (pair.Old.StatusAt(clock.GetUtcNow()).IsEnded())
                {
                    return (RotationTurn.Wait, pair.Old);
                }

                var (judged, detail) = await judge(db, pair);
                switch (judged)
                {
                    case RotationTurn.End:
                        await RevokeAsync(db, pair.Old, detail, caller: null);
                        break;
                    case RotationTurn.Hold:
                        rotation.HeldAt = clock.GetUtcNow();
                        detail["name"] = pair.Old.Name;
                        detail["rotated_to"] = pair.Old.RotatedTo;
                        await audit.AppendAsync(db, new AuditEvent(AuditActions.RotationHeld, oldKey, detail), caller: null);
                        db.Follow([oldKey, .. pair.Old.Neighbours()]);
                        break;
                    case RotationTurn.Wait:
                        break;
                }

                return (judged, (ApiKey?)pair.Old);
            },
            done => ring.Follow(done.Item2),
            cancellationToken);
        if (key is not null && turn != RotationTurn.Wait)
        {
            feed.Publish(tenantId, KeyChange.Keys, [key.Id, .. key.Neighbours()]);
        }

        if (key is not null && turn == RotationTurn.End)
        {
            // Each node hears of it by the row; what Redis can't be told now stays open there and is told on.
            await memory.FenceAsync([KeyFences.Of(key)]);
        }

        return turn;
    }

    private static Rotation Begun(ApiKey old, DateTimeOffset now) => new() { KeyId = old.Id, TenantId = old.TenantId, StartedAt = now, WatchedAt = now };

    private async Task RevokeAsync(DashboardDbContext db, ApiKey old, JsonObject detail, Caller? caller)
    {
        if (old.Revoke(clock.GetUtcNow(), Reason))
        {
            var told = new JsonObject { ["name"] = old.Name, ["reason"] = Reason, ["rotated_to"] = old.RotatedTo };
            foreach (var (field, value) in detail)
            {
                told[field] = value?.DeepClone();
            }

            old.RevokedBy(await audit.AppendAsync(db, new AuditEvent(AuditActions.KeyRevoked, old.Id, told), caller));
        }
    }

    private async Task<Result<Guid>> ActAsync(Guid id, Caller caller, bool ends, Func<DashboardDbContext, RotationPair, Task> act, CancellationToken cancellationToken)
    {
        var (error, key) = await database.WriteAsync(
            caller.TenantId,
            async db =>
            {
                if (await FindAsync(db, id, CancellationToken.None) is not { } pair)
                {
                    return (new Error(ErrorReason.NotFound), (ApiKey?)null);
                }

                await pauses.PassAsync(db, pair.Old);
                if (pair.Old.StatusAt(clock.GetUtcNow()).IsEnded())
                {
                    // Asked to end again after an answer that was not proven, it waits anew.
                    return (ends && pair.Old.RevokeReason == Reason ? null : new Error(ErrorReason.RotationOver), pair.Old);
                }

                await act(db, pair);
                db.Follow([pair.Old.Id, .. pair.Old.Neighbours()]);
                return ((Error?)null, pair.Old);
            },
            done => ring.Follow(done.Item2),
            cancellationToken);
        if (key is null)
        {
            return error!;
        }

        feed.Publish(caller.TenantId, KeyChange.Keys, [key.Id, .. key.Neighbours()]);
        return !await memory.FenceAsync([KeyFences.Of(key)]) ? KeyFences.NotProven : error is null ? key.Id : error;
    }
}

/// <param name="New">Null: it is deleted.</param>
/// <param name="Stored">Null: the key was rotated by a program that knew of no overlap, so somebody ends it.</param>
internal sealed record RotationPair(ApiKey Old, ApiKey? New, Rotation? Stored);
