using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Usage.Watch;

/// <summary>
/// Looks at each batch of usage for what people are told of: an address that is new, an hour that is far too busy, bad signatures, a revoked key that is still tried, a limit that is
/// reached. It decides in the transaction of the counts, in which those of all nodes meet, and asks the database only for what the batch brings that is not known. The gate knows
/// nothing of it.
/// </summary>
public sealed class UsageWatch(NoticeOutbox outbox, UsageRetention retention)
{
    /// <summary>An address that was not seen for so long is new again.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromDays(90);

    private const long DaySeconds = 86_400;

    private readonly WatchMemory memory = new();

    /// <summary>The oldest day (since 1970) that an address is remembered of; the settings may keep less than <see cref="Remembered"/>.</summary>
    public static int OldestRemembered(UsageRetention retention, DateTimeOffset now) => (int)(now.ToUnixTimeSeconds() / DaySeconds) - DaysOf(retention);

    /// <summary>For one batch, in the transaction of <paramref name="db"/>.</summary>
    internal BatchWatch Begin(DashboardDbContext db) => new(db, outbox, memory, DaysOf(retention));

    /// <summary>Once the batch is committed.</summary>
    internal void Written(WatchFindings found) => memory.Keep(found);

    private static int DaysOf(UsageRetention retention) => (int)Math.Min(retention.Longest.TotalDays, Remembered.TotalDays);
}
