using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>
/// The one-time reveal for people (guarantee S4). A key that is made here keeps its values for the person who made it, over lost connections and reloads,
/// for <see cref="PendingReveals.Kept"/> or until they say that they have saved them. Each showing has its audit entry; without the entry nothing is shown.
/// </summary>
public sealed class KeyReveals
{
    private static readonly Refusal NotFound = new(RefusalReason.NotFound);

    private readonly ApiKeyService keys;
    private readonly PendingReveals pending;
    private readonly Database database;
    private readonly AuditLog audit;

    public KeyReveals(ApiKeyService keys, PendingReveals pending, Database database, AuditLog audit)
    {
        this.keys = keys;
        this.pending = pending;
        this.database = database;
        this.audit = audit;
    }

    /// <summary>As <see cref="ApiKeyService.CreateAsync"/>; the values are then to be had from <see cref="ShowAsync"/>.</summary>
    public async Task<Outcome<ApiKeyView>> CreateAsync(NewKey request, Caller caller) => Keep(await keys.CreateAsync(request, caller), caller);

    /// <summary>As <see cref="ApiKeyService.RotateAsync"/>; gives the successor, whose values are then to be had from <see cref="ShowAsync"/>.</summary>
    public async Task<Outcome<ApiKeyView>> RotateAsync(Guid id, Caller caller) => Keep(await keys.RotateAsync(id, caller), caller);

    /// <summary>The keys whose values this person has not yet said to have saved, the oldest first.</summary>
    public IReadOnlyList<Guid> Pending(string tenantId, string subject) => pending.Of(tenantId, subject);

    /// <summary>
    /// The values of a key that the caller has made, once <c>secret.revealed</c> is in the audit log. <c>NotFound</c> when they were saved, their time is over, the key is
    /// deleted, or somebody else made it.
    /// </summary>
    /// <exception cref="Exception">The entry could not be written. Nothing is shown; the values wait for the next try.</exception>
    public async Task<Outcome<Reveal>> ShowAsync(Guid keyId, Caller caller)
    {
        if (!caller.CanManageKeys)
        {
            return Refusal.Missing(Capabilities.AdminIntegrations);
        }

        Reveal? shown = null;
        var recorded = await RecordAsync(AuditActions.SecretRevealed, keyId, caller, () => shown = pending.Open(keyId, caller));
        // Its time may have ended while the entry was written.
        return recorded && shown is { } reveal ? reveal : NotFound;
    }

    /// <summary>
    /// The caller has saved both values: once <c>secret.acknowledged</c> is in the audit log they are gone for good. Needs no capability, for it only gives something up.
    /// False when they were gone before.
    /// </summary>
    /// <exception cref="Exception">The entry could not be written; the values are still there.</exception>
    public Task<bool> AcknowledgeAsync(Guid keyId, Caller caller) =>
        RecordAsync(AuditActions.SecretAcknowledged, keyId, caller, () => pending.Forget(keyId, caller));

    /// <param name="recorded">Under the write lock: between a showing and an acknowledgement there is an order.</param>
    private Task<bool> RecordAsync(string action, Guid keyId, Caller caller, Action recorded) => database.WriteAsync(
        caller.TenantId,
        async db =>
        {
            if (!pending.Of(caller.TenantId, caller.Subject).Contains(keyId))
            {
                return false;
            }

            if (await db.Set<ApiKey>().SingleOrDefaultAsync(k => k.Id == keyId) is not { } key)
            {
                // Deleted meanwhile: its values are worth nothing any more.
                pending.Forget(keyId, caller);
                return false;
            }

            await audit.AppendAsync(db, new AuditEvent(action, keyId, new JsonObject { ["name"] = key.Name }), caller);
            return true;
        },
        done =>
        {
            if (done)
            {
                recorded();
            }
        });

    private Outcome<ApiKeyView> Keep(Outcome<CreatedKey> made, Caller caller)
    {
        if (!made.Done)
        {
            return made.Refusal;
        }

        pending.Keep(caller, made.Value);
        return made.Value.Key;
    }
}
