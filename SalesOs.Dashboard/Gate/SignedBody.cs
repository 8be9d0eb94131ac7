using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Gate;

/// <summary>
/// A request's body, read whole up to a limit and hashed as it comes. Its bytes stay in the connection's own memory, and only where somebody will want them, until this is
/// disposed.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct SignedBody : IDisposable
{
    private readonly PipeReader? source;
    private readonly ReadOnlySequence<byte> bytes;
    private readonly byte[]? digest;

    private SignedBody(PipeReader? source, ReadOnlySequence<byte> bytes, byte[]? digest, bool kept, long held)
    {
        this.source = source;
        this.bytes = bytes;
        this.digest = digest;
        IsDropped = !kept;
        Held = held;
    }

    private SignedBody(Verdict fault) => Fault = fault;

    /// <summary>Why it was not read whole: it is too large, or there was no room for it.</summary>
    public Verdict? Fault { get; }

    /// <summary>It was hashed and not kept.</summary>
    public bool IsDropped { get; }

    /// <summary>What it takes of <see cref="UnprovenBodies"/> until its signature was looked at; to be given back once.</summary>
    public long Held { get; }

    /// <summary>SHA-256 of the body where it is at hand, 32 bytes.</summary>
    public byte[]? Digest => digest;

    /// <summary>Bytes; 0 when it was dropped.</summary>
    public long Length => bytes.Length;

    /// <param name="limit">Bytes of the longest body.</param>
    /// <param name="keep">Whether the bytes are wanted afterwards.</param>
    /// <exception cref="BadHttpRequestException">The body breaks HTTP, or came too slowly.</exception>
    public static async ValueTask<SignedBody> ReadAsync(HttpRequest request, long limit, bool keep, UnprovenBodies room)
    {
        if (request.ContentLength is { } length)
        {
            if (length > limit)
            {
                return new SignedBody(Verdict.BodyTooLarge);
            }

            if (length == 0)
            {
                return default;
            }
        }

        var result = await request.BodyReader.ReadAsync(request.HttpContext.RequestAborted);
        // Most bodies come with their header, in one piece.
        return result is { IsCompleted: true, Buffer: { IsSingleSegment: true } whole } && whole.Length <= limit
            ? new SignedBody(request.BodyReader, whole, digest: null, kept: true, held: 0)
            : await ReadOnAsync(request, result, limit, keep, room);
    }

    /// <summary>Writes the 32 bytes of SHA-256 over the body.</summary>
    public void DigestTo(Span<byte> destination)
    {
        if (digest is not null)
        {
            digest.CopyTo(destination);
        }
        else if (bytes.IsEmpty)
        {
            SignatureChain.EmptyBodyDigest.CopyTo(destination);
        }
        else
        {
            SignatureChain.DigestBody(bytes.FirstSpan, destination);
        }
    }

    /// <summary>The bytes, copied unless they lie in one piece; valid until this is disposed.</summary>
    public ReadOnlyMemory<byte> ToMemory() => bytes.IsSingleSegment ? bytes.First : bytes.ToArray();

    public void Dispose() => source?.AdvanceTo(bytes.End);

    private static async ValueTask<SignedBody> ReadOnAsync(HttpRequest request, ReadResult result, long limit, bool keep, UnprovenBodies room)
    {
        var reader = request.BodyReader;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (length, held, whole) = (0L, 0L, false);
        try
        {
            while (true)
            {
                var buffer = result.Buffer;
                foreach (var piece in keep ? buffer.Slice(length) : buffer)
                {
                    hash.AppendData(piece.Span);
                    length += piece.Length;
                }

                if (length > limit || !room.TryHold(ref held, length, keep))
                {
                    reader.AdvanceTo(buffer.End);
                    return new SignedBody(length > limit ? Verdict.BodyTooLarge : Verdict.NoRoomForBody);
                }

                if (result.IsCompleted)
                {
                    whole = true;
                    return new SignedBody(reader, keep ? buffer : buffer.Slice(buffer.End), hash.GetHashAndReset(), keep, held);
                }

                reader.AdvanceTo(keep ? buffer.Start : buffer.End, buffer.End);
                result = await reader.ReadAsync(request.HttpContext.RequestAborted);
            }
        }
        finally
        {
            if (!whole)
            {
                room.Release(held);
            }
        }
    }
}
