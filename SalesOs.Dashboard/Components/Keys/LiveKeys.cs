using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.Keys;

/// <summary>
/// Follows the tenant's key feed for one open page: the first change is told at once, those that follow are gathered, so that the page asks the
/// service at most twice a second however many requests come in.
/// </summary>
public sealed class LiveKeys : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Beyond it single ids no longer matter: a page shows at most a hundred.</summary>
    private const int MostIds = 1000;

    private readonly Lock sync = new();
    private readonly TimeProvider clock;
    private readonly Action<KeyNews> tell;
    private readonly ITimer timer;
    private readonly IDisposable subscription;
    private KeyChange? pending;
    private HashSet<Guid>? changed = [];
    private bool scheduled;
    private int pauses;
    private long toldAt;
    private bool disposed;

    /// <param name="tell">Called on a timer's thread.</param>
    /// <param name="concerns">Whether a change of these keys is worth telling; null: every change is.</param>
    public LiveKeys(KeyFeed feed, string tenantId, TimeProvider clock, Action<KeyNews> tell, Func<IReadOnlyCollection<Guid>, bool>? concerns = null)
    {
        this.clock = clock;
        this.tell = tell;
        toldAt = clock.GetTimestamp() - (long)(Interval.TotalSeconds * clock.TimestampFrequency);
        timer = clock.CreateTimer(_ => Tell(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        subscription = feed.Listen(tenantId, (change, ids) =>
        {
            if (concerns is null || concerns(ids))
            {
                Gather(change, ids);
            }
        });
    }

    /// <summary>From now on changes are gathered, but not told until there was a <see cref="Resume"/> for each of these.</summary>
    public void Pause()
    {
        lock (sync)
        {
            pauses++;
        }
    }

    public void Resume()
    {
        lock (sync)
        {
            pauses--;
            Schedule();
        }
    }

    /// <summary>The page loads everything: what was gathered up to now will be in it.</summary>
    public void Forget()
    {
        lock (sync)
        {
            (pending, changed) = (null, []);
        }
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

    private void Gather(KeyChange change, IReadOnlyCollection<Guid> ids)
    {
        lock (sync)
        {
            pending = pending == KeyChange.Keys ? KeyChange.Keys : change;
            changed?.UnionWith(ids);
            changed = changed?.Count > MostIds ? null : changed;
            Schedule();
        }
    }

    private void Schedule()
    {
        if (pending is not null && !scheduled && pauses == 0 && !disposed)
        {
            scheduled = true;
            var wait = Interval - clock.GetElapsedTime(toldAt);
            timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private void Tell()
    {
        KeyNews? news = null;
        lock (sync)
        {
            scheduled = false;
            if (pauses == 0 && pending is { } change)
            {
                news = new KeyNews(change, changed);
                (pending, changed) = (null, []);
                toldAt = clock.GetTimestamp();
            }
        }

        if (news is not null)
        {
            tell(news);
        }
    }
}

/// <param name="Change"><see cref="KeyChange.Keys"/> where both kinds were gathered, since a new list has the figures too.</param>
/// <param name="Ids">Which keys; null: more than are gathered.</param>
public sealed record KeyNews(KeyChange Change, IReadOnlySet<Guid>? Ids);
