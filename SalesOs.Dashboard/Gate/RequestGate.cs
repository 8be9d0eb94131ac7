using System.Net;
using System.Security.Cryptography;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Gate;

/// <summary>The checks of P2S-SIGN-V1. They read the ring, never the database.</summary>
public sealed class RequestGate(KeyRing ring, UsageRecorder usage, ReplayMemory replays, UnprovenBodies room, GateOptions options, TimeProvider clock)
{
    /// <summary>Stands in for k1 where the key is unknown, so that both cost the same work.</summary>
    private static readonly byte[] DummyK1 = RandomNumberGenerator.GetBytes(SignatureChain.DigestSize);

    /// <summary>All checks in their order; the first that finds a fault decides.</summary>
    internal async ValueTask<Verdict> JudgeAsync(SignedCall call) =>
        Form(call) // 0
        ?? Header(call) // 1
        ?? Window(call) // 2
        ?? await BodyAsync(call) // 3
        ?? Signature(call) // 4 and 5
        ?? Status(call) // 6
        ?? Address(call) // 7
        ?? Scope(call) // 8
        ?? Limit(call) // 9
        ?? SingleUse(call) // 10
        ?? Verdict.LetIn;

    /// <summary>Gives the call's signature back to whoever wants to send it again.</summary>
    internal void Release(SignedCall call)
    {
        Span<byte> signature = stackalloc byte[SignatureChain.DigestSize];
        call.Authorization.CopySignatureTo(signature);
        replays.Release(signature, call.Authorization.TimestampSeconds);
    }

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

    private static Verdict? Status(SignedCall call) =>
        call.Key.Revoked ? Verdict.Revoked
        : call.Now.ToUnixTimeMilliseconds() >= call.Key.ExpiresAt ? Verdict.Expired
        : null;

    private Verdict? Address(SignedCall call)
    {
        if (call.Key.AllowedIps.Count > 0 && !IsAllowed(call.Key.AllowedIps, call.Context.Connection.RemoteIpAddress))
        {
            call.Grant = usage.Peek(call.Key, call.Now.ToUnixTimeMilliseconds());
            return Verdict.AddressNotAllowed;
        }

        return null;
    }

    private Verdict? Scope(SignedCall call)
    {
        if (call.Route.Scope is { } scope && call.Key.Scopes.Count > 0 && !call.Key.Scopes.Contains(scope, StringComparer.Ordinal))
        {
            call.Grant = usage.Peek(call.Key, call.Now.ToUnixTimeMilliseconds());
            return Verdict.MissingScope;
        }

        return null;
    }

    private Verdict? Limit(SignedCall call)
    {
        var grant = usage.TryGrant(call.Key, call.Now.ToUnixTimeMilliseconds());
        call.Grant = grant;
        return grant.Granted ? null : Verdict.RateLimited;
    }

    private Verdict? SingleUse(SignedCall call)
    {
        if (!call.Key.SingleUse || call.Request.Method is "GET" or "HEAD")
        {
            return null;
        }

        Span<byte> signature = stackalloc byte[SignatureChain.DigestSize];
        call.Authorization.CopySignatureTo(signature);
        var answer = replays.Accept(signature, call.Authorization.TimestampSeconds);
        call.IsRemembered = answer == ReplayAnswer.New;
        call.RetryAfter = answer == ReplayAnswer.Unknown ? replays.SecondsClosed() : 0;
        return answer switch
        {
            ReplayAnswer.New => null,
            ReplayAnswer.Seen => Verdict.Replayed,
            ReplayAnswer.Full => Verdict.ReplayMemoryFull,
            ReplayAnswer.Unknown => Verdict.AfterMemoryLoss,
        };
    }

    private static bool IsAllowed(IReadOnlyList<AddressBlock> blocks, IPAddress? address)
    {
        foreach (var block in blocks)
        {
            if (address is not null && block.Contains(address))
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
