using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Usage;

/// <summary>
/// Writes the counts and the refused requests every <c>Usage:FlushSeconds</c> and once more on stop, after the server has let its last request go.
/// What can't be written waits in memory and is written when the database is well again.
/// </summary>
public sealed partial class UsageWriter(
    UsageRecorder recorder,
    UsageStore store,
    RejectionRecorder rejections,
    RejectionStore rejectionStore,
    KeyFeed feed,
    UsageOptions options,
    TimeProvider clock,
    ILogger<UsageWriter> logger)
    : PeriodicJob(options.FlushEvery, clock)
{
    /// <summary>Keys in one transaction: a change that people wait for waits for one batch at most.</summary>
    private const int BatchSize = 250;

    private readonly SemaphoreSlim flushing = new(1, 1);
    private List<Rejection> unwrittenRejections = [];

    /// <summary>Writes all that was counted and refused before the call. False when the database refused; nothing is lost then.</summary>
    public async Task<bool> FlushAsync(CancellationToken cancellationToken = default)
    {
        await flushing.WaitAsync(cancellationToken);
        try
        {
            // First, so that a page which hears of a new count finds the rejection that it stands for.
            var whole = await FlushRejectionsAsync(cancellationToken);
            return await FlushCountsAsync(cancellationToken) && whole;
        }
        finally
        {
            flushing.Release();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await FlushAsync(CancellationToken.None);
    }

    public override void Dispose()
    {
        flushing.Dispose();
        base.Dispose();
    }

    protected override Task RoundAsync(CancellationToken cancellationToken) => FlushAsync(cancellationToken);

    [LoggerMessage(2503, LogLevel.Error, "Usage could not be written; it is tried again.")]
    protected override partial void Failed(Exception fault);

    private async Task<bool> FlushCountsAsync(CancellationToken cancellationToken)
    {
        // A busy key waits again before its batch is written: until nothing waited any more, one flush could go on for ever.
        var left = recorder.Waiting;
        while (recorder.Take(Math.Min(BatchSize, left)) is { Count: > 0 } batch)
        {
            left -= batch.Count;
            try
            {
                await store.AddAsync(batch, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // The program stops, and writes them then.
                recorder.PutBack(batch);
                throw;
            }
            catch (Exception fault)
            {
                recorder.PutBack(batch);
                NotWritten(fault, batch.Count);
                return false;
            }

            foreach (var tenant in batch.GroupBy(one => one.Usage.TenantId, StringComparer.Ordinal))
            {
                feed.Publish(tenant.Key, KeyChange.Figures, [.. tenant.Select(one => one.Usage.Id)]);
            }
        }

        return true;
    }

    private async Task<bool> FlushRejectionsAsync(CancellationToken cancellationToken)
    {
        var left = rejections.Waiting;
        while (true)
        {
            if (unwrittenRejections.Count == 0)
            {
                unwrittenRejections = rejections.Take(Math.Min(BatchSize, left));
                left -= unwrittenRejections.Count;
            }

            if (unwrittenRejections.Count == 0)
            {
                return true;
            }

            try
            {
                await rejectionStore.AddAsync(unwrittenRejections, cancellationToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                RejectionsNotWritten(fault, unwrittenRejections.Count);
                return false;
            }

            unwrittenRejections = [];
        }
    }

    [LoggerMessage(2500, LogLevel.Error, "The usage of {Keys} keys could not be written; it is kept in memory and tried again.")]
    private partial void NotWritten(Exception fault, int keys);

    [LoggerMessage(2502, LogLevel.Error, "{Requests} refused requests could not be written; they are kept in memory and tried again.")]
    private partial void RejectionsNotWritten(Exception fault, int requests);
}
