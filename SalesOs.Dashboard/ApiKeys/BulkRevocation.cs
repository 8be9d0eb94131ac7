using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>Several keys at once: these, or all that a person has made. Those that are revoked already are no part of it.</summary>
public sealed record KeySelection
{
    private KeySelection(IReadOnlyCollection<Guid> ids, Guid? madeBy, bool demandsEach = false) => (Ids, MadeBy, DemandsEach) = (ids, madeBy, demandsEach);

    /// <summary>Empty when <see cref="MadeBy"/> is set.</summary>
    public IReadOnlyCollection<Guid> Ids { get; }

    public Guid? MadeBy { get; }

    /// <summary>An id that is absent or another tenant's makes the whole selection <c>NotFound</c>; otherwise it is left out.</summary>
    public bool DemandsEach { get; }

    /// <summary>Of named keys each must be there.</summary>
    public static KeySelection Each(IEnumerable<Guid> ids) => new([.. ids.Distinct()], madeBy: null, demandsEach: true);

    public static KeySelection Of(IEnumerable<Guid> ids) => new([.. ids.Distinct()], madeBy: null);

    /// <param name="person">A <see cref="ApiKeyView.CreatedById"/>.</param>
    public static KeySelection AllBy(Guid person) => new([], person);

    /// <summary>The ids of the tenant's keys that are meant and can still be revoked, oldest first; at most <paramref name="most"/>.</summary>
    internal async Task<List<Guid>> ResolveAsync(DashboardDbContext db, int most, CancellationToken cancellationToken)
    {
        if (MadeBy is { } person)
        {
            return await db.Set<ApiKey>()
                .Where(k => k.RevokedAt == null && k.CreatedById == person)
                .OrderBy(k => k.TenantId).Take(int.MaxValue)
                .OrderBy(k => k.CreatedAt).ThenBy(k => k.Id)
                .Select(k => k.Id).Take(most)
                .ToListAsync(cancellationToken);
        }

        var rows = await db.RowsAsync([.. Ids.Take(most)], cancellationToken);
        return [.. rows.Where(k => k.RevokedAt is null).OrderBy(k => k.CreatedAt).ThenBy(k => k.Id).Select(k => k.Id)];
    }
}

/// <param name="Keys">Those that this act has revoked.</param>
/// <param name="MayBeMore">More are meant than one act revokes: call again.</param>
public sealed record BulkRevoked(IReadOnlyList<Guid> Keys, bool MayBeMore);

/// <summary>Revokes several keys for one reason. All of one act or none: one transaction with an audit entry for each key, then the key ring.</summary>
public sealed class BulkRevocation(Database database, AuditLog audit, PauseEnds pauses, KeyRing ring, KeyFeed feed, IGateMemory memory, TimeProvider clock)
{
    /// <summary>Keys in one act: other changes wait for it, and it takes well under a second.</summary>
    public const int MostAtOnce = 500;

    /// <summary>
    /// Needs <c>admin.integrations</c>. No request signed with one of the keys that begins after the return is let in. Of named keys at most <see cref="MostAtOnce"/>;
    /// of a person's, <see cref="MostAtOnce"/> with each call. The reason is as for a single key. <c>NotProven</c> as for a single key; asked again, it answers once all that it
    /// revoked before is proven.
    /// </summary>
    public async Task<Result<BulkRevoked>> RevokeAsync(KeySelection selection, string? reason, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanManageKeys)
        {
            return Error.Missing(Capabilities.AdminIntegrations);
        }

        var trimmed = string.IsNullOrWhiteSpace(reason) ? null : reason.Trim();
        var faults = KeyRules.Reason(trimmed).ToList();
        if (selection.Ids.Count > MostAtOnce)
        {
            faults.Add(new RuleFault("ids", "too_many_selected", MostAtOnce.ToString(CultureInfo.InvariantCulture)));
        }

        if (faults.Count > 0)
        {
            return Error.Invalid(faults);
        }

        var revoked = await database.WriteAsync(
            caller.TenantId,
            async db =>
            {
                if (selection.DemandsEach && (await db.RowsAsync(selection.Ids, CancellationToken.None)).Count < selection.Ids.Count)
                {
                    return (Keys: new List<ApiKey>(), Revoked: new List<Guid>(), MayBeMore: false, IsAbsent: true);
                }

                var ids = await selection.ResolveAsync(db, MostAtOnce + 1, CancellationToken.None);
                var keys = await db.RowsAsync([.. ids.Take(MostAtOnce)], CancellationToken.None);
                return (Keys: keys, Revoked: await RevokeAsync(db, keys, trimmed, caller), MayBeMore: ids.Count > MostAtOnce, IsAbsent: false);
            },
            done =>
            {
                foreach (var stored in done.Keys)
                {
                    if (ring.Find(stored.Key) is { } before)
                    {
                        ring.Renew(KeyRingLoader.Changed(before, stored));
                    }
                }
            },
            cancellationToken);
        if (revoked.IsAbsent)
        {
            return new Error(ErrorReason.NotFound);
        }

        var changed = revoked.Keys.Select(k => k.Id).ToList();
        if (changed.Count > 0)
        {
            feed.Publish(caller.TenantId, KeyChange.Keys, changed);
        }

        return await memory.FenceAsync([.. revoked.Keys.Select(KeyFences.Of)]) ? new BulkRevoked(revoked.Revoked, revoked.MayBeMore) : KeyFences.NotProven;
    }

    /// <returns>Those that this act has revoked, and not the clock before it.</returns>
    private async Task<List<Guid>> RevokeAsync(DashboardDbContext db, List<ApiKey> keys, string? reason, Caller caller)
    {
        var revoked = new List<Guid>();
        // Each look at what is tracked would compare everything that is; once, at the saving, is enough.
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        foreach (var key in keys)
        {
            await pauses.PassAsync(db, key);
            if (!key.Revoke(clock.GetUtcNow(), reason))
            {
                continue;
            }

            revoked.Add(key.Id);
            key.RevokedBy(await audit.AppendAsync(db, new AuditEvent(AuditActions.KeyRevoked, key.Id, new JsonObject { ["name"] = key.Name, ["reason"] = reason }), caller));
        }

        db.ChangeTracker.AutoDetectChangesEnabled = true;
        return revoked;
    }
}
