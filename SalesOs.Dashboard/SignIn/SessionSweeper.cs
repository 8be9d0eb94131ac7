using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.SignIn;

/// <summary>
/// Keeps the stored sessions and the open pages in step: writes which sessions were used, ends the pages of those that ended elsewhere, and ends those that are past
/// their limits, also of pages that nobody touches. Apart from <see cref="SessionChecks"/>, so that a provider that hangs holds up no session's end.
/// </summary>
internal sealed partial class SessionSweeper : PeriodicJob
{
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromSeconds(5);

    private readonly Sessions sessions;
    private readonly RepeatedLines lines;
    private readonly ILogger<SessionSweeper> logger;
    private long sweptAt;

    public SessionSweeper(Sessions sessions, IFeed feed, TimeProvider time, RepeatedLines lines, ILogger<SessionSweeper> logger)
        : base(Sessions.Fresh, time)
    {
        (this.sessions, this.lines, this.logger) = (sessions, lines, logger);
        sweptAt = time.GetTimestamp();
        var told = new WorkInTurn(WatchPagesAsync);
        feed.Listen(Topic.SessionEnded, _ => told.Ask());
    }

    /// <summary>Who acted in the last second is still signed in for as long after a restart.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await sessions.WriteAsync();
        }
        catch (Exception fault)
        {
            Failed(fault);
        }
    }

    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        await sessions.WriteAsync();
        await sessions.WatchPagesAsync();
        if (Clock.GetElapsedTime(sweptAt) >= BetweenSweeps)
        {
            sweptAt = Clock.GetTimestamp();
            await sessions.SweepAsync();
        }
    }

    /// <summary>Another node has ended sessions: its pages leave at once rather than with the next round.</summary>
    private async Task WatchPagesAsync()
    {
        try
        {
            await sessions.WatchPagesAsync();
        }
        catch (Exception fault)
        {
            Failed(fault);
        }
    }

    protected override void Failed(Exception fault) => lines.Tell("Rounds over the sessions that failed", () => LogFailed(fault));

    [LoggerMessage(4023, LogLevel.Error, "Sessions that are past their limits could not be ended, or their use not be written; it is tried again in a second. None that has ended opens anything meanwhile.")]
    private partial void LogFailed(Exception fault);
}
