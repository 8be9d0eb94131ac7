using SalesOs.Dashboard.ApiKeys.Policies;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>What a list can be narrowed to beside a status.</summary>
public enum KeyMark
{
    /// <summary>Active, and expires within <see cref="KeyMarks.Soon"/>.</summary>
    Expiring,

    /// <summary>Active, and never used or not for <see cref="KeyMarks.Long"/>.</summary>
    Unused,

    /// <summary>Active, and may do more than it was used for in <see cref="KeyMarks.Long"/>: a scope that was never used, or full access that was not.</summary>
    Excess,

    /// <summary>Revoked or expired.</summary>
    Ended,

    /// <summary>Active or paused, and breaks what the tenant's policy warns of or requires.</summary>
    OutOfPolicy,
}

/// <summary>When a key bears a mark: the same rule for the figures, the list and the signs in its rows.</summary>
public static class KeyMarks
{
    public static readonly TimeSpan Soon = TimeSpan.FromDays(14);
    public static readonly TimeSpan Long = TimeSpan.FromDays(90);

    public static bool Bears(this ApiKeyView key, KeyMark mark, DateTimeOffset now) => mark switch
    {
        KeyMark.Expiring => key.Status == KeyStatus.Active && key.ExpiresAt - now <= Soon,
        KeyMark.Unused => key.Status == KeyStatus.Active && !(key.LastUsedAt > now - Long),
        KeyMark.Excess => key.Status == KeyStatus.Active && key.IsExcess,
        KeyMark.Ended => key.Status.IsEnded(),
        KeyMark.OutOfPolicy => !key.Status.IsEnded() && key.Breaches.Count > 0,
    };

    /// <summary>All marks that the key bears.</summary>
    public static IReadOnlyList<KeyMark> MarksAt(this ApiKeyView key, DateTimeOffset now) => [.. Enum.GetValues<KeyMark>().Where(mark => key.Bears(mark, now))];

    /// <param name="policy">The tenant's, for <see cref="KeyMark.OutOfPolicy"/>.</param>
    internal static IQueryable<ApiKey> Marked(this IQueryable<ApiKey> keys, KeyMark mark, DateTimeOffset now, KeyPolicy? policy = null)
    {
        var ms = now.ToUnixTimeMilliseconds();
        var soon = (now + Soon).ToUnixTimeMilliseconds();
        var longAgo = now - Long;
        return mark switch
        {
            KeyMark.Expiring => keys.Active(now).Where(k => k.ExpiryOrder <= soon),
            KeyMark.Unused => keys.Active(now).Where(k => k.LastUsedAt == null || k.LastUsedAt <= longAgo),
            KeyMark.Excess => keys.Active(now).Where(k => k.IsExcess),
            KeyMark.Ended => keys.Where(k => k.RevokedAt != null || k.ExpiryOrder <= ms),
            KeyMark.OutOfPolicy => keys.Living(now).Breaking(policy ?? KeyPolicy.None, now),
        };
    }
}
