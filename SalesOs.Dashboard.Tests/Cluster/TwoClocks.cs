namespace SalesOs.Dashboard.Tests.Cluster;

/// <summary>A wall clock that can be set and a steady one that can't, as a machine has them; time goes on only when the test says so.</summary>
internal sealed class TwoClocks(long seconds) : TimeProvider
{
    private DateTimeOffset wall = DateTimeOffset.FromUnixTimeSeconds(seconds);
    private TimeSpan steady = TimeSpan.FromHours(5);

    public long Seconds => wall.ToUnixTimeSeconds();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => wall;

    public override long GetTimestamp() => steady.Ticks;

    public void Pass(double seconds)
    {
        wall += TimeSpan.FromSeconds(seconds);
        steady += TimeSpan.FromSeconds(seconds);
    }

    /// <summary>Sets the wall clock alone.</summary>
    public void Step(double seconds) => wall += TimeSpan.FromSeconds(seconds);

    /// <summary>The machine starts anew: the steady clock begins again.</summary>
    public void Boot() => steady = TimeSpan.FromSeconds(20);

    /// <summary>Both clocks are set, as a tool that fakes them may do.</summary>
    public void StepBoth(double seconds)
    {
        wall += TimeSpan.FromSeconds(seconds);
        steady += TimeSpan.FromSeconds(seconds);
    }
}
