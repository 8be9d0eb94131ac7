using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Features;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Gate;

/// <summary>What the gate says of one request. <see cref="Key"/> is the known key that the request names, also when it was refused.</summary>
/// <param name="Grant">How the key's hour stands; only from check 7 on.</param>
/// <param name="Remembered">The signature is in the memory of single use and is given back if the route fails.</param>
/// <param name="RetryAfter">Seconds; 0 where the verdict alone says when to come again.</param>
public readonly record struct GateResult(Verdict Verdict, RingKey? Key, Grant? Grant = null, bool Remembered = false, int RetryAfter = 0);

/// <summary>The checks of P2S-SIGN-V1 in their order; the first rejection wins. Reads the ring, never the database.</summary>
public sealed class RequestGate
{
    /// <summary>Stands in for k1 where the key is unknown, so that both cost the same work.</summary>
    private static readonly byte[] DummyK1 = RandomNumberGenerator.GetBytes(SignatureChain.DigestSize);

    private readonly KeyRing ring;
    private readonly UsageRecorder usage;
    private readonly ReplayMemory replays;
    private readonly GateOptions options;

    public RequestGate(KeyRing ring, UsageRecorder usage, ReplayMemory replays, GateOptions options)
    {
        this.ring = ring;
        this.usage = usage;
        this.replays = replays;
        this.options = options;
    }

    /// <summary>Checks 0 to 2, before the body is read: the request's form, the header's form, the window. Null: go on.</summary>
    public GateResult? BeforeBody(IHttpRequestFeature request, DateTimeOffset now)
    {
        if (RequestForm.Rejection(request) is { } malformed)
        {
            return new GateResult(malformed, Named(request));
        }

        // Two headers arrive as two values; a folded one was refused by Kestrel.
        if (request.Headers.Authorization is not [{ } header] || !SignedAuthorization.TryParse(header, out var authorization))
        {
            return new GateResult(Verdict.MalformedAuthorization, Named(request));
        }

        if (Math.Abs(now.ToUnixTimeSeconds() - authorization.TimestampSeconds) > options.WindowSeconds)
        {
            return new GateResult(Verdict.OutsideWindow, ring.Find(authorization.ApiKey));
        }

        return null;
    }

    /// <summary>The known key that a request names which is refused before its signature is looked at; for the record alone.</summary>
    public RingKey? Named(IHttpRequestFeature request) => NamedKey.In(request.Headers.Authorization, ring);

    /// <summary>Whether the body of a request that has passed <see cref="BeforeBody"/> may be wanted: nobody waits for one of an unknown key.</summary>
    public bool WantsBody(IHttpRequestFeature request) => ring.Find(SignedAuthorization.Again(request.Headers.Authorization[0]).ApiKey) is not null;

    /// <summary>Checks 4 to 10, with the body read: key, signature, status, address, scope, limit, single use.</summary>
    /// <param name="now">The clock when the body had been read: what was revoked or ran out while it came is refused.</param>
    internal GateResult AfterBody(IHttpRequestFeature request, in SignedBody body, IPAddress? address, SignedRoute route, DateTimeOffset now)
    {
        // Taken apart anew, since spans don't live across the wait for the body.
        var authorization = SignedAuthorization.Again(request.Headers.Authorization[0]);
        Span<byte> digest = stackalloc byte[SignatureChain.DigestSize];
        Span<byte> signature = stackalloc byte[SignatureChain.DigestSize];
        authorization.CopySignatureTo(signature);
        body.DigestTo(digest);
        // A key that was made while the body came can't have signed what has been dropped.
        var key = body.IsDropped ? null : ring.Find(authorization.ApiKey);
        var signed = SignatureChain.Verify(key is null ? DummyK1 : key.K1, authorization.Timestamp, request.Method, request.RawTarget, digest, signature);
        if (key is null)
        {
            return new GateResult(Verdict.UnknownKey, Key: null);
        }

        if (!signed)
        {
            return new GateResult(Verdict.BadSignature, key);
        }

        var milliseconds = now.ToUnixTimeMilliseconds();
        if (key.Revoked)
        {
            return new GateResult(Verdict.Revoked, key);
        }

        if (milliseconds >= key.ExpiresAt)
        {
            return new GateResult(Verdict.Expired, key);
        }

        if (key.AllowedIps.Count > 0 && !IsAllowed(key.AllowedIps, address))
        {
            return new GateResult(Verdict.AddressNotAllowed, key, usage.Peek(key, milliseconds));
        }

        if (route.Scope is { } scope && key.Scopes.Count > 0 && !key.Scopes.Contains(scope, StringComparer.Ordinal))
        {
            return new GateResult(Verdict.MissingScope, key, usage.Peek(key, milliseconds));
        }

        var grant = usage.TryGrant(key, milliseconds);
        if (!grant.Granted)
        {
            return new GateResult(Verdict.RateLimited, key, grant);
        }

        if (!key.SingleUse || request.Method is "GET" or "HEAD")
        {
            return new GateResult(Verdict.LetIn, key, grant);
        }

        return replays.Accept(signature, authorization.TimestampSeconds) switch
        {
            ReplayAnswer.New => new GateResult(Verdict.LetIn, key, grant, Remembered: true),
            ReplayAnswer.Seen => new GateResult(Verdict.Replayed, key, grant),
            ReplayAnswer.Full => new GateResult(Verdict.ReplayMemoryFull, key, grant),
            ReplayAnswer.Unknown => new GateResult(Verdict.AfterMemoryLoss, key, grant, RetryAfter: replays.SecondsClosed()),
        };
    }

    /// <summary>Gives the request's signature back to whoever wants to send it again.</summary>
    public void Release(IHttpRequestFeature request)
    {
        var authorization = SignedAuthorization.Again(request.Headers.Authorization[0]);
        Span<byte> signature = stackalloc byte[SignatureChain.DigestSize];
        authorization.CopySignatureTo(signature);
        replays.Release(signature, authorization.TimestampSeconds);
    }

    private static bool IsAllowed(IReadOnlyList<AddressBlock> blocks, IPAddress? address)
    {
        if (address is null)
        {
            return false;
        }

        foreach (var block in blocks)
        {
            if (block.Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
