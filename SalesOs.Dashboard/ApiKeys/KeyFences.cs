using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Cluster;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>What must hold on every node before a change of a key is answered.</summary>
internal static class KeyFences
{
    /// <summary>The change is recorded; asking again, or editing nothing, waits for its proof.</summary>
    public static Error NotProven { get; } = new(ErrorReason.NotProven);

    public static Fence Of(ApiKey key) => new(key.Id, key.Version, key.RevokedAt is null ? KeyEnd.None : KeyEnd.Revoked);
}
