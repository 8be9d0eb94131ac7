using System.Globalization;
using System.Text.Json.Nodes;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices;

/// <summary>Tells a tenant that its audit log does not hold, whoever had it verified; once a day for the same entry.</summary>
internal sealed partial class BrokenLogs(Database database, NoticeOutbox outbox, TimeProvider clock, ILogger<BrokenLogs> logger) : IVerdictFollower
{
    /// <summary>Whoever verifies a log gets its verdict, whether or not the notice can be stored.</summary>
    public async Task FollowAsync(string tenant, ChainVerdict broken)
    {
        // The platform's log is no tenant's, and who runs the program has its lines of log.
        if (broken.FirstBad is not { } sequence || tenant == AuditLog.Platform)
        {
            return;
        }

        try
        {
            var day = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).DayNumber;
            await database.WriteAsync(tenant, db => outbox.AddAsync(
                db,
                tenant,
                NoticeEvent.AuditBroken,
                keyId: null,
                new JsonObject { ["sequence"] = sequence },
                onceKey: string.Create(CultureInfo.InvariantCulture, $"audit.broken:{sequence}:{day}")));
        }
        catch (Exception fault)
        {
            NotTold(fault, sequence);
        }
    }

    [LoggerMessage(2351, LogLevel.Error, "That the audit log does not hold at entry {Sequence} could not be told; it is told when the log is next verified.")]
    private partial void NotTold(Exception fault, long sequence);
}
