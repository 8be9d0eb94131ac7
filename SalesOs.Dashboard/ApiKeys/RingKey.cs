using System.Runtime.CompilerServices;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>
/// A key as the gate sees it: immutable, so that one reading of the ring is one consistent truth; a change puts a new one in its place.
/// </summary>
public sealed class RingKey
{
    private K1 k1;

    /// <summary>The dense number of the key in this process, from 0; it stays the same through edits, so that counters can hang on it.</summary>
    public required int Ordinal { get; init; }

    public required Guid Id { get; init; }

    public required string TenantId { get; init; }

    /// <summary>The whole API key, 40 ASCII characters.</summary>
    public required string ApiKey { get; init; }

    public required string Name { get; init; }

    public required KeyEnvironment Environment { get; init; }

    /// <summary>Empty means no restriction.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    public required int RateLimit { get; init; }

    /// <summary>Unix milliseconds; <see cref="long.MaxValue"/> is never. The key is expired from that millisecond on.</summary>
    public required long ExpiresAt { get; init; }

    public required bool Revoked { get; init; }

    public required bool SingleUse { get; init; }

    public required IReadOnlyList<string> AllowedIps { get; init; }

    /// <summary>The chain's first digest, 32 bytes: with it signatures can be made, so it goes nowhere but into the comparison.</summary>
    internal ReadOnlySpan<byte> K1Bytes => k1;

    internal void SetK1(ReadOnlySpan<byte> value) => value.CopyTo(k1);

    [InlineArray(32)]
    private struct K1
    {
        private byte first;
    }
}
