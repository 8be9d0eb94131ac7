namespace SalesOs.Dashboard.Tests;

/// <summary>What a piece of code takes from the heap.</summary>
internal static class Allocations
{
    private const int Runs = 10;

    /// <summary>The bytes that the calling thread allocates in one run of what is warm already: the least of ten runs.</summary>
    /// <remarks>
    /// A background collection that another test causes ends this thread's allocation context, and the unused rest of it (less than 8 KiB) then counts as
    /// allocated. What the code itself allocates is in each run.
    /// </remarks>
    public static long Of(Action warm)
    {
        var least = long.MaxValue;
        for (var run = 0; run < Runs; run++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            warm();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
