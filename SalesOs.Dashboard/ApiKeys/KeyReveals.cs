using System.Linq.Expressions;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>
/// The one-time reveal for people (guarantee S4). A key that is made here keeps its values for the person who made it, over lost connections and reloads,
/// for <see cref="PendingReveals.Kept"/> or until they say that they have saved them. Each showing has its audit entry; without the entry nothing is shown.
/// </summary>
public sealed class KeyReveals(ApiKeyService keys, PendingReveals pending, Vault vault, Database database, AuditLog audit, KeyFeed feed, TimeProvider clock)
{
    /// <summary>Unsaved keys that are told of at a time.</summary>
    public const int MostUnsaved = 5;

    private static readonly Error NotFound = new(ErrorReason.NotFound);

    /// <summary>As <see cref="ApiKeyService.CreateAsync"/>; the values are then to be had from <see cref="ShowAsync"/>.</summary>
    /// <param name="once">The same request under the same name makes no second key and gives the one that was made, for 24 hours; null: each request is new.</param>
    public async Task<Result<ApiKeyView>> CreateAsync(NewKey request, Caller caller, Guid? once = null) =>
        await KeepAsync(await keys.MakeAsync(request, caller, once?.ToString(), shownLater: true, CancellationToken.None), caller);

    /// <summary>As <see cref="ApiKeyService.RotateAsync"/>; gives the successor, whose values are then to be had from <see cref="ShowAsync"/>.</summary>
    /// <param name="once">As for creating.</param>
    public async Task<Result<ApiKeyView>> RotateAsync(Guid id, Caller caller, KeyRotation? rotation = null, Guid? once = null) =>
        await KeepAsync(await keys.SucceedAsync(id, rotation ?? new KeyRotation(), caller, once?.ToString(), shownLater: true, CancellationToken.None), caller);

    /// <summary>The keys whose values this person has not yet said to have saved and can still be shown, the oldest first.</summary>
    public async Task<IReadOnlyList<Guid>> PendingAsync(string tenantId, string subject)
    {
        await using var db = database.Read(tenantId);
        var after = clock.GetUtcNow() - PendingReveals.Kept;
        var waiting = await db.Set<ApiKey>()
            .Where(k => k.ValuesUnsaved && k.CreatedAt > after && db.Set<Person>().Any(p => p.Id == k.CreatedById && p.Subject == subject))
            .OrderBy(k => k.CreatedAt).ThenBy(k => k.Id)
            .Select(k => new { k.Id, k.CreatedAt })
            .ToListAsync();
        var held = new List<Guid>();
        foreach (var key in waiting)
        {
            if (await pending.HoldsAsync(tenantId, key.Id, key.CreatedAt))
            {
                held.Add(key.Id);
            }
        }

        return held;
    }

    /// <summary>
    /// The values of a key that the caller has made, once <c>secret.revealed</c> is in the audit log. <c>NotFound</c> when they were saved, their time is over, the key is
    /// deleted, or somebody else made it.
    /// </summary>
    /// <exception cref="Exception">The entry could not be written. Nothing is shown; the values wait for the next try.</exception>
    public async Task<Result<Reveal>> ShowAsync(Guid keyId, Caller caller)
    {
        if (!caller.CanManageKeys)
        {
            return Error.Missing(Capabilities.AdminIntegrations);
        }

        (string Secret, DateTimeOffset Until)? opened = null;
        string apiKey = "";
        var recorded = await RecordAsync(AuditActions.SecretRevealed, keyId, caller, async (db, key) =>
        {
            // Between a showing and an acknowledgement there is an order, whichever nodes they come to: what was said to be saved is not shown, even where it is still kept.
            opened = key.ValuesUnsaved ? await pending.OpenAsync(await vault.DataKeyAsync(db, caller.TenantId), caller, keyId) : null;
            apiKey = key.Key;
            return opened is not null;
        });
        // Its time may have ended while the entry was written.
        return recorded && opened is var (secret, until) && clock.GetUtcNow() < until && await keys.GetAsync(keyId, caller) is { Done: true, Value: { } shown }
            ? new Reveal(new CreatedKey(shown, apiKey, secret), until)
            : NotFound;
    }

    /// <summary>
    /// The caller has saved both values: once <c>secret.acknowledged</c> is in the audit log they are gone for good. Also when they can't be shown any more: whoever
    /// saved them in time may say so later. Needs no capability, for it only gives something up. False when it was said before, or is another person's to say.
    /// </summary>
    /// <exception cref="Exception">The entry could not be written; the values are still there.</exception>
    public async Task<bool> AcknowledgeAsync(Guid keyId, Caller caller)
    {
        var acknowledged = await RecordAsync(AuditActions.SecretAcknowledged, keyId, caller, async (db, key) =>
        {
            if (!key.ValuesUnsaved || await MakerAsync(db, caller) is not { } maker || key.CreatedById != maker)
            {
                return false;
            }

            key.ValuesSaved();
            return true;
        });
        if (acknowledged)
        {
            await pending.EndAsync(caller.TenantId, keyId, expired: false);
            feed.Publish(caller.TenantId, KeyChange.Keys, [keyId]);
        }

        return acknowledged;
    }

    /// <summary>
    /// The caller's own active keys whose values can't be shown any more (their time is over, or the program was restarted) without anybody having said that they
    /// were saved; the newest <see cref="MostUnsaved"/>. A key that was rotated meanwhile is none of them: its successor is there to be used. Needs <c>admin.integrations</c>.
    /// </summary>
    public async Task<Result<IReadOnlyList<UnsavedKey>>> UnsavedAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanManageKeys)
        {
            return Error.Missing(Capabilities.AdminIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        if (await MakerAsync(db, caller, cancellationToken) is not { } maker)
        {
            return Result<IReadOnlyList<UnsavedKey>>.Of([]);
        }

        return await UnsavedAsync(db, maker, k => k.CreatedById == maker, cancellationToken);
    }

    /// <summary>The same of one key, whoever made it. Needs <c>admin.integrations</c> or <c>audit.integrations</c>.</summary>
    public async Task<Result<IReadOnlyList<UnsavedKey>>> UnsavedAsync(Guid keyId, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        return await UnsavedAsync(db, caller.CanManageKeys ? await MakerAsync(db, caller, cancellationToken) : null, k => k.Id == keyId, cancellationToken);
    }

    private async Task<Result<IReadOnlyList<UnsavedKey>>> UnsavedAsync(
        DashboardDbContext db, Guid? maker, Expression<Func<ApiKey, bool>> which, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var unsaved = await db.Set<ApiKey>().Where(k => k.ValuesUnsaved && k.RotatedTo == null).Where(which).Matching(new KeyQuery(Status: KeyStatus.Active), now)
            .OrderByDescending(k => k.CreatedAt).Take(PendingReveals.MostPerPerson + MostUnsaved).WithPeople(db).ToListAsync(cancellationToken);
        var lost = new List<UnsavedKey>();
        foreach (var row in unsaved)
        {
            if (lost.Count < MostUnsaved && !await pending.HoldsAsync(row.Key.TenantId, row.Key.Id, row.Key.CreatedAt))
            {
                lost.Add(new UnsavedKey(row.ToView(now), maker is not null && row.Key.CreatedById == maker));
            }
        }

        return Result<IReadOnlyList<UnsavedKey>>.Of(lost);
    }

    /// <summary>By whom the caller's keys are made; null when the caller has never done anything that is on record.</summary>
    private static Task<Guid?> MakerAsync(DashboardDbContext db, Caller caller, CancellationToken cancellationToken = default) =>
        db.Set<Person>().Where(p => p.Subject == caller.Subject).Select(p => (Guid?)p.Id).SingleOrDefaultAsync(cancellationToken);

    /// <param name="may">Whether it happens at all; what it changes is one transaction with the entry.</param>
    private async Task<bool> RecordAsync(string action, Guid keyId, Caller caller, Func<DashboardDbContext, ApiKey, Task<bool>> may)
    {
        var recorded = await database.WriteAsync<bool?>(caller.TenantId, async db =>
        {
            if (await db.Set<ApiKey>().SingleOrDefaultAsync(k => k.Id == keyId) is not { } key)
            {
                return null;
            }

            if (!await may(db, key))
            {
                return false;
            }

            await audit.AppendAsync(db, new AuditEvent(action, keyId, new JsonObject { ["name"] = key.Name }), caller);
            return true;
        });
        if (recorded is null)
        {
            // Deleted meanwhile: its values are worth nothing any more.
            await pending.EndAsync(caller.TenantId, keyId, expired: false);
        }

        return recorded == true;
    }

    private async Task<Result<ApiKeyView>> KeepAsync(Result<CreatedKey> made, Caller caller)
    {
        if (made.Error is { Reason: ErrorReason.AlreadyMade, MadeKey: { } before } && await keys.GetAsync(before, caller) is { Done: true } found)
        {
            return found;
        }

        if (!made.Done)
        {
            return made.Error;
        }

        await using (var db = database.Read(caller.TenantId))
        {
            await pending.KeepAsync(await vault.DataKeyAsync(db, caller.TenantId), caller, made.Value);
        }

        foreach (var pushedOut in (await PendingAsync(caller.TenantId, caller.Subject)).SkipLast(PendingReveals.MostPerPerson))
        {
            await pending.EndAsync(caller.TenantId, pushedOut, expired: true);
        }

        // Whoever looked between the two took the values for lost.
        feed.Publish(caller.TenantId, KeyChange.Keys, [made.Value.Key.Id]);
        return made.Value.Key;
    }
}

/// <summary>A key whose values nobody has said to have saved.</summary>
/// <param name="IsOwn">The caller made it.</param>
public sealed record UnsavedKey(ApiKeyView Key, bool IsOwn);
