using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices;

/// <summary>Deletes notices and deliveries that are no longer kept, every ten minutes and a little at a time: a change that people wait for waits for one batch at most.</summary>
internal sealed partial class NoticeSweeper(Database database, TimeProvider clock, ILogger<NoticeSweeper> logger) : PeriodicJob(TimeSpan.FromMinutes(10), clock)
{
    /// <summary>After they have come to their end, with their attempts and what was answered.</summary>
    public static readonly TimeSpan DeliveriesKept = TimeSpan.FromDays(30);

    /// <summary>In the bell, and so that what is told once is not told again.</summary>
    public static readonly TimeSpan NoticesKept = TimeSpan.FromDays(90);

    private const int BatchSize = 500;

    private const string OldDeliveries = """
        DELETE FROM "notice_deliveries" WHERE "Id" IN (SELECT "Id" FROM "notice_deliveries" WHERE "DoneAt" IS NOT NULL AND "DoneAt" < {0} LIMIT {1})
        """;

    private const string OldNotices = """
        DELETE FROM "notices" WHERE "Id" IN (SELECT "Id" FROM "notices" WHERE "At" < {0} AND "IsSpread" LIMIT {1})
        """;

    /// <summary>Those that were told of a key alone which is gone; once its last notices are spread.</summary>
    private const string Orphans = """
        DELETE FROM "notice_emails" WHERE "Id" IN (
          SELECT e."Id" FROM "notice_emails" e WHERE e."KeyId" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "api_keys" k WHERE k."Id" = e."KeyId")
            AND NOT EXISTS (SELECT 1 FROM "notice_deliveries" d WHERE d."ReceiverId" = e."Id" AND d."State" = 0)
            AND NOT EXISTS (SELECT 1 FROM "notices" n WHERE NOT n."IsSpread") LIMIT {0})
        """;

    /// <summary>Deletes all that is too old now.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken = default)
    {
        var now = Clock.GetUtcNow();
        await DeleteAsync(OldDeliveries, [(now - DeliveriesKept).ToUnixTimeMilliseconds(), BatchSize], cancellationToken);
        await DeleteAsync(OldNotices, [(now - NoticesKept).ToUnixTimeMilliseconds(), BatchSize], cancellationToken);
        await DeleteAsync(Orphans, [BatchSize], cancellationToken);
    }

    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        await using var round = await database.TryTakeAsync("sweeping of old notices", cancellationToken);
        if (round is not null)
        {
            await SweepAsync(cancellationToken);
        }
    }

    [LoggerMessage(2305, LogLevel.Error, "Old notices could not be deleted; it is tried again in ten minutes.")]
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
