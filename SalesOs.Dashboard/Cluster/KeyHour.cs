namespace SalesOs.Dashboard.Cluster;

/// <summary>The rate limiter's hour of one key, for any thread.</summary>
internal sealed class KeyHour
{
    private readonly Lock sync = new();
    private SlidingHour hour;

    /// <summary>Takes one, if one is left.</summary>
    public Grant TryGrant(int limit, long nowMilliseconds)
    {
        var minute = nowMilliseconds / 60_000;
        lock (sync)
        {
            var sum = hour.SumAt(minute);
            var granted = sum < limit;
            if (granted)
            {
                hour.Add(minute, 1);
                sum++;
            }

            return new Grant(granted, Math.Max(0, limit - sum), hour.ResetAt(limit, nowMilliseconds / 1000));
        }
    }

    /// <summary>How it stands; takes nothing.</summary>
    public Grant Peek(int limit, long nowMilliseconds)
    {
        lock (sync)
        {
            var sum = hour.SumAt(nowMilliseconds / 60_000);
            return new Grant(sum < limit, Math.Max(0, limit - sum), hour.ResetAt(limit, nowMilliseconds / 1000));
        }
    }

    public int UsedAt(long nowMilliseconds)
    {
        lock (sync)
        {
            return hour.SumAt(nowMilliseconds / 60_000);
        }
    }

    /// <summary>Puts back what was recorded before a restart; minutes must come in ascending order.</summary>
    public void Restore(long minute, int count)
    {
        lock (sync)
        {
            hour.Restore(minute, count);
        }
    }
}
