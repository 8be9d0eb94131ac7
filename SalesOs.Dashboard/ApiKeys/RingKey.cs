using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>
/// A key as the gate sees it: immutable, so that one reading of the ring is one consistent truth; a change puts a new one in its place.
/// </summary>
public sealed class RingKey
{
    /// <summary>What stands behind <c>sk_live_</c> or <c>sk_test_</c>: 25 random characters and 7 of checksum.</summary>
    internal const int TailSize = 32;

    private const int HeadSize = 8;

    private readonly Bytes32 tail;
    private readonly Bytes32 k1;

    /// <param name="apiKey">40 characters, checked before.</param>
    /// <param name="k1">32 bytes.</param>
    public RingKey(ReadOnlySpan<char> apiKey, ReadOnlySpan<byte> k1)
    {
        Environment = EnvironmentOf(apiKey);
        Encoding.ASCII.GetBytes(apiKey[HeadSize..], MemoryMarshal.CreateSpan(ref tail[0], TailSize));
        k1.CopyTo(MemoryMarshal.CreateSpan(ref this.k1[0], TailSize));
    }

    /// <summary>The same key with the settings that the initializer changes.</summary>
    public RingKey(RingKey same)
    {
        Environment = same.Environment;
        tail = same.tail;
        k1 = same.k1;
    }

    /// <summary>The dense number of the key in this process, from 0; it stays the same through edits, so that counters can hang on it.</summary>
    public required int Ordinal { get; init; }

    public required Guid Id { get; init; }

    public required string TenantId { get; init; }

    public required string Name { get; init; }

    public KeyEnvironment Environment { get; }

    /// <summary>Empty means no restriction.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    public required int RateLimit { get; init; }

    /// <summary>Unix milliseconds; <see cref="long.MaxValue"/> is never. The key is expired from that millisecond on.</summary>
    public required long ExpiresAt { get; init; }

    public required bool Revoked { get; init; }

    public required bool SingleUse { get; init; }

    /// <summary>Empty allows all addresses.</summary>
    public required IReadOnlyList<AddressBlock> AllowedIps { get; init; }

    public string KeyPrefix => string.Concat(Environment == KeyEnvironment.Test ? "sk_test_" : "sk_live_", Encoding.ASCII.GetString(Tail[..8]));

    /// <summary>The chain's first digest, 32 bytes: with it signatures can be made, so it goes nowhere but into the comparison.</summary>
    internal ReadOnlySpan<byte> K1 => k1;

    internal ReadOnlySpan<byte> Tail => tail;

    internal static KeyEnvironment EnvironmentOf(ReadOnlySpan<char> apiKey) => apiKey[3] == 't' ? KeyEnvironment.Test : KeyEnvironment.Live;

    [InlineArray(TailSize)]
    private struct Bytes32
    {
        private byte first;
    }
}
