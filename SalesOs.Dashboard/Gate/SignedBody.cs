using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;

namespace SalesOs.Dashboard.Gate;

/// <summary>
/// A request's body, read whole up to a limit and not copied when it lies in one piece. <see cref="Memory"/> is valid until this is disposed,
/// which gives the bytes back to the connection.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct SignedBody : IDisposable
{
    private readonly PipeReader? source;
    private readonly SequencePosition end;

    private SignedBody(ReadOnlyMemory<byte> memory, PipeReader? source, SequencePosition end)
    {
        Memory = memory;
        this.source = source;
        this.end = end;
    }

    public ReadOnlyMemory<byte> Memory { get; }

    /// <summary>Null when the body is longer than <paramref name="limit"/> bytes.</summary>
    /// <exception cref="BadHttpRequestException">The body breaks HTTP, or came too slowly.</exception>
    public static async ValueTask<SignedBody?> ReadAsync(HttpRequest request, long limit)
    {
        if (request.ContentLength is { } length)
        {
            if (length > limit)
            {
                return null;
            }

            if (length == 0)
            {
                return default(SignedBody);
            }
        }

        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(request.HttpContext.RequestAborted);
            var buffer = result.Buffer;
            if (buffer.Length > limit)
            {
                reader.AdvanceTo(buffer.End);
                return null;
            }

            if (result.IsCompleted)
            {
                return new SignedBody(buffer.IsSingleSegment ? buffer.First : buffer.ToArray(), reader, buffer.End);
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    public void Dispose() => source?.AdvanceTo(end);
}
