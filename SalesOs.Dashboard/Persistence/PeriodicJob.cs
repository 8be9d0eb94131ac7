namespace SalesOs.Dashboard.Persistence;

/// <summary>
/// Bookkeeping that comes round while the program runs. What a round meets is told of, and the next one comes in its time: a fault that escaped would stop
/// the host, and with it the gate. What the last round leaves is done by <see cref="BackgroundService.StopAsync"/> or after the next start.
/// </summary>
/// <param name="every">From the begin of a round to that of the next; one that takes longer is followed at once.</param>
/// <param name="atStart">Whether the first round comes with the program's start rather than after <paramref name="every"/>.</param>
public abstract class PeriodicJob(TimeSpan every, TimeProvider clock, bool atStart = false) : BackgroundService
{
    protected TimeProvider Clock { get; } = clock;

    protected abstract Task RoundAsync(CancellationToken cancellationToken);

    /// <summary>Tells the operator what a round met.</summary>
    protected abstract void Failed(Exception fault);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, Clock);
        try
        {
            if (!atStart)
            {
                await timer.WaitForNextTickAsync(stoppingToken);
            }

            do
            {
                try
                {
                    await RoundAsync(stoppingToken);
                }
                catch (Exception fault) when (fault is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
                {
                    Failed(fault);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }
}
