using SalesOs.Dashboard.Notices;

namespace SalesOs.Dashboard.Components.Notices;

/// <summary>Follows the tenant's feed of notices for one open page: the first change is told at once, those that follow are gathered, at most twice a second.</summary>
internal sealed class LiveNotices : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Lock sync = new();
    private readonly TimeProvider clock;
    private readonly Action tell;
    private readonly ITimer timer;
    private readonly IDisposable subscription;
    private long? toldAt;
    private bool scheduled;
    private bool disposed;

    /// <param name="tell">Called on a timer's thread.</param>
    public LiveNotices(NoticeFeed feed, string tenantId, TimeProvider clock, Action tell)
    {
        this.clock = clock;
        this.tell = tell;
        timer = clock.CreateTimer(_ => Tell(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        subscription = feed.Listen(tenantId, Schedule);
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

    private void Schedule()
    {
        lock (sync)
        {
            if (!scheduled && !disposed)
            {
                scheduled = true;
                var wait = toldAt is { } last ? Interval - clock.GetElapsedTime(last) : TimeSpan.Zero;
                timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Tell()
    {
        lock (sync)
        {
            (scheduled, toldAt) = (false, clock.GetTimestamp());
        }

        tell();
    }
}
