using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;
using Database = SalesOs.Dashboard.Persistence.Database;

namespace SalesOs.Dashboard.Usage;

/// <summary>How keys are normally used, from the hours that are on record; at most a second behind.</summary>
public sealed class RhythmQuery(Database database, TimeProvider clock)
{
    /// <summary>One key's silence and rhythm. Needs <c>admin.integrations</c> or <c>audit.integrations</c>.</summary>
    public async Task<Result<KeySilence>> OfAsync(Guid keyId, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        return (await db.RowsAsync([keyId], cancellationToken)).SingleOrDefault() is { } key
            ? await OfAsync(db, key, clock.GetUtcNow(), cancellationToken)
            : new Error(ErrorReason.NotFound);
    }

    internal static async Task<KeySilence> OfAsync(DashboardDbContext db, ApiKey key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var from = (now - Rhythm.Span).ToUnixTimeSeconds();
        var letIn = CountedAs.Of(Verdict.LetIn);
        var hours = await db.Set<UsageCount>()
            .Where(c => c.KeyId == key.Id && c.Step == UsageStep.Hour && c.At >= from && c.Counted == letIn)
            .Select(c => c.At).Distinct()
            .ToListAsync(cancellationToken);
        return new KeySilence(key.LastUsedAt, key.LastUsedAt ?? key.CreatedAt, new Rhythm(hours));
    }
}
