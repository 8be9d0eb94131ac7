using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Cluster;

/// <summary>Each second, gives back what single use need no longer remember, and tells of a clock that has stepped, also while no request comes.</summary>
internal sealed partial class ReplaySweeper(ReplayMemory replays, TimeProvider clock, ILogger<ReplaySweeper> logger) : PeriodicJob(TimeSpan.FromSeconds(1), clock)
{
    protected override Task RoundAsync(CancellationToken cancellationToken)
    {
        replays.Look();
        return Task.CompletedTask;
    }

    protected override void Failed(Exception fault) => SweepFailed(fault);

    [LoggerMessage(1502, LogLevel.Error, "The memory of single use could not be swept.")]
    private partial void SweepFailed(Exception fault);
}
