namespace SalesOs.Dashboard.Notices.Delivery;

/// <summary>When a notice that was not taken is tried again: for more than three days, at first soon, then ever more rarely.</summary>
public static class RetrySchedule
{
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>All tries, the first one too.</summary>
    public static int MostTries => Waits.Length + 1;

    /// <summary>From the end of a try to the next.</summary>
    /// <param name="tries">That there were, from 1.</param>
    /// <returns>Null: it is given up.</returns>
    public static TimeSpan? WaitAfter(int tries) => tries <= Waits.Length ? Waits[tries - 1] : null;
}
