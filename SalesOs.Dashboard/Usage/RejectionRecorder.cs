using System.Threading.Channels;
using Microsoft.AspNetCore.Http.Features;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Usage;

/// <summary>
/// Takes down refused requests, in memory and without ever waiting; <see cref="UsageWriter"/> writes them. Proven and unproven ones wait in lines of their own,
/// each of bounded length and with bounded places for a key. What finds no place is counted.
/// </summary>
public sealed class RejectionRecorder(UsageRecorder usage)
{
    /// <summary>Waiting requests of each kind; each takes some 6 KB at most.</summary>
    public const int Capacity = 2048;

    /// <summary>Bytes of the longest body that is looked into.</summary>
    public const int MostLookedInto = MinifiedJson.MaxBytes;

    private const int MaxMethodLength = 32;

    private readonly Channel<Kept> proven = NewLine();
    private readonly Channel<Kept> unproven = NewLine();
    private long ofUnknownKeys;
    private long dropped;

    /// <summary>Rejections since the start that named no known key; nothing else is kept of them.</summary>
    public long OfUnknownKeys => Interlocked.Read(ref ofUnknownKeys);

    /// <summary>Rejections of known keys since the start that found no place in memory. Each key's own number is in <see cref="RecordGap"/>.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>Refused requests that are not yet written.</summary>
    public int Waiting => proven.Reader.Count + unproven.Reader.Count;

    /// <param name="key">The known key that the request names; null: it is only counted.</param>
    /// <param name="scope">What the route asks for.</param>
    /// <param name="agent">At most 256 characters.</param>
    /// <param name="body">As it was hashed; null when it was not read. It is not kept.</param>
    /// <param name="now">The clock that the request was judged by.</param>
    /// <param name="bodyDigest">SHA-256 of a body that is too long to be looked into; null: of <paramref name="body"/>.</param>
    public void Record(
        HttpContext context, RingKey? key, Verdict verdict, string? scope, string? agent, ReadOnlyMemory<byte>? body, DateTimeOffset now, byte[]? bodyDigest = null)
    {
        if (key is null)
        {
            Interlocked.Increment(ref ofUnknownKeys);
            return;
        }

        var counters = usage.Of(key);
        var isProven = Rejection.IsProven(verdict);
        if (!counters.TakeRejectionPlace(isProven))
        {
            Drop(counters);
            return;
        }

        var minify = body is { } json && MinifiedJson.IsCandidate(json.Span) && counters.MayMinify(now.ToUnixTimeMilliseconds());
        if (!LineOf(isProven).Writer.TryWrite(new Kept(counters, Describe(context, key, verdict, scope, agent, body, bodyDigest, minify, now))))
        {
            counters.FreeRejectionPlace(isProven);
            Drop(counters);
        }
    }

    /// <summary>The next requests to write, at most <paramref name="most"/>, the proven ones first.</summary>
    internal List<Rejection> Take(int most)
    {
        var taken = new List<Rejection>();
        while (taken.Count < most && (proven.Reader.TryRead(out var kept) || unproven.Reader.TryRead(out kept)))
        {
            kept.Usage.FreeRejectionPlace(kept.Request.Proven);
            taken.Add(kept.Request);
        }

        return taken;
    }

    private static Channel<Kept> NewLine() => Channel.CreateBounded<Kept>(new BoundedChannelOptions(Capacity) { SingleReader = true });

    private static Rejection Describe(
        HttpContext context, RingKey key, Verdict verdict, string? scope, string? agent, ReadOnlyMemory<byte>? body, byte[]? bodyDigest, bool minify, DateTimeOffset now)
    {
        var request = context.Features.GetRequiredFeature<IHttpRequestFeature>();
        var target = CredentialFormat.WithoutSecret(Cut(request.RawTarget, Rejection.MaxTargetLength));
        var signed = SignedAuthorization.TryParse(request.Headers.Authorization is [{ } header] ? header : "", out var authorization);
        return new Rejection
        {
            RequestId = Guid.TryParse(RequestId.Of(context), out var id) ? id : Guid.CreateVersion7(now),
            TenantId = key.TenantId,
            KeyId = key.Id,
            At = now,
            Verdict = verdict,
            Proven = Rejection.IsProven(verdict),
            Method = Cut(request.Method, MaxMethodLength),
            Target = target,
            TargetCut = target.Length != request.RawTarget.Length,
            Address = AddressText.Of(context.Connection.RemoteIpAddress),
            Agent = agent,
            SkewSeconds = signed ? now.ToUnixTimeSeconds() - authorization.TimestampSeconds : null,
            Timestamp = signed ? authorization.Timestamp.ToString() : null,
            Signature = signed ? authorization.Signature.ToString() : null,
            BodyDigest = bodyDigest ?? (body is { } read ? DigestOf(read.Span) : null),
            MinifiedDigest = minify ? MinifiedJson.Digest(body!.Value.Span) : null,
            Scope = scope,
        };
    }

    private static string Cut(string text, int length) => text.Length > length ? text[..length] : text;

    private static byte[] DigestOf(ReadOnlySpan<byte> body)
    {
        var digest = new byte[SignatureChain.DigestSize];
        SignatureChain.DigestBody(body, digest);
        return digest;
    }

    private Channel<Kept> LineOf(bool isProven) => isProven ? proven : unproven;

    private void Drop(KeyUsage counters)
    {
        Interlocked.Increment(ref dropped);
        usage.DropRejection(counters);
    }

    private sealed record Kept(KeyUsage Usage, Rejection Request);
}
