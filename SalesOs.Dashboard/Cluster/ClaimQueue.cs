using System.Collections.Concurrent;

namespace SalesOs.Dashboard.Cluster;

/// <summary>
/// Group commit: what waits goes together when a place in the line is free, as soon as the requests that are there already have added theirs. At rest a claim goes alone and at
/// once; under load a batch is also what came while the last ones were away.
/// </summary>
/// <param name="send">Sends a batch and comes back with what was answered, null for nothing. Must not throw.</param>
/// <param name="answer">Gives each claim its answer, once the place is free for the next batch. Must not throw.</param>
internal sealed class ClaimQueue(
    Func<IReadOnlyList<PendingClaim>, Task<byte[]?>> send, Action<IReadOnlyList<PendingClaim>, byte[]?> answer, int mostUnderWay, int mostAtOnce)
{
    private readonly ConcurrentQueue<PendingClaim> waiting = new();
    private int underWay;
    private int isDue;

    public void Add(PendingClaim claim)
    {
        waiting.Enqueue(claim);
        if (Volatile.Read(ref underWay) < mostUnderWay && Interlocked.Exchange(ref isDue, 1) == 0)
        {
            // Behind the requests that are there already, whose claims then go along.
            ThreadPool.UnsafeQueueUserWorkItem(static queue => queue.PumpDue(), this, preferLocal: false);
        }
    }

    /// <summary>Takes all that waits.</summary>
    public IEnumerable<PendingClaim> Drain()
    {
        while (waiting.TryDequeue(out var claim))
        {
            yield return claim;
        }
    }

    private void PumpDue()
    {
        Interlocked.Exchange(ref isDue, 0);
        Pump();
    }

    private void Pump()
    {
        // Whoever gives a place back looks once more: what comes after a look that found no place is seen by that one.
        while (!waiting.IsEmpty && TryTakePlace())
        {
            var batch = new List<PendingClaim>();
            while (batch.Count < mostAtOnce && waiting.TryDequeue(out var claim))
            {
                batch.Add(claim);
            }

            if (batch.Count == 0)
            {
                Interlocked.Decrement(ref underWay);
            }
            else
            {
                _ = SendAsync(batch);
            }
        }
    }

    private bool TryTakePlace()
    {
        var taken = Volatile.Read(ref underWay);
        while (taken < mostUnderWay)
        {
            var before = Interlocked.CompareExchange(ref underWay, taken + 1, taken);
            if (before == taken)
            {
                return true;
            }

            taken = before;
        }

        return false;
    }

    private async Task SendAsync(List<PendingClaim> batch)
    {
        var answered = await send(batch);
        Interlocked.Decrement(ref underWay);
        Pump();
        answer(batch, answered);
    }
}
