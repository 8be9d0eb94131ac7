using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Usage.Forecasts;

/// <summary>A key's limit, and whether it stood as long as somebody looks back.</summary>
/// <param name="IsOld">No edit has changed it since, and the log of that time is whole.</param>
internal sealed record RecordedLimit(int Now, bool IsOld)
{
    public static async Task<RecordedLimit> OfAsync(DashboardDbContext db, Guid keyId, int limit, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var oldest = await db.Set<AuditEntry>().OrderBy(e => e.Sequence).Select(e => new { e.Sequence, e.At }).FirstOrDefaultAsync(cancellationToken);
        if (oldest is null || (oldest.Sequence > 1 && oldest.At > since))
        {
            return new RecordedLimit(limit, IsOld: false);
        }

        var edits = await db.Set<AuditEntry>()
            .Where(e => e.KeyId == keyId && e.Action == AuditActions.KeyEdited && e.At >= since)
            .Select(e => e.Canonical)
            .ToListAsync(cancellationToken);
        return new RecordedLimit(limit, edits.TrueForAll(edit => AuditCanonical.Read(edit) is { Detail: { } detail } && detail["before"]?["rate_limit"] is null));
    }
}
