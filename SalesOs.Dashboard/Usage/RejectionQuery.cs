using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;
using Database = SalesOs.Dashboard.Persistence.Database;

namespace SalesOs.Dashboard.Usage;

/// <summary>Refused requests with their diagnosis, for people who may see keys (<c>admin.integrations</c> or <c>audit.integrations</c>).</summary>
public sealed class RejectionQuery(Database database, KeyRing ring)
{
    public const int MaxPerPage = 100;

    private static readonly Error NotFound = new(ErrorReason.NotFound);

    /// <summary>The rejection that answered with this request id; <c>NotFound</c> also for another tenant's.</summary>
    public async Task<Result<RejectionView>> FindAsync(Guid requestId, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        var found = await db.Set<Rejection>()
            .Where(r => r.RequestId == requestId)
            .Join(db.Set<ApiKey>(), r => r.KeyId, k => k.Id, (r, k) => new { Request = r, k.Key })
            .SingleOrDefaultAsync(cancellationToken);
        return found is null ? NotFound : ViewOf(found.Request, ring.Find(found.Key), thorough: true);
    }

    /// <summary>
    /// One page of a key's rejections, newest first. Of a signature over milliseconds only the whole seconds are tried here: all thousand of them cost some milliseconds
    /// for each request, and <see cref="FindAsync"/> tries them.
    /// </summary>
    /// <param name="page">From 1.</param>
    /// <param name="perPage">1–100.</param>
    /// <param name="proven">Only those whose signature held, or only the others; null: both.</param>
    public async Task<Result<RejectionPage>> ListAsync(
        Guid keyId, int page, int perPage, bool? proven, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        if (await db.Set<ApiKey>().Where(k => k.Id == keyId).Select(k => k.Key).SingleOrDefaultAsync(cancellationToken) is not { } apiKey)
        {
            return NotFound;
        }

        var matching = db.Set<Rejection>().Where(r => r.KeyId == keyId && (proven == null || r.Proven == proven));
        var total = await matching.LongCountAsync(cancellationToken);
        var dropped = await db.Set<RecordGap>().Where(g => g.KeyId == keyId).Select(g => g.RejectionsDropped).SingleOrDefaultAsync(cancellationToken);
        var cut = Math.Clamp(perPage, 1, MaxPerPage);
        var skip = (Math.Max(page, 1) - 1L) * cut;
        if (skip >= total)
        {
            return new RejectionPage([], total, dropped);
        }

        var rows = await matching.OrderByDescending(r => r.At).ThenByDescending(r => r.RequestId).Skip((int)skip).Take(cut).ToListAsync(cancellationToken);
        var key = ring.Find(apiKey);
        return new RejectionPage([.. rows.Select(r => ViewOf(r, key, thorough: false))], total, dropped);
    }

    /// <summary>A key that was deleted since the row was read has taken its k1 along, and so will the row be gone.</summary>
    private static RejectionView ViewOf(Rejection request, RingKey? key, bool thorough) =>
        RejectionView.Of(request, key is null ? Culprit.None : SignatureDiagnosis.Of(key.K1, request, thorough));
}
