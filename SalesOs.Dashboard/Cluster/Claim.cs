using System.Runtime.InteropServices;

namespace SalesOs.Dashboard.Cluster;

/// <summary>What a request that has passed the checks up to the signature asks of the gate's memory.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Claim
{
    public required Guid Key { get; init; }

    /// <summary>The key's dense number in this process.</summary>
    public required int Ordinal { get; init; }

    /// <summary>Of the key as this process knows it.</summary>
    public required int Version { get; init; }

    /// <summary>Requests an hour.</summary>
    public required int Limit { get; init; }

    /// <summary>Unix milliseconds; <see cref="long.MaxValue"/> is never.</summary>
    public required long ExpiresAt { get; init; }

    /// <summary>The moment that the request is judged by, Unix milliseconds.</summary>
    public required long Now { get; init; }

    /// <summary>What was signed, Unix seconds.</summary>
    public required long Timestamp { get; init; }

    /// <summary>The first half of the signature: 128 bits of a keyed hash don't meet by chance.</summary>
    public required UInt128 Signature { get; init; }

    /// <summary>Random, the request's own: tells it from another with the same signature when it asks a second time or gives back.</summary>
    public required long Token { get; init; }

    /// <summary>Takes one from the hour; false only looks how it stands.</summary>
    public required bool Takes { get; init; }

    /// <summary>Also takes the signature for accepted, where one of the hour was left.</summary>
    public required bool SingleUse { get; init; }
}

/// <summary>How a key's sliding hour stands.</summary>
/// <param name="Granted">False: the hour's limit is used up, nothing was taken.</param>
/// <param name="Remaining">Requests left in this sliding hour, after this one.</param>
/// <param name="ResetAt">Unix seconds at which one request becomes free again.</param>
public readonly record struct Grant(bool Granted, int Remaining, long ResetAt);

/// <summary>The memory's answer to a <see cref="Claim"/>.</summary>
public enum SettledAs : byte
{
    /// <summary>The hour has room, and the signature is new where that was asked. What was asked for is taken.</summary>
    Granted,

    /// <summary>The hour is used up; nothing is taken.</summary>
    Limited,

    /// <summary>The signature was accepted before; one of the hour is taken, as by the three below.</summary>
    Seen,

    /// <summary>There is no room to remember the signature.</summary>
    Full,

    /// <summary>The signature may have been accepted before something was forgotten.</summary>
    AfterLoss,

    /// <summary>The timestamp has left the window by the clock that all nodes share.</summary>
    OutsideWindow,

    /// <summary>The key has changed since this process read it.</summary>
    Stale,

    /// <summary>The key is revoked or deleted.</summary>
    Gone,

    /// <summary>The key has expired by the clock that all nodes share.</summary>
    Expired,

    /// <summary>Nothing is known: the memory can't be asked.</summary>
    Away,
}

/// <param name="Grant">Meaningful where the hour was looked at: up to <see cref="SettledAs.OutsideWindow"/>.</param>
/// <param name="RetryAfter">Seconds; 0 where the answer alone says when to come again.</param>
public readonly record struct Settled(SettledAs As, Grant Grant = default, int RetryAfter = 0);
