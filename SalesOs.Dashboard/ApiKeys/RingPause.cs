namespace SalesOs.Dashboard.ApiKeys;

/// <summary>When the gate refuses a key for a while, and what it does afterwards. The clock alone begins and ends it: nothing has to run for that.</summary>
public sealed class RingPause
{
    /// <summary>Unix milliseconds; the pause is over from that millisecond on. <see cref="long.MaxValue"/>: until somebody resumes the key; 0: there are brown-outs alone.</summary>
    public required long Until { get; init; }

    /// <summary>The key is revoked from <see cref="Until"/> on.</summary>
    public required bool ThenRevoked { get; init; }

    public required PauseAnswer Answer { get; init; }

    /// <summary>Those that run or are to come, and some that are over.</summary>
    public IReadOnlyList<BrownOutSpan> BrownOuts { get; init; } = [];

    /// <param name="now">Unix milliseconds.</param>
    public bool StandsAt(long now) => now < Until || BrownOutAt(now) is not null;

    /// <param name="now">Unix milliseconds.</param>
    public bool HasRevokedAt(long now) => ThenRevoked && now >= Until;

    /// <summary>A brown-out never answers as if the credential were no good.</summary>
    /// <param name="now">Unix milliseconds.</param>
    public PauseAnswer AnswerAt(long now) => now < Until ? Answer : PauseAnswer.KeyPaused;

    /// <summary>The brown-out that runs; null: none does.</summary>
    /// <param name="now">Unix milliseconds.</param>
    public BrownOutSpan? BrownOutAt(long now)
    {
        // By index: an enumerator would take memory for each request.
        for (var i = 0; i < BrownOuts.Count; i++)
        {
            if (BrownOuts[i].StandsAt(now))
            {
                return BrownOuts[i];
            }
        }

        return null;
    }

    /// <summary>Whole seconds until the key may be used again, at least 1; null where nobody knows.</summary>
    /// <param name="now">Unix milliseconds.</param>
    public int? SecondsLeft(long now) =>
        Until == long.MaxValue ? null : (int)Math.Clamp((Math.Max(Until, BrownOutAt(now)?.Until ?? 0) - now + 999) / 1000, 1, int.MaxValue);
}
