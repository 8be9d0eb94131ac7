namespace SalesOs.Dashboard.ApiKeys;

/// <summary>When people are reminded that a key expires.</summary>
public static class ExpiryReminder
{
    /// <summary>Days before the expiry, the earliest first; 0 is the expiry itself.</summary>
    public static IReadOnlyList<int> DaysBefore { get; } = [30, 7, 1, 0];

    /// <summary>The first reminder of an expiry that is due after a moment, in Unix milliseconds; <see cref="long.MaxValue"/>: none is.</summary>
    /// <remarks>Asked with the moment at which the expiry was set it leaves out those that a shorter life has no room for, and the one that would come at once.</remarks>
    /// <param name="moment">Unix milliseconds.</param>
    public static long NextAfter(DateTimeOffset expiresAt, long moment) =>
        DaysBefore.Select(days => expiresAt.AddDays(-days).ToUnixTimeMilliseconds()).Where(at => at > moment).DefaultIfEmpty(long.MaxValue).First();

    /// <summary>Which of <see cref="DaysBefore"/> a reminder is.</summary>
    /// <param name="at">As <see cref="NextAfter"/> gave it.</param>
    public static int DaysOf(DateTimeOffset expiresAt, long at) => (int)(expiresAt - DateTimeOffset.FromUnixTimeMilliseconds(at)).TotalDays;
}
