namespace SalesOs.Dashboard.ApiKeys;

/// <summary>When the next reminder of the key's expiry is due.</summary>
public sealed partial class ApiKey
{
    /// <summary>Unix milliseconds; <see cref="long.MaxValue"/>: none is left. Null for a key that never expires, and for one of a release that reminded nobody.</summary>
    public long? RemindAt { get; private set; }

    /// <summary>An expiry that was set anew is reminded of anew. One that is past already, as a policy's date is, is told of at once: nobody has set it who would know that the key stopped.</summary>
    /// <param name="before"><see cref="ExpiryOrder"/> before.</param>
    private void PlanReminders(long before, DateTimeOffset now)
    {
        if (before != ExpiryOrder)
        {
            RemindAt = ExpiresAt is not { } end ? null : end <= now ? ExpiryOrder : ExpiryReminder.NextAfter(end, now.ToUnixTimeMilliseconds());
        }
    }
}
