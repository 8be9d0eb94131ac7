using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys.Approvals;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>What a key is to be made with, and the one that it succeeds.</summary>
/// <param name="ShownLater">Its values are not in the answer; until somebody has said that they are saved, the key says that they are not.</param>
internal sealed record KeyPlan(NewKey Request, bool ShownLater, ApiKey? Predecessor = null)
{
    /// <summary>As it was asked for; only with a predecessor.</summary>
    public KeyRotation Rotation { get; init; } = new();

    /// <summary>Of the predecessor.</summary>
    public RotationOverlap Overlap => Rotation.Overlap ?? RotationOverlap.ByHand;
}

/// <summary>Where keys come from. Who may ask for one, and whether the request is sound, <see cref="ApiKeyService"/> has judged before.</summary>
public sealed class KeyMaker(
    Database database,
    AuditLog audit,
    Vault vault,
    KeyRing ring,
    KeyFeed feed,
    IFeed nodes,
    ApiKeyOptions options,
    SecondPerson approvals,
    Stopping stopping,
    TimeProvider clock)
{
    /// <summary>Plans, stores and audits the key in one transaction, then puts it into the ring.</summary>
    /// <param name="once">Makes none when the same call has made one before; null: each call is new.</param>
    internal async Task<Result<CreatedKey>> MakeAsync(
        Caller caller, CallOnce? once, Func<DashboardDbContext, Task<Result<KeyPlan>>> plan, CancellationToken cancellationToken)
    {
        var k1 = new byte[SignatureChain.DigestSize];
        try
        {
            var made = await database.WriteAsync(
                caller.TenantId,
                async db =>
                {
                    if (once is not null && await RepeatedAsync(db, once) is { } repeated)
                    {
                        return repeated;
                    }

                    if (stopping.IsTold)
                    {
                        return new Error(ErrorReason.Stopping);
                    }

                    var planned = await plan(db);
                    return planned.Done ? await StoreAsync(db, planned.Value, once, caller, k1) : planned.Error;
                },
                stored =>
                {
                    if (stored.Done)
                    {
                        ring.Put(KeyRingLoader.ToRing(stored.Value.Key, k1, ring.NextOrdinal(), caller.TenantId));
                        ring.Follow(stored.Value.Predecessor);
                    }
                },
                cancellationToken);
            if (!made.Done)
            {
                return made.Error;
            }

            var key = made.Value.Key;
            feed.Publish(caller.TenantId, KeyChange.Keys, key.RotatedFrom is { } from ? [key.Id, from] : [key.Id]);
            // The first request that is signed with it may go to any node.
            await nodes.AllHaveKeysAsync();
            return new CreatedKey(
                KeyList.ToView(key, person => person is null ? null : caller.Email ?? caller.Name ?? caller.Subject, made.Value.Owner, clock.GetUtcNow(), isDeleted: _ => false), key.Key, made.Value.Secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(k1);
        }
    }

    /// <summary>The answer to a call that was made before; null for a new one. Calls of all tenants that are too old to be repeated go.</summary>
    private async Task<Error?> RepeatedAsync(DashboardDbContext db, CallOnce once)
    {
        var oldest = clock.GetUtcNow() - IdempotentCall.Kept;
        await db.Set<IdempotentCall>().IgnoreQueryFilters().Where(c => c.At <= oldest).ExecuteDeleteAsync();
        return await db.Set<IdempotentCall>().SingleOrDefaultAsync(c => c.Call == once.Call) switch
        {
            null => null,
            var before when before.Fingerprint.AsSpan().SequenceEqual(once.Fingerprint) => new Error(ErrorReason.AlreadyMade) { MadeKey = before.KeyId },
            _ => new Error(ErrorReason.IdempotencyMismatch),
        };
    }

    private async Task<Result<Stored>> StoreAsync(DashboardDbContext db, KeyPlan plan, CallOnce? once, Caller caller, byte[] k1)
    {
        if (await db.Set<ApiKey>().CountAsync() >= options.MaxPerTenant)
        {
            return new Error(ErrorReason.TooManyKeys);
        }

        var (request, shownLater, predecessor) = (plan.Request, plan.ShownLater, plan.Predecessor);
        var test = request.Environment == KeyEnvironment.Test;
        var apiKey = CredentialFormat.NewApiKey(test);
        var secret = CredentialFormat.NewSecret(test);
        SignatureChain.DeriveK1(secret, apiKey, k1);
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var dataKey = await vault.DataKeyAsync(db, caller.TenantId);
        var key = ApiKey.Create(id, caller.TenantId, apiKey, Vault.SealK1(dataKey, caller.TenantId, id, k1), request, request.SingleUse ?? options.SingleUse, now);
        var settings = KeyAudit.Settings(key);
        if (await RefusalAsync(db, plan, key, settings, caller) is { } refused)
        {
            return refused;
        }

        // Before its entries, so that whoever follows them finds it.
        db.Add(key);
        if (predecessor is not null)
        {
            predecessor.RotateTo(key);
            settings["rotated_from"] = predecessor.Id;
            var rotated = new JsonObject { ["name"] = predecessor.Name, ["rotated_to"] = id, ["expires_at"] = settings["expires_at"]?.DeepClone() };
            Rotation.Tell(rotated, plan.Overlap.Stored());
            await KeyRotations.BeginAsync(db, predecessor, plan.Overlap, now);
            await audit.AppendAsync(db, new AuditEvent(AuditActions.KeyRotated, predecessor.Id, rotated), caller);
        }

        key.CreatedBy(await audit.AppendAsync(db, new AuditEvent(AuditActions.KeyCreated, id, settings), caller));
        if (shownLater)
        {
            key.AwaitSaving();
        }

        if (once is not null)
        {
            db.Add(new IdempotentCall { TenantId = caller.TenantId, Call = once.Call, Fingerprint = once.Fingerprint, KeyId = id, At = now });
        }

        return new Stored(key, secret, predecessor, KeyOwner.Of(await KeyOwners.OwnerAsync(db, key)));
    }

    /// <summary>What the tenant's policy forbids, or wants another person for.</summary>
    private async Task<Error?> RefusalAsync(DashboardDbContext db, KeyPlan plan, ApiKey made, JsonObject settings, Caller caller)
    {
        var forbidden = await PolicyCheck.OfNewAsync(db, made, clock.GetUtcNow());
        if (forbidden is not null || made.ScopeText.Length > 0)
        {
            return forbidden;
        }

        if (plan.Predecessor is { } old)
        {
            var rotated = new JsonObject { ["name"] = old.Name, ["key_prefix"] = old.KeyPrefix, ["expires_at"] = settings["expires_at"]?.DeepClone() };
            Rotation.Tell(rotated, plan.Overlap.Stored());
            return await approvals.RefusalAsync(db, await db.PolicyAsync(), ApprovalAct.RotateUnrestricted, new ApprovalOf(old, plan.Rotation.Asked(), rotated), caller);
        }

        var shown = settings.DeepClone().AsObject();
        shown.Remove("key_prefix");
        return await approvals.RefusalAsync(db, await db.PolicyAsync(), ApprovalAct.CreateUnrestricted, new ApprovalOf(Request: JsonSerializer.Serialize(plan.Request), Detail: shown), caller);
    }

    /// <summary>Not a record, whose text would show the secret.</summary>
    private sealed class Stored(ApiKey key, string secret, ApiKey? predecessor, KeyOwner? owner)
    {
        public ApiKey Key => key;

        public KeyOwner? Owner => owner;

        public string Secret => secret;

        public ApiKey? Predecessor => predecessor;
    }
}
