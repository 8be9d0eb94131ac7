using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;
using Database = SalesOs.Dashboard.Persistence.Database;

namespace SalesOs.Dashboard.Usage;

/// <summary>
/// Marks the keys that may do more than they were used for in 90 days (<see cref="KeyMark.Excess"/>), every six hours: a list of 100,000 keys is then narrowed by one
/// column of its index, instead of by millions of counts.
/// </summary>
public sealed partial class ExcessMarker(Database database, UsageRecorder recorder, UsageRetention retention, TimeProvider clock, ILogger<ExcessMarker> logger)
    : PeriodicJob(Every, clock)
{
    /// <summary>A key, and scopes that were changed, are judged after so long: what is new may not have been needed yet.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(30);

    /// <summary>A change that people wait for waits for one batch at most.</summary>
    private const int BatchSize = 500;

    private static readonly TimeSpan Every = TimeSpan.FromHours(6);

    /// <summary>Judges all keys as they stand now.</summary>
    public async Task MarkAsync(CancellationToken cancellationToken = default)
    {
        var now = Clock.GetUtcNow();
        var scopes = recorder.ScopesOfRoutes();
        foreach (var batch in (await ToJudgeAsync(now, cancellationToken)).Chunk(BatchSize))
        {
            await using var db = database.Read(tenantId: null);
            var routes = await RoutesAsync(db, batch, now, cancellationToken);
            var keys = await db.Set<ApiKey>().IgnoreQueryFilters().Where(k => batch.Contains(k.Id))
                .Select(k => new { k.Id, k.ScopeText, k.IsExcess, k.CreatedAt, k.ScopesChangedAt }).ToListAsync(cancellationToken);
            var changed = keys
                .Select(k => (k.Id, k.ScopeText, k.IsExcess, Judged: (k.ScopesChangedAt ?? k.CreatedAt) <= now - Patience && IsExcess(k.ScopeText, [.. routes[k.Id]], scopes)))
                .Where(k => k.IsExcess != k.Judged);
            foreach (var alike in changed.GroupBy(k => (k.ScopeText, k.Judged)))
            {
                await WriteAsync([.. alike.Select(k => k.Id)], alike.Key.ScopeText, alike.Key.Judged, cancellationToken);
            }
        }
    }

    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        await using var round = await database.TryTakeAsync("marking of excess keys", cancellationToken);
        if (round is not null)
        {
            await MarkAsync(cancellationToken);
        }
    }

    [LoggerMessage(2506, LogLevel.Error, "Which API keys may do more than they are used for could not be judged; it is tried again in six hours.")]
    protected override partial void Failed(Exception fault);

    /// <param name="routes">That it was let in on; none: it was not used, which is another mark.</param>
    private static bool IsExcess(string scopeText, string[] routes, IReadOnlyDictionary<string, string?> scopes)
    {
        // What a route needs that is not known may be any scope.
        if (routes.Length == 0 || !routes.All(scopes.ContainsKey))
        {
            return false;
        }

        var used = routes.Select(route => scopes[route]).ToHashSet(StringComparer.Ordinal);
        IEnumerable<string> given = scopeText.Length == 0 ? Scopes.All : scopeText.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return !given.All(used.Contains);
    }

    /// <summary>Keys that are marked, and those that were in use lately; of a record that is kept for less than 90 days nothing follows.</summary>
    private async Task<List<Guid>> ToJudgeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (since, isKept) = (now - KeyMarks.Long, retention.Longest >= KeyMarks.Long);
        await using var db = database.Read(tenantId: null);
        return await db.Set<ApiKey>().IgnoreQueryFilters()
            .Where(k => k.IsExcess || (isKept && k.RevokedAt == null && k.LastUsedAt >= since))
            .Select(k => k.Id)
            .ToListAsync(cancellationToken);
    }

    private async Task<ILookup<Guid, string>> RoutesAsync(DashboardDbContext db, Guid[] keys, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var letIn = CountedAs.Of(Verdict.LetIn);
        // Days are whole: one that began before counts as well.
        var from = retention.Longest < KeyMarks.Long ? long.MaxValue : UsageSteps.StartOf(UsageStep.Day, (now - KeyMarks.Long).ToUnixTimeSeconds());
        var used = await db.Set<UsageCount>().IgnoreQueryFilters()
            .Where(c => keys.Contains(c.KeyId) && c.Step == UsageStep.Day && c.At >= from && c.Counted == letIn)
            .Select(c => new { c.KeyId, c.Route }).Distinct()
            .ToListAsync(cancellationToken);
        return used.ToLookup(c => c.KeyId, c => c.Route);
    }

    /// <summary>Not what was edited meanwhile. No edit of the keys: their versions stay.</summary>
    private Task<int> WriteAsync(List<Guid> keys, string scopeText, bool isExcess, CancellationToken cancellationToken) => database.WriteAsync(
        tenantId: null,
        db => db.Set<ApiKey>().IgnoreQueryFilters().Where(k => keys.Contains(k.Id) && k.ScopeText == scopeText)
            .ExecuteUpdateAsync(k => k.SetProperty(x => x.IsExcess, isExcess), CancellationToken.None),
        cancellationToken: cancellationToken);
}
