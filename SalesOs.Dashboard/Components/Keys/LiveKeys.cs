using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.Keys;

/// <summary>
/// Follows the tenant's key feed for one open page: the first change is told at once, those that follow are gathered, so that the page asks the
/// service at most twice a second however many requests come in.
/// </summary>
public sealed class LiveKeys : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Lock sync = new();
    private readonly TimeProvider clock;
    private readonly Action<KeyChange> tell;
    private readonly ITimer timer;
    private readonly IDisposable subscription;
    private KeyChange? pending;
    private bool scheduled;
    private long toldAt;
    private bool disposed;

    /// <param name="tell">Called on a timer's thread; <see cref="KeyChange.Keys"/> where both kinds were gathered, since a new list has the figures too.</param>
    /// <param name="concerns">Whether a change of these keys is worth telling; null: every change is.</param>
    public LiveKeys(KeyFeed feed, string tenantId, TimeProvider clock, Action<KeyChange> tell, Func<IReadOnlyCollection<Guid>, bool>? concerns = null)
    {
        this.clock = clock;
        this.tell = tell;
        toldAt = clock.GetTimestamp() - (long)(Interval.TotalSeconds * clock.TimestampFrequency);
        timer = clock.CreateTimer(_ => Tell(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        subscription = feed.Listen(tenantId, (change, ids) =>
        {
            if (concerns is null || concerns(ids))
            {
                Gather(change);
            }
        });
    }

    public void Dispose()
    {
        lock (sync)
        {
            disposed = true;
        }

        subscription.Dispose();
        timer.Dispose();
    }

    private void Gather(KeyChange change)
    {
        lock (sync)
        {
            pending = pending == KeyChange.Keys ? KeyChange.Keys : change;
            if (!scheduled && !disposed)
            {
                scheduled = true;
                var wait = Interval - clock.GetElapsedTime(toldAt);
                timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Tell()
    {
        KeyChange? change;
        lock (sync)
        {
            (change, pending) = (pending, null);
            scheduled = false;
            toldAt = clock.GetTimestamp();
        }

        if (change is { } told)
        {
            tell(told);
        }
    }
}
