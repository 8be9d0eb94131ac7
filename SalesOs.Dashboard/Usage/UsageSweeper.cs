using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Usage.Watch;
using Database = SalesOs.Dashboard.Persistence.Database;

namespace SalesOs.Dashboard.Usage;

/// <summary>
/// Deletes what <see cref="UsageRetention"/> no longer keeps, every ten minutes and a little at a time: a change that people wait for waits for one batch at most.
/// </summary>
public sealed partial class UsageSweeper : PeriodicJob
{
    private const int BatchSize = 1000;

    private const string OldCounts = """
        DELETE FROM "usage_counts" WHERE ("KeyId", "Step", "At", "Route", "Counted") IN (
          SELECT "KeyId", "Step", "At", "Route", "Counted" FROM "usage_counts" WHERE "Step" = {0} AND "At" < {1} LIMIT {2})
        """;

    private const string OldCallers = """
        DELETE FROM "key_callers" WHERE ("KeyId", "Address", "Agent") IN (
          SELECT "KeyId", "Address", "Agent" FROM "key_callers" WHERE "LastSeenAt" < {0} LIMIT {1})
        """;

    private const string OldRejections = """
        DELETE FROM "refused_requests" WHERE "RequestId" IN (SELECT "RequestId" FROM "refused_requests" WHERE "At" < {0} LIMIT {1})
        """;

    private const string OldNoticed = """
        DELETE FROM "brown_out_callers" WHERE ("BrownOutId", "Address", "Agent", "Route") IN (
          SELECT "BrownOutId", "Address", "Agent", "Route" FROM "brown_out_callers" WHERE "LastSeenAt" < {0} LIMIT {1})
        """;

    private const string OldStragglers = """
        DELETE FROM "rotation_callers" WHERE ("KeyId", "Address", "Agent", "Route") IN (
          SELECT "KeyId", "Address", "Agent", "Route" FROM "rotation_callers" WHERE "LastSeenAt" < {0} LIMIT {1})
        """;

    private const string OldBlocks = """
        DELETE FROM "key_address_blocks" WHERE ("KeyId", "Block") IN (
          SELECT "KeyId", "Block" FROM "key_address_blocks" WHERE "LastSeenOn" < {0} LIMIT {1})
        """;

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    private readonly Database database;
    private readonly UsageRetention retention;
    private readonly TimeProvider clock;
    private readonly ILogger<UsageSweeper> logger;

    public UsageSweeper(Database database, UsageRetention retention, TimeProvider clock, ILogger<UsageSweeper> logger)
        : base(Every, clock)
    {
        this.database = database;
        this.retention = retention;
        this.clock = clock;
        this.logger = logger;
    }

    /// <summary>Deletes all that is too old now.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken = default)
    {
        var now = clock.GetUtcNow();
        foreach (var step in UsageSteps.All)
        {
            await DeleteAsync(OldCounts, [(int)step, retention.OldestKept(step, now), BatchSize], cancellationToken);
        }

        var oldest = (now - retention.Longest).ToUnixTimeMilliseconds();
        await DeleteAsync(OldCallers, [oldest, BatchSize], cancellationToken);
        await DeleteAsync(OldRejections, [oldest, BatchSize], cancellationToken);
        await DeleteAsync(OldNoticed, [oldest, BatchSize], cancellationToken);
        await DeleteAsync(OldStragglers, [oldest, BatchSize], cancellationToken);
        await DeleteAsync(OldBlocks, [UsageWatch.OldestRemembered(retention, now), BatchSize], cancellationToken);
    }

    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        await using var round = await database.TryTakeAsync("sweeping of old usage", cancellationToken);
        if (round is not null)
        {
            await SweepAsync(cancellationToken);
        }
    }

    [LoggerMessage(2501, LogLevel.Error, "Old usage could not be deleted; it is tried again in ten minutes.")]
    protected override partial void Failed(Exception fault);

    private async Task DeleteAsync(string sql, object[] values, CancellationToken cancellationToken)
    {
        int deleted;
        do
        {
            deleted = await database.WriteAsync(
                tenantId: null, db => db.Database.ExecuteSqlRawAsync(sql, values, CancellationToken.None), cancellationToken: cancellationToken);
        }
        while (deleted == BatchSize);
    }
}
