namespace SalesOs.Dashboard.Persistence;

/// <summary>
/// Bookkeeping that comes round while the program runs. What a round meets is told of, and the next one comes in its time: a fault that escaped would stop
/// the host, and with it the gate. What the last round leaves is done by <see cref="BackgroundService.StopAsync"/> or after the next start.
/// </summary>
/// <param name="every">From the begin of a round to that of the next; one that takes longer is followed at once.</param>
/// <param name="atStart">Whether the first round comes with the program's start rather than after <paramref name="every"/>.</param>
public abstract class PeriodicJob(TimeSpan every, TimeProvider clock, bool atStart = false) : BackgroundService
{
    private TaskCompletionSource woken = NewSignal();
    private PeriodicTimer? timer;

    protected TimeProvider Clock { get; } = clock;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // The time of the first round counts from here, not from when a thread is free for the job.
        timer = new PeriodicTimer(every, Clock);
        return base.StartAsync(cancellationToken);
    }

    /// <summary>The next round comes at once, or right after the one that runs. May be called by anybody at any time.</summary>
    protected void Wake() => Volatile.Read(ref woken).TrySetResult();

    protected abstract Task RoundAsync(CancellationToken cancellationToken);

    /// <summary>Tells the operator what a round met.</summary>
    protected abstract void Failed(Exception fault);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ticks = timer!;
        var tick = ticks.WaitForNextTickAsync(stoppingToken).AsTask();
        try
        {
            if (!atStart)
            {
                await Task.WhenAny(tick, woken.Task);
            }

            while (true)
            {
                if (tick.IsCompleted)
                {
                    await tick;
                    tick = ticks.WaitForNextTickAsync(stoppingToken).AsTask();
                }

                // Before the round: what wakes it meanwhile may have come too late for it.
                Volatile.Write(ref woken, NewSignal());
                try
                {
                    await RoundAsync(stoppingToken);
                }
                catch (Exception fault) when (fault is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
                {
                    Failed(fault);
                }

                await Task.WhenAny(tick, woken.Task);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
