namespace SalesOs.Dashboard.Hosting.Demo;

/// <summary>The clock of the demo's past: it shows the time of the event that is told next.</summary>
internal sealed class DemoClock(DateTimeOffset start) : TimeProvider
{
    private DateTimeOffset now = start;

    public override DateTimeOffset GetUtcNow() => now;

    public void Set(DateTimeOffset time) => now = time;
}
