namespace SalesOs.Dashboard.ApiKeys;

/// <summary>When the gate refuses a key for a while, and what it does afterwards. The clock alone begins and ends it: nothing has to run for that.</summary>
public sealed class RingPause
{
    /// <summary>Unix milliseconds; the pause is over from that millisecond on. <see cref="long.MaxValue"/>: until somebody resumes the key.</summary>
    public required long Until { get; init; }

    /// <summary>The key is revoked from <see cref="Until"/> on.</summary>
    public required bool ThenRevoked { get; init; }

    public required PauseAnswer Answer { get; init; }

    /// <param name="now">Unix milliseconds.</param>
    public bool StandsAt(long now) => now < Until;

    /// <param name="now">Unix milliseconds.</param>
    public bool HasRevokedAt(long now) => ThenRevoked && now >= Until;

    /// <summary>Whole seconds until the key may be used again, at least 1; null where nobody knows.</summary>
    /// <param name="now">Unix milliseconds.</param>
    public int? SecondsLeft(long now) => Until == long.MaxValue ? null : (int)Math.Clamp((Until - now + 999) / 1000, 1, int.MaxValue);
}
