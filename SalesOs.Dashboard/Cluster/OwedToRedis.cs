using System.Collections.Concurrent;

namespace SalesOs.Dashboard.Cluster;

/// <summary>What is to be given back once Redis can be asked; what has left the window, and what is too much, falls.</summary>
internal sealed class OwedToRedis(int windowSeconds)
{
    private const int Most = 10_000;

    private readonly ConcurrentQueue<PendingClaim> debts = new();

    public void Add(PendingClaim debt)
    {
        if (debts.Count < Most)
        {
            debts.Enqueue(debt);
        }
    }

    public IReadOnlyList<PendingClaim> Take()
    {
        var taken = new List<PendingClaim>();
        while (debts.TryDequeue(out var debt))
        {
            if (TimeProvider.System.GetElapsedTime(debt.Since) < TimeSpan.FromSeconds(2 * windowSeconds))
            {
                taken.Add(debt);
            }
        }

        return taken;
    }
}
