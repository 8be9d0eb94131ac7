using StackExchange.Redis;

namespace SalesOs.Dashboard.Cluster;

/// <summary>What a node keeps of a key that it has asked about: its names, and that its hour is used up.</summary>
internal sealed class AskedKey(GateNames names, Guid key)
{
    private volatile Refill? refill;

    public GateNames Names => names;

    public RedisKey Version { get; } = names.Version(key);

    public RedisKey Hour { get; } = names.Hour(key);

    /// <summary>
    /// The hour can't become emptier before its reset, so a flood over the limit costs Redis nothing. It is asked again each second, so that a limit that was raised on another
    /// node acts soon.
    /// </summary>
    /// <param name="now">By the steady clock, milliseconds.</param>
    public bool IsLimited(int version, long now, out Settled answer)
    {
        var known = refill;
        answer = known?.Answer ?? default;
        return known is not null && known.Version == version && now < known.Until;
    }

    /// <param name="now">By the steady clock, milliseconds.</param>
    /// <param name="seconds">Until the reset.</param>
    public void NoteLimited(int version, Settled answer, long now, long seconds) => refill = new Refill(version, answer, now + Math.Clamp(seconds * 1000, 0, 1000));

    private sealed record Refill(int Version, Settled Answer, long Until);
}
