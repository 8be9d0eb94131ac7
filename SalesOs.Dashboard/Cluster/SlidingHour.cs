namespace SalesOs.Dashboard.Cluster;

/// <summary>
/// The rate limit's memory of one key: 61 buckets of one minute, the current one and the 60 before it. Their sum is never below what any
/// 3,600 s up to now hold, so the limit holds in every such span and is at most 60 s stricter than an exact one. Not safe for threads by itself.
/// </summary>
internal struct SlidingHour
{
    public const int Buckets = 61;

    private int[]? counts;
    private long newest;
    private long oldest;
    private int sum;

    /// <summary>Requests granted in the buckets up to <paramref name="minute"/>.</summary>
    public int SumAt(long minute)
    {
        Advance(minute);
        return sum;
    }

    public void Add(long minute, int count)
    {
        Advance(minute);
        counts ??= new int[Buckets];
        if (sum == 0)
        {
            oldest = newest;
        }

        counts[newest % Buckets] += count;
        sum += count;
    }

    /// <summary>Puts back what was recorded before a restart; minutes must come in ascending order.</summary>
    public void Restore(long minute, int count) => Add(minute, count);

    /// <summary>Unix seconds at which the sum falls below <paramref name="limit"/>, or, where it is below already, by at least one.</summary>
    public long ResetAt(int limit, long nowSeconds)
    {
        var mustGo = Math.Max(1, sum - limit + 1);
        for (var minute = oldest; minute <= newest && sum > 0; minute++)
        {
            mustGo -= counts![minute % Buckets];
            if (mustGo <= 0)
            {
                return (minute + Buckets) * 60;
            }
        }

        return nowSeconds;
    }

    private void Advance(long minute)
    {
        if (minute < newest - Buckets)
        {
            Rebase(minute);
            return;
        }

        // A clock that jumps back hands out nothing: the newest bucket goes on.
        if (minute <= newest)
        {
            return;
        }

        if (counts is not null && sum > 0)
        {
            for (var gone = oldest; gone <= minute - Buckets && gone <= newest; gone++)
            {
                sum -= counts[gone % Buckets];
                counts[gone % Buckets] = 0;
            }

            oldest = Math.Max(oldest, minute - Buckets + 1);
            while (sum > 0 && counts[oldest % Buckets] == 0)
            {
                oldest++;
            }
        }

        newest = minute;
    }

    /// <summary>
    /// The clock has jumped back by more than the hour: what was granted counts as granted now, so that nothing is handed out anew and the key is
    /// not bound until the clock is where it had been.
    /// </summary>
    private void Rebase(long minute)
    {
        newest = minute;
        oldest = minute;
        if (counts is not null)
        {
            Array.Clear(counts);
            counts[minute % Buckets] = sum;
        }
    }
}
