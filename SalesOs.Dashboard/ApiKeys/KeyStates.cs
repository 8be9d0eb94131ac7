namespace SalesOs.Dashboard.ApiKeys;

/// <summary>What a key is at a moment: some of its states begin and end by the clock alone.</summary>
public static class KeyStates
{
    public static KeyStatus StatusAt(this ApiKey key, DateTimeOffset now) =>
        key.RevokedSince(now) is not null ? KeyStatus.Revoked
        : key.ExpiresAt <= now ? KeyStatus.Expired
        : key.IsPausedAt(now) ? KeyStatus.Paused
        : KeyStatus.Active;

    /// <summary>Since when it is revoked, also by the clock at a pause's end where that is not recorded yet; null: it is not.</summary>
    public static DateTimeOffset? RevokedSince(this ApiKey key, DateTimeOffset now) =>
        key.RevokedAt ?? (key.PausedThen == PauseEnd.Revoke && key.PausedUntil <= now ? key.PausedUntil : null);

    /// <summary>Paused by hand, or by a brown-out that runs.</summary>
    public static bool IsPausedAt(this ApiKey key, DateTimeOffset now) => (key.PausedAt is not null && !(key.PausedUntil <= now)) || key.BrownOutAt(now) is not null;

    /// <summary>The brown-out that runs; null: none does.</summary>
    public static BrownOutSpan? BrownOutAt(this ApiKey key, DateTimeOffset now) =>
        BrownOutSpan.Read(key.BrownOutText).Where(s => s.StandsAt(now.ToUnixTimeMilliseconds())).Cast<BrownOutSpan?>().FirstOrDefault();
}
