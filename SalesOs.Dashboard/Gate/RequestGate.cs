using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Gate;

/// <summary>The checks of P2S-SIGN-V1. They read the ring and ask the gate's memory, never the database.</summary>
public sealed class RequestGate(KeyRing ring, IGateMemory memory, KeyRenewal renewal, UnprovenBodies room, GateOptions options, TimeProvider clock)
{
    /// <summary>A key that is changed more often than this while one request is judged has the request wait for calmer times.</summary>
    private const int MostTurns = 3;

    /// <summary>Stands in for k1 where the key is unknown, so that both cost the same work.</summary>
    private static readonly byte[] DummyK1 = RandomNumberGenerator.GetBytes(SignatureChain.DigestSize);

    /// <summary>All checks in their order; the first that finds a fault decides.</summary>
    internal async ValueTask<Verdict> JudgeAsync(SignedCall call) =>
        Form(call) // 0
        ?? Header(call) // 1
        ?? Window(call) // 2
        ?? await BodyAsync(call) // 3
        ?? Signature(call) // 4 and 5
        ?? await SettingsAndMemoryAsync(call); // 6 to 10

    /// <summary>Gives the call's signature back to whoever wants to send it again.</summary>
    internal void Release(SignedCall call) => memory.GiveBack(ClaimOf(call, takes: true));

    private Verdict? Form(SignedCall call) => RequestForm.Rejection(call.Request) is { } fault ? OfNamed(call, fault) : null;

    /// <summary>Also looks up the key, once for the request; check 4 looks at what was found.</summary>
    private Verdict? Header(SignedCall call)
    {
        // Two headers arrive as two values; a folded one was refused by Kestrel.
        if (call.Request.Headers.Authorization is not [{ } header] || !SignedAuthorization.TryParse(header, out var authorization))
        {
            return OfNamed(call, Verdict.MalformedAuthorization);
        }

        call.Authorization = authorization;
        call.Named = ring.Find(authorization.ApiKey);
        return null;
    }

    private Verdict? Window(SignedCall call) =>
        Math.Abs(call.Now.ToUnixTimeSeconds() - call.Authorization.TimestampSeconds) > options.WindowSeconds ? Verdict.OutsideWindow : null;

    private async ValueTask<Verdict?> BodyAsync(SignedCall call)
    {
        try
        {
            // Nobody waits for the body of an unknown key.
            var reading = SignedBody.ReadAsync(call.Context.Request, call.Route.MaxBodyBytes ?? options.MaxBodyBytes, keep: call.Named is not null, room);
            var waits = !reading.IsCompleted;
            var body = await reading;
            if (body.Fault is { } fault)
            {
                return fault;
            }

            call.Content = body;
            if (waits)
            {
                // What was revoked, edited or ran out while the body came is judged as it is now. A key that was made meanwhile can't have signed what was dropped.
                call.Now = clock.GetUtcNow();
                call.Named = body.IsDropped ? null : ring.Find(call.Authorization.ApiKey);
            }

            return null;
        }
        catch (BadHttpRequestException broken)
        {
            // Broken chunks, or fewer bytes than promised: Kestrel has found it, this only words it.
            BrokenBody.EndConnection(call.Context);
            return broken.StatusCode == StatusCodes.Status413PayloadTooLarge ? Verdict.BodyTooLarge : Verdict.MalformedRequest;
        }
    }

    private Verdict? Signature(SignedCall call)
    {
        Span<byte> digest = stackalloc byte[SignatureChain.DigestSize];
        Span<byte> signature = stackalloc byte[SignatureChain.DigestSize];
        var body = call.Content ?? default;
        try
        {
            body.DigestTo(digest);
            call.Authorization.CopySignatureTo(signature);
            var k1 = call.Named is { } key ? key.K1 : DummyK1;
            var signed = SignatureChain.Verify(k1, call.Authorization.Timestamp, call.Request.Method, call.Request.RawTarget, digest, signature);
            return call.Named is null ? Verdict.UnknownKey
                : !signed ? Verdict.BadSignature
                : null;
        }
        finally
        {
            // What is proven is the route's, and what is not goes soon.
            room.Release(body.Held);
        }
    }

    /// <summary>
    /// The checks that the key's settings decide, then those that the memory decides. The memory is asked also where a setting refuses, since it knows whether the
    /// settings are those of now and how the hour stands; not for a revoked key, which stays revoked.
    /// </summary>
    private ValueTask<Verdict> SettingsAndMemoryAsync(SignedCall call)
    {
        if (call.Key.Revoked)
        {
            return new(Verdict.Revoked);
        }

        var own = Settings(call);

        var asked = memory.SettleAsync(ClaimOf(call, takes: own is null));
        return asked.IsCompletedSuccessfully && asked.Result is { As: not (SettledAs.Stale or SettledAs.Gone) } settled
            ? new(Conclude(call, own, settled))
            : ConcludeLaterAsync(call, own, asked);
    }

    private async ValueTask<Verdict> ConcludeLaterAsync(SignedCall call, Verdict? own, ValueTask<Settled> asked)
    {
        var settled = await asked;
        for (var turn = 0; settled.As is SettledAs.Stale or SettledAs.Gone; turn++)
        {
            // Changed by another node: what it is now is read, and judged anew.
            if (turn == MostTurns || !await renewal.TryAsync(call.Key))
            {
                return settled.As == SettledAs.Gone ? Verdict.Revoked : Verdict.SharedMemoryAway;
            }

            if (ring.Find(call.Authorization.ApiKey) is not { } renewed)
            {
                return Verdict.Revoked;
            }

            call.Named = renewed;
            if (renewed.Revoked)
            {
                return Verdict.Revoked;
            }

            own = Settings(call);

            settled = await memory.SettleAsync(ClaimOf(call, takes: own is null));
        }

        return Conclude(call, own, settled);
    }

    private static Verdict? Settings(SignedCall call) =>
        Status(call) // 6
        ?? Address(call) // 7
        ?? Scope(call); // 8

    private static Verdict? Status(SignedCall call)
    {
        var now = call.Now.ToUnixTimeMilliseconds();
        var pause = call.Key.Pause;
        return pause?.HasRevokedAt(now) == true ? Verdict.Revoked
            : now >= call.Key.ExpiresAt ? Verdict.Expired
            : pause?.StandsAt(now) == true ? Verdict.Paused
            : null;
    }

    private static Verdict? Address(SignedCall call) =>
        call.Key.AllowedIps.Count > 0 && !IsAllowed(call.Key.AllowedIps, call.Context.Connection.RemoteIpAddress) ? Verdict.AddressNotAllowed : null;

    private static Verdict? Scope(SignedCall call) =>
        call.Route.Scope is { } scope && call.Key.Scopes.Count > 0 && !call.Key.Scopes.Contains(scope, StringComparer.Ordinal) ? Verdict.MissingScope : null;

    private static Claim ClaimOf(SignedCall call, bool takes)
    {
        var once = IsUsedOnce(call);
        return new Claim
        {
            Key = call.Key.Id,
            Ordinal = call.Key.Ordinal,
            Version = call.Key.Version,
            Limit = call.Key.RateLimit,
            ExpiresAt = call.Key.ExpiresAt,
            Now = call.Now.ToUnixTimeMilliseconds(),
            Timestamp = call.Authorization.TimestampSeconds,
            Signature = once ? HalfOf(call.Authorization) : default,
            Token = call.Token,
            Takes = takes,
            SingleUse = once,
        };
    }

    private static bool IsUsedOnce(SignedCall call) => call.Key.SingleUse && call.Request.Method is not ("GET" or "HEAD");

    private static UInt128 HalfOf(SignedAuthorization authorization)
    {
        Span<byte> signature = stackalloc byte[SignatureChain.DigestSize];
        authorization.CopySignatureTo(signature);
        return MemoryMarshal.Read<UInt128>(signature);
    }

    /// <summary>Checks 9 and 10 by the memory's answer, unless a setting has refused before them.</summary>
    private static Verdict Conclude(SignedCall call, Verdict? own, Settled settled)
    {
        if (settled.As == SettledAs.Away)
        {
            // Also where a setting refuses: it may be that of yesterday.
            return Verdict.SharedMemoryAway;
        }

        if (own == Verdict.Revoked)
        {
            return Verdict.Revoked;
        }

        if (own == Verdict.Expired || settled.As == SettledAs.Expired)
        {
            return Verdict.Expired;
        }

        if (own == Verdict.Paused)
        {
            call.RetryAfter = call.Key.Pause?.SecondsLeft(call.Now.ToUnixTimeMilliseconds()) ?? 0;
            return Verdict.Paused;
        }

        call.Grant = settled.Grant;
        call.RetryAfter = settled.RetryAfter;
        var verdict = own ?? settled.As switch
        {
            SettledAs.Granted => Verdict.LetIn,
            SettledAs.Limited => Verdict.RateLimited,
            SettledAs.Seen => Verdict.Replayed,
            SettledAs.Full => Verdict.ReplayMemoryFull,
            SettledAs.AfterLoss => Verdict.AfterMemoryLoss,
            SettledAs.OutsideWindow => Verdict.OutsideWindow,
            SettledAs.Away or SettledAs.Stale => Verdict.SharedMemoryAway,
            SettledAs.Gone => Verdict.Revoked,
            SettledAs.Expired => Verdict.Expired,
        };
        call.IsRemembered = verdict == Verdict.LetIn && IsUsedOnce(call);
        return verdict;
    }

    private static bool IsAllowed(IReadOnlyList<AddressBlock> blocks, IPAddress? address)
    {
        // By index: an enumerator would take memory for each request.
        for (var i = 0; i < blocks.Count; i++)
        {
            if (address is not null && blocks[i].Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Refused before its key was looked up: where a known one stands somewhere in the header, its owner is told.</summary>
    private Verdict OfNamed(SignedCall call, Verdict fault)
    {
        call.Named = NamedKey.In(call.Request.Headers.Authorization, ring);
        return fault;
    }
}
