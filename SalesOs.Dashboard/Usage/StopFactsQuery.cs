using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;
using Database = SalesOs.Dashboard.Persistence.Database;

namespace SalesOs.Dashboard.Usage;

/// <summary>What stops when keys are revoked; at most a second behind.</summary>
/// <param name="Keys">Those that can still be revoked; at most <see cref="StopFactsQuery.MostKeys"/>.</param>
/// <param name="Requests">Let in during the last 24 hours.</param>
/// <param name="Addresses">That these came from.</param>
/// <param name="Latest">Null: none of them was ever used.</param>
/// <param name="IsWhole">False: more keys are meant than were looked at, so that all figures are "at least".</param>
/// <param name="Silence">Of a single key; null for several.</param>
public sealed record StopFacts(int Keys, long Requests, int Addresses, LatestCall? Latest, bool IsWhole, KeySilence? Silence = null);

/// <param name="Address">Null when the server did not know it.</param>
/// <param name="Agent">Null when none was sent.</param>
public sealed record LatestCall(string Key, DateTimeOffset At, string? Address, string? Agent);

/// <summary>The facts that somebody should see before they revoke keys.</summary>
public sealed class StopFactsQuery(Database database, TimeProvider clock)
{
    public const int MostKeys = 2000;

    private const long Day = 86_400;
    private const int ChunkSize = 500;

    /// <summary>Needs <c>admin.integrations</c> or <c>audit.integrations</c>.</summary>
    public async Task<Result<StopFacts>> OfAsync(KeySelection selection, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        var ids = await selection.ResolveAsync(db, MostKeys + 1, cancellationToken);
        var whole = ids.Count <= MostKeys;
        var requests = 0L;
        var addresses = new HashSet<string>(StringComparer.Ordinal);
        LatestCall? latest = null;
        KeySilence? silence = null;
        foreach (var chunk in ids.Take(MostKeys).Chunk(ChunkSize))
        {
            requests += await RequestsAsync(db, chunk, cancellationToken);
            addresses.UnionWith(await AddressesAsync(db, chunk, cancellationToken));
            var keys = await db.RowsAsync(chunk, cancellationToken);
            if (ids.Count == 1 && keys is [var only])
            {
                silence = await RhythmQuery.OfAsync(db, only, clock.GetUtcNow(), cancellationToken);
            }

            var last = keys.Where(k => k.LastUsedAt is not null).MaxBy(k => k.LastUsedAt);
            if (last is { LastUsedAt: { } at } && !(latest?.At >= at))
            {
                latest = new LatestCall(last.Name, at, last.LastUsedIp, last.LastUsedAgent);
            }
        }

        return new StopFacts(Math.Min(ids.Count, MostKeys), requests, addresses.Count, latest, whole, silence);
    }

    /// <summary>The minutes of the hour in which the 24 hours begin, and the whole hours since.</summary>
    private async Task<long> RequestsAsync(DashboardDbContext db, Guid[] ids, CancellationToken cancellationToken)
    {
        var from = clock.GetUtcNow().ToUnixTimeSeconds() - Day;
        var firstMinute = UsageSteps.StartOf(UsageStep.Minute, from);
        var firstHour = UsageSteps.StartOf(UsageStep.Hour, firstMinute + UsageSteps.SecondsOf(UsageStep.Hour) - 1);
        // Two statements, each a range of the primary key; one with an "or" would read all that is kept of each key.
        return await SumAsync(db, ids, UsageStep.Hour, firstHour, long.MaxValue, cancellationToken)
            + await SumAsync(db, ids, UsageStep.Minute, firstMinute, firstHour, cancellationToken);
    }

    private static Task<long> SumAsync(DashboardDbContext db, Guid[] ids, UsageStep step, long from, long before, CancellationToken cancellationToken)
    {
        var letIn = CountedAs.Of(Verdict.LetIn);
        return db.Set<UsageCount>()
            .Where(c => ids.Contains(c.KeyId) && c.Step == step && c.At >= from && c.At < before && c.Counted == letIn)
            .SumAsync(c => c.Count, cancellationToken);
    }

    private async Task<List<string>> AddressesAsync(DashboardDbContext db, Guid[] ids, CancellationToken cancellationToken)
    {
        var from = clock.GetUtcNow().AddSeconds(-Day);
        return await db.Set<KeyCaller>()
            .Where(c => ids.Contains(c.KeyId) && c.LastSeenAt >= from && c.Address != "")
            .Select(c => c.Address).Distinct()
            .ToListAsync(cancellationToken);
    }
}
