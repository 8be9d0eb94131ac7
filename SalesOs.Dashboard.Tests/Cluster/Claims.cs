using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Cluster;

/// <summary>Claims as the gate makes them.</summary>
internal static class Claims
{
    public static Claim Of(RingKey key, DateTimeOffset now) => new()
    {
        Key = key.Id,
        Ordinal = key.Ordinal,
        Version = key.Version,
        Limit = key.RateLimit,
        ExpiresAt = key.ExpiresAt,
        Now = now.ToUnixTimeMilliseconds(),
        Timestamp = now.ToUnixTimeSeconds(),
        Signature = default,
        Token = Random.Shared.NextInt64(),
        Takes = true,
        SingleUse = false,
    };

    /// <summary>Takes one from the key's hour; false when it is used up.</summary>
    public static bool Take(this KeyHouse house, RingKey key)
    {
        var settled = house.Get<IGateMemory>().SettleAsync(Of(key, house.Clock.GetUtcNow()));
        settled.IsCompletedSuccessfully.ShouldBeTrue();
        return settled.Result.As == SettledAs.Granted;
    }
}
