using System.Text.Json.Nodes;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>
/// Pauses keys and resumes them, one or several. Needs <c>admin.integrations</c>. Each change and its audit entry are one transaction, and the key ring follows before the
/// call returns: no request that begins after a pause's return is let in, and none that begins after the return of resuming is refused for it, on any node.
/// </summary>
public sealed class KeyPauses(Database database, AuditLog audit, PauseEnds ends, BrownOutLog brownOuts, KeyRing ring, KeyFeed feed, IGateMemory memory, IValidator<KeyPause> rules, TimeProvider clock)
{
    private static readonly Error NotFound = new(ErrorReason.NotFound);
    private static readonly Error Ended = new(ErrorReason.Ended);

    /// <summary>A key that is paused already gets this end, and this reason and answer where they are given. <c>Ended</c> for an expired or revoked key; <c>Policy</c> for an end that would resume what the tenant's policy keeps paused.</summary>
    /// <param name="ifVersions">Only when the key has one of these versions; null: whichever it has.</param>
    public async Task<Result<ApiKeyView>> PauseAsync(Guid id, KeyPause pause, IReadOnlyList<int>? ifVersions, Caller caller, CancellationToken cancellationToken = default) =>
        Refusal(caller, pause) ?? await ChangeAsync(id, ifVersions, caller, (db, key) => TryPauseAsync(db, key, pause, caller), cancellationToken);

    /// <summary>Also ends a brown-out that runs. Resuming a key that is not paused changes nothing. <c>Ended</c> for an expired or revoked key; <c>Policy</c> for one that the tenant's policy keeps paused.</summary>
    /// <param name="ifVersions">As for pausing.</param>
    public async Task<Result<ApiKeyView>> ResumeAsync(Guid id, IReadOnlyList<int>? ifVersions, Caller caller, CancellationToken cancellationToken = default) =>
        Refusal(caller) ?? await ChangeAsync(id, ifVersions, caller, (db, key) => TryResumeAsync(db, key, caller), cancellationToken);

    /// <summary>Those that are expired or revoked are no part of it. In acts of at most <see cref="BulkRevocation.MostAtOnce"/> keys, each of which is done for all of them or for none. <c>NotFound</c> where each must be there and one is not.</summary>
    /// <returns>The keys that are paused now, and so for resuming those that were.</returns>
    public async Task<Result<IReadOnlyList<Guid>>> PauseAsync(KeySelection selection, KeyPause pause, Caller caller, CancellationToken cancellationToken = default) =>
        Refusal(caller, pause) ?? await ChangeAllAsync(selection, status => !status.IsEnded(), caller, async (db, key) => await TryPauseAsync(db, key, pause, caller) is null, cancellationToken);

    /// <inheritdoc cref="PauseAsync(KeySelection, KeyPause, Caller, CancellationToken)"/>
    public async Task<Result<IReadOnlyList<Guid>>> ResumeAsync(KeySelection selection, Caller caller, CancellationToken cancellationToken = default) =>
        Refusal(caller) ?? await ChangeAllAsync(selection, status => status == KeyStatus.Paused, caller, async (db, key) => await TryResumeAsync(db, key, caller) is null, cancellationToken);

    private Error? Refusal(Caller caller, KeyPause? pause = null) =>
        !caller.CanManageKeys ? Error.Missing(Capabilities.AdminIntegrations)
        : pause is not null && rules.Faults(pause) is { Count: > 0 } faults ? Error.Invalid(faults)
        : null;

    /// <summary>Several keys of a tenant in one transaction, then ring, feed and fence, as every act of pausing and resuming does.</summary>
    /// <param name="takesPart">Of a key's status.</param>
    /// <param name="change">Gives whether the key was part of it.</param>
    internal async Task<(IReadOnlyList<Guid> Keys, bool IsProven)> ActAsync(
        string tenantId, IReadOnlyCollection<Guid> ids, Func<KeyStatus, bool> takesPart, Func<DashboardDbContext, ApiKey, Task<bool>> change, CancellationToken cancellationToken)
    {
        var (keys, changed) = await database.WriteAsync(
            tenantId,
            async db =>
            {
                var now = clock.GetUtcNow();
                var changed = new List<Guid>();
                var found = (await db.RowsAsync(ids, CancellationToken.None)).Where(k => takesPart(k.StatusAt(now))).ToList();
                // Each look at what is tracked would compare everything that is; once, at the saving, is enough.
                db.ChangeTracker.AutoDetectChangesEnabled = false;
                foreach (var key in found)
                {
                    await ends.PassAsync(db, key);
                    if (await change(db, key))
                    {
                        changed.Add(key.Id);
                    }
                }

                db.ChangeTracker.AutoDetectChangesEnabled = true;
                return (Keys: found, Changed: changed);
            },
            done => done.Keys.ForEach(ring.Follow),
            cancellationToken);
        if (keys.Count > 0)
        {
            feed.Publish(tenantId, KeyChange.Keys, [.. keys.Select(k => k.Id)]);
        }

        return (changed, await memory.FenceAsync([.. keys.Select(KeyFences.Of)]));
    }

    /// <summary>Pauses the key in the transaction of <paramref name="db"/>.</summary>
    /// <param name="caller">Null: the program itself.</param>
    /// <param name="tell">Adds to the entry's detail.</param>
    /// <returns>False when nothing differs.</returns>
    internal async Task<bool> PauseAsync(DashboardDbContext db, ApiKey key, KeyPause pause, Caller? caller, Action<JsonObject>? tell = null)
    {
        if (!key.Pause(clock.GetUtcNow(), pause))
        {
            return false;
        }

        var detail = new JsonObject
        {
            ["name"] = key.Name,
            ["reason"] = key.PauseReason,
            ["paused_until"] = key.PausedUntil?.ToUnixTimeMilliseconds(),
            ["then"] = Word(key.PausedThen),
            ["answer"] = Word<PauseAnswer>(key.PauseAnswer),
        };
        tell?.Invoke(detail);
        key.PausedBy(await audit.AppendAsync(db, new AuditEvent(AuditActions.KeyPaused, key.Id, detail), caller));
        return true;
    }

    private async Task<Error?> TryPauseAsync(DashboardDbContext db, ApiKey key, KeyPause pause, Caller caller)
    {
        // A pause that the clock ends by resuming would let in what the policy keeps out.
        if (pause is { Until: not null, Then: not PauseEnd.Revoke } && await PolicyCheck.OfResumingAsync(db, key, clock.GetUtcNow()) is { } forbidden)
        {
            return forbidden;
        }

        await PauseAsync(db, key, pause, caller);
        // It may have come to its end since it was looked at.
        return key.StatusAt(clock.GetUtcNow()).IsEnded() ? Ended : null;
    }

    private async Task<Error?> TryResumeAsync(DashboardDbContext db, ApiKey key, Caller caller)
    {
        if (await PolicyCheck.OfResumingAsync(db, key, clock.GetUtcNow()) is { } forbidden)
        {
            return forbidden;
        }

        await brownOuts.PassAsync(db, key);
        var now = clock.GetUtcNow();
        if (key.BrownOutAt(now) is { } running)
        {
            await brownOuts.EndAsync(db, key, await db.Set<BrownOut>().AsTracking().SingleAsync(b => b.Id == running.Id), now, caller);
            key.RollBrownOuts(now);
        }

        if (key.Resume())
        {
            await audit.AppendAsync(db, new AuditEvent(AuditActions.KeyResumed, key.Id, new JsonObject { ["name"] = key.Name }), caller);
        }

        return null;
    }

    private async Task<Result<ApiKeyView>> ChangeAsync(
        Guid id, IReadOnlyList<int>? ifVersions, Caller caller, Func<DashboardDbContext, ApiKey, Task<Error?>> change, CancellationToken cancellationToken)
    {
        var changed = await database.WriteAsync(
            caller.TenantId,
            async db =>
            {
                if (await db.Set<ApiKey>().SingleOrDefaultAsync(k => k.Id == id) is not { } key)
                {
                    return new Changed(NotFound);
                }

                if (ifVersions?.Contains(key.Version) == false)
                {
                    return new Changed(new Error(ErrorReason.ChangedSince));
                }

                if (key.StatusAt(clock.GetUtcNow()).IsEnded())
                {
                    return new Changed(Ended);
                }

                await ends.PassAsync(db, key);
                if (await change(db, key) is { } refused)
                {
                    return new Changed(refused);
                }

                await db.SaveChangesAsync();
                var row = await db.Set<ApiKey>().Where(k => k.Id == id).WithPeople(db).SingleAsync();
                return new Changed(Error: null, key, row.ToView(clock.GetUtcNow()));
            },
            done => ring.Follow(done.Key),
            cancellationToken);
        if (changed.Error is not null)
        {
            return changed.Error;
        }

        feed.Publish(caller.TenantId, KeyChange.Keys, [id]);
        return await memory.FenceAsync([KeyFences.Of(changed.Key!)]) ? changed.View! : KeyFences.NotProven;
    }

    /// <param name="takesPart">Of a key's status.</param>
    private async Task<Result<IReadOnlyList<Guid>>> ChangeAllAsync(
        KeySelection selection, Func<KeyStatus, bool> takesPart, Caller caller, Func<DashboardDbContext, ApiKey, Task<bool>> change, CancellationToken cancellationToken)
    {
        List<Guid> ids;
        await using (var db = database.Read(caller.TenantId))
        {
            if (selection.DemandsEach && (await db.RowsAsync(selection.Ids, cancellationToken)).Count < selection.Ids.Count)
            {
                return NotFound;
            }

            ids = await selection.ResolveAsync(db, int.MaxValue, cancellationToken);
        }

        var changed = new List<Guid>();
        var isProven = true;
        foreach (var some in ids.Chunk(BulkRevocation.MostAtOnce))
        {
            var (keys, proven) = await ActAsync(caller.TenantId, some, takesPart, change, cancellationToken);
            changed.AddRange(keys);
            isProven = proven && isProven;
        }

        return isProven ? Result<IReadOnlyList<Guid>>.Of(changed) : KeyFences.NotProven;
    }

    private static string? Word<T>(T? value)
        where T : struct, Enum => value is { } word ? System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(word.ToString()) : null;

    private sealed record Changed(Error? Error, ApiKey? Key = null, ApiKeyView? View = null);
}
