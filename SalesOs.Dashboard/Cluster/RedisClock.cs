namespace SalesOs.Dashboard.Cluster;

/// <summary>How far Redis's clock, by which the window is judged in the end, is from this node's.</summary>
internal sealed partial class RedisClock(TimeProvider clock, ILogger logger)
{
    /// <summary>Seconds beyond which the operator is told.</summary>
    public const int MostSkew = 2;

    private long ahead;

    /// <summary>When Redis last answered; it is exact to a second.</summary>
    public long AheadSeconds => Interlocked.Read(ref ahead);

    /// <param name="redisSeconds">Redis's clock as it answers, Unix seconds.</param>
    public void Note(long redisSeconds)
    {
        var now = redisSeconds - clock.GetUtcNow().ToUnixTimeSeconds();
        var before = Interlocked.Exchange(ref ahead, now);
        if (Math.Abs(now) > MostSkew && Math.Abs(before) <= MostSkew)
        {
            Skewed(now);
        }
    }

    [LoggerMessage(1517, LogLevel.Warning, "Redis's clock is {Seconds} s ahead of this node's. It decides which requests are too old; correct the one that is wrong.")]
    private partial void Skewed(long seconds);
}
