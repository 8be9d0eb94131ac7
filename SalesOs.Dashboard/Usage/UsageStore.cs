using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Usage.Rotations;
using SalesOs.Dashboard.Usage.Watch;
using Database = SalesOs.Dashboard.Persistence.Database;

namespace SalesOs.Dashboard.Usage;

/// <summary>The database's side of the counts: adds a batch to it, and reads the last hour back at the start.</summary>
public sealed class UsageStore(Database database, UsageRecorder recorder, KeyRing ring, SharedFigures figures, UsageWatch watch, TimeProvider clock)
{
    /// <summary>A latest use that lies ahead of the clock was noted by one that stood wrong.</summary>
    private const string AddToKey = """
        UPDATE "api_keys" SET "UsageCount" = "UsageCount" + @letIn,
          "LastUsedAt" = CASE WHEN @at > COALESCE("LastUsedAt", 0) OR ("LastUsedAt" > @now AND @at BETWEEN 1 AND @now) THEN @at ELSE "LastUsedAt" END,
          "LastUsedIp" = CASE WHEN @at > COALESCE("LastUsedAt", 0) OR ("LastUsedAt" > @now AND @at BETWEEN 1 AND @now) THEN @ip ELSE "LastUsedIp" END,
          "LastUsedAgent" = CASE WHEN @at > COALESCE("LastUsedAt", 0) OR ("LastUsedAt" > @now AND @at BETWEEN 1 AND @now) THEN @agent ELSE "LastUsedAgent" END,
          "LastRequestId" = CASE WHEN @at > COALESCE("LastUsedAt", 0) OR ("LastUsedAt" > @now AND @at BETWEEN 1 AND @now) THEN @request ELSE "LastRequestId" END
        WHERE "Id" = @key
        """;

    /// <summary>One row each for <see cref="UsageStep.Minute"/> (0), <see cref="UsageStep.Hour"/> (1) and <see cref="UsageStep.Day"/> (2).</summary>
    private const string AddToCounts = """
        INSERT INTO "usage_counts" ("TenantId", "KeyId", "Step", "At", "Route", "Counted", "Count")
        VALUES (@tenant, @key, 0, @minute, @route, @counted, @count),
               (@tenant, @key, 1, @hour, @route, @counted, @count),
               (@tenant, @key, 2, @day, @route, @counted, @count)
        ON CONFLICT ("KeyId", "Step", "At", "Route", "Counted") DO UPDATE SET "Count" = "usage_counts"."Count" + excluded."Count"
        """;

    private const string AddToGaps = """
        INSERT INTO "record_gaps" ("TenantId", "KeyId", "CallersForgotten", "CallersMissed", "RefusalsDropped")
        VALUES (@tenant, @key, @forgotten, @missed, @dropped)
        ON CONFLICT ("KeyId") DO UPDATE SET
          "CallersForgotten" = "record_gaps"."CallersForgotten" + excluded."CallersForgotten",
          "CallersMissed" = "record_gaps"."CallersMissed" + excluded."CallersMissed",
          "RefusalsDropped" = "record_gaps"."RefusalsDropped" + excluded."RefusalsDropped"
        """;

    /// <summary>
    /// Adds the batch in one transaction, each count to its minute, its hour and its day at once, so that the steps never disagree; and what people are told of it.
    /// A key that was deleted meanwhile takes its counts along.
    /// </summary>
    internal Task AddAsync(IReadOnlyList<UnwrittenUsage> batch, CancellationToken cancellationToken) =>
        database.WriteAsync(
            tenantId: null,
            async db =>
            {
                await using var watched = watch.Begin(db);
                await using var toKey = new BatchCommand(db, AddToKey, "letIn", "at", "ip", "agent", "request", "now", "key");
                await using var toCounts = new BatchCommand(db, AddToCounts, "tenant", "key", "minute", "hour", "day", "route", "counted", "count");
                await using var toGaps = new BatchCommand(db, AddToGaps, "tenant", "key", "forgotten", "missed", "dropped");
                await using var toCallers = new CallerBatch(db);
                await using var toNoticed = new BatchCommand(db, NoticedCaller.Add, "tenant", "brownOut", "address", "agent", "route", "first", "last", "count", "most");
                await using var toStragglers = new BatchCommand(db, RotationCaller.Add, "tenant", "key", "address", "agent", "route", "first", "last", "count", "most");
                var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
                // In one order on all nodes, so that two batches never wait for each other.
                var ordered = batch.OrderBy(one => one.Usage.Id).ToList();
                var changed = await toKey.RunEachAsync([.. ordered.Select(one => OnKey(one, now))]);
                var kept = ordered.Where((_, i) => changed[i] > 0).ToList();
                await toCounts.RunEachAsync([.. kept.SelectMany(OnCounts)]);
                foreach (var one in kept)
                {
                    foreach (var (who, seen) in (one.Noticed ?? NoticedCallers.None).All)
                    {
                        await (who.BrownOut is { } brownOut
                            ? AddNoticedAsync(toNoticed, one.Usage.TenantId, brownOut, who, seen, NoticedCaller.MostPerBrownOut)
                            : AddNoticedAsync(toStragglers, one.Usage.TenantId, one.Usage.Id, who, seen, RotationCaller.MostPerKey));
                    }

                    await watched.SeeAsync(one);
                }

                var forgotten = await toCallers.AddAsync(kept);
                await toGaps.RunEachAsync([.. kept.Select(one => OnGaps(one, forgotten.GetValueOrDefault(one.Usage.Id))).OfType<object?[]>()]);
                await watched.EndAsync();
                await figures.TellAsync(db, batch);
                return watched.Found;
            },
            watch.Written,
            cancellationToken);

    private static object?[] OnKey(UnwrittenUsage one, long now) =>
        [one.LetIn, one.LastUsedAt, AddressText.Of(one.LastUsedIp), one.LastUsedAgent, RequestIdOf(one), now, one.Usage.Id];

    private static object?[]? OnGaps(UnwrittenUsage one, int forgotten) => forgotten + one.CallersMissed + one.RejectionsDropped > 0
        ? [one.Usage.TenantId, one.Usage.Id, (long)forgotten, one.CallersMissed, one.RejectionsDropped]
        : null;

    private IEnumerable<object?[]> OnCounts(UnwrittenUsage one) => one.Cells.Select(cell =>
    {
        var minute = cell.Minute * 60L;
        var (hour, day) = (UsageSteps.StartOf(UsageStep.Hour, minute), UsageSteps.StartOf(UsageStep.Day, minute));
        return new object?[] { one.Usage.TenantId, one.Usage.Id, minute, hour, day, recorder.RouteName(cell.Route), (int)cell.Counted, (long)cell.Count };
    });

    private static Guid? RequestIdOf(UnwrittenUsage one) => Guid.TryParse(one.LastRequestId, out var id) ? id : null;

    /// <summary>Beyond the bound the caller is noted among the others, so that the counts stay whole.</summary>
    /// <param name="owner">The brown-out, or the old key of a rotation.</param>
    private async Task AddNoticedAsync(BatchCommand add, string tenant, Guid owner, NoticedCallers.Who who, NoticedCallers.Seen seen, int most)
    {
        var route = recorder.RouteName(who.Route);
        if (await add.RunAsync(tenant, owner, AddressText.Of(who.Address) ?? "", who.Agent ?? "", route, seen.First, seen.Last, seen.Count, most) == 0)
        {
            await add.RunAsync(tenant, owner, "", "", route, seen.First, seen.Last, seen.Count, int.MaxValue);
        }
    }

    /// <summary>Restores every key's sliding hour, so that a restart hands out no fresh one. The ring must be loaded, the gate not yet open.</summary>
    public async Task RestoreAsync(OwnMemory memory, CancellationToken cancellationToken = default)
    {
        var from = ((clock.GetUtcNow().ToUnixTimeSeconds() / 60) - SlidingHour.Buckets + 1) * 60;
        await using var db = database.Read(tenantId: null);
        var rows = db.Set<UsageCount>().IgnoreQueryFilters()
            .Where(c => c.Step == UsageStep.Minute && c.At >= from && CountedAs.Granted.Contains(c.Counted))
            .Join(db.Set<ApiKey>().IgnoreQueryFilters(), c => c.KeyId, k => k.Id, (c, k) => new { k.Key, c.At, c.Count })
            .OrderBy(c => c.At)
            .AsAsyncEnumerable();
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            if (ring.Find(row.Key) is { } key)
            {
                memory.Restore(key.Ordinal, row.At / 60, checked((int)row.Count));
            }
        }
    }
}
