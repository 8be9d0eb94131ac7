using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.SignIn;

/// <summary>Ends the sessions that are past their limits, also of pages that nobody touches. Apart from <see cref="SessionChecks"/>, so that a provider that hangs holds up no session's end.</summary>
internal sealed partial class SessionSweeper(Sessions sessions, TimeProvider time, ILogger<SessionSweeper> logger) : PeriodicJob(TimeSpan.FromSeconds(5), time)
{
    protected override Task RoundAsync(CancellationToken cancellationToken)
    {
        sessions.Sweep();
        return Task.CompletedTask;
    }

    [LoggerMessage(4023, LogLevel.Error, "Sessions that are past their limits could not be ended; it is tried again in 5 seconds. None of them opens anything meanwhile.")]
    protected override partial void Failed(Exception fault);
}
