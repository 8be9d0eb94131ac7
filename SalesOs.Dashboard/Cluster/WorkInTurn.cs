namespace SalesOs.Dashboard.Cluster;

/// <summary>A work that a message asks for: however many ask while it is done, it is done once more after that.</summary>
/// <param name="work">Must not throw.</param>
public sealed class WorkInTurn(Func<Task> work)
{
    private int asked;

    /// <summary>Returns at once.</summary>
    public void Ask()
    {
        if (Interlocked.Increment(ref asked) == 1)
        {
            _ = Task.Run(RunAsync);
        }
    }

    private async Task RunAsync()
    {
        int seen;
        do
        {
            seen = Volatile.Read(ref asked);
            await work();
        }
        while (Interlocked.CompareExchange(ref asked, 0, seen) != seen);
    }
}
