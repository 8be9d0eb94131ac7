using System.Runtime.CompilerServices;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>
/// A key as the gate sees it: immutable, so that one reading of the ring is one consistent truth; a change puts a new one in its place.
/// </summary>
public sealed class RingKey
{
    private readonly Digest k1;

    /// <param name="apiKey">40 characters, checked before.</param>
    /// <param name="k1">32 bytes.</param>
    public RingKey(string apiKey, ReadOnlySpan<byte> k1)
    {
        ApiKey = apiKey;
        k1.CopyTo(this.k1);
    }

    public string ApiKey { get; }

    /// <summary>The dense number of the key in this process, from 0; it stays the same through edits, so that counters can hang on it.</summary>
    public required int Ordinal { get; init; }

    public required Guid Id { get; init; }

    /// <summary>Of the row, from 1: raised by every change of what stands here but <see cref="HasSuccessor"/>, and by nothing else.</summary>
    public required int Version { get; init; }

    public required string TenantId { get; init; }

    public required string Name { get; init; }

    /// <summary>Empty means no restriction.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    public required int RateLimit { get; init; }

    /// <summary>Unix milliseconds; <see cref="long.MaxValue"/> is never. The key is expired from that millisecond on.</summary>
    public required long ExpiresAt { get; init; }

    /// <summary><see cref="ExpiresAt"/> as a moment; null is never.</summary>
    public DateTimeOffset? Expires => ExpiresAt == long.MaxValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(ExpiresAt);

    public required bool Revoked { get; init; }

    /// <summary>Null for nearly all keys: none stands and none is to come.</summary>
    public RingPause? Pause { get; init; }

    public required bool SingleUse { get; init; }

    /// <summary>It was rotated: who still calls with it is noted.</summary>
    public bool HasSuccessor { get; init; }

    /// <summary>Empty allows all addresses.</summary>
    public required IReadOnlyList<AddressBlock> AllowedIps { get; init; }

    public KeyEnvironment Environment => CredentialFormat.IsTest(ApiKey) ? KeyEnvironment.Test : KeyEnvironment.Live;

    public string KeyPrefix => ApiKey[..NamedKeys.PrefixLength];

    /// <summary>The chain's first digest, 32 bytes: with it signatures can be made, so it goes nowhere but into the comparison.</summary>
    internal ReadOnlySpan<byte> K1 => k1;

    /// <summary>Inside the object, since a million arrays would take 32 bytes more each.</summary>
    [InlineArray(SignatureChain.DigestSize)]
    private struct Digest
    {
        private byte first;
    }
}
