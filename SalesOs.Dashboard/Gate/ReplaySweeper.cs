using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Gate;

/// <summary>Each second, gives back what single use need no longer remember, and tells of a clock that has stepped, also while no request comes.</summary>
internal sealed partial class ReplaySweeper : PeriodicJob
{
    private readonly ReplayMemory replays;
    private readonly ILogger<ReplaySweeper> logger;

    public ReplaySweeper(ReplayMemory replays, TimeProvider clock, ILogger<ReplaySweeper> logger)
        : base(TimeSpan.FromSeconds(1), clock)
    {
        this.replays = replays;
        this.logger = logger;
    }

    protected override Task RoundAsync(CancellationToken cancellationToken)
    {
        replays.Look();
        return Task.CompletedTask;
    }

    protected override void Failed(Exception fault) => SweepFailed(fault);

    [LoggerMessage(3002, LogLevel.Error, "The memory of single use could not be swept.")]
    private partial void SweepFailed(Exception fault);
}
