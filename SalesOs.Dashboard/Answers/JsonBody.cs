using System.Text.Json;
using Microsoft.Net.Http.Headers;

namespace SalesOs.Dashboard.Answers;

/// <summary>
/// The one way to read a JSON body: 415 unless it is <c>application/json</c> (a <c>charset</c> may say utf-8, utf8 or us-ascii) without <c>Content-Encoding</c>,
/// 413 beyond the limit, 400 for anything that is not strict JSON (<see cref="JsonSyntax"/>) or does not fit the contract (<see cref="JsonRecord"/>),
/// with every fault of every field named at once.
/// </summary>
/// <remarks>Minimal APIs' own binding answers an empty 400 and stops at the first fault, so no handler takes a body as a parameter.</remarks>
public static class JsonBody
{
    /// <summary>The names of UTF-8 that are sent for it, and ASCII, which is UTF-8 too.</summary>
    private static readonly string[] Charsets = ["utf-8", "utf8", "us-ascii"];

    /// <summary>1 MiB.</summary>
    public const int MaxBytes = 1_048_576;

    /// <summary>Reads the body of <paramref name="request"/>, at most <see cref="MaxBytes"/>.</summary>
    /// <param name="emptyAsObject">Takes no body at all for <c>{}</c>, whatever its type: for calls whose fields are all optional.</param>
    public static async Task<Parsed<T>> ReadAsync<T>(HttpRequest request, bool emptyAsObject = false, CancellationToken cancellationToken = default)
        where T : class
    {
        var bytes = await ReadBytesAsync(request, cancellationToken);
        if (!bytes.IsSound)
        {
            return bytes.Problem;
        }

        return emptyAsObject && bytes.Value.Length == 0 ? Parse<T>("{}"u8) : Parse<T>(request, bytes.Value);
    }

    /// <summary>Reads a body that is in memory already; <paramref name="request"/> gives the headers alone.</summary>
    public static Parsed<T> Parse<T>(HttpRequest request, ReadOnlySpan<byte> body)
        where T : class => MediaTypeFault(request) is { } problem ? problem : Parse<T>(body);

    private static Parsed<T> Parse<T>(ReadOnlySpan<byte> body)
        where T : class
    {
        var json = JsonSyntax.Parse(body);
        if (!json.IsSound)
        {
            return json.Problem;
        }

        return json.Value.ValueKind == JsonValueKind.Object
            ? JsonRecord.Read<T>(json.Value)
            : new Problem(ErrorCode.ValidationError, "The body must be a JSON object.");
    }

    private static Problem? MediaTypeFault(HttpRequest request)
    {
        if (request.Headers.ContentEncoding.Count > 0)
        {
            return new Problem(ErrorCode.UnsupportedMediaType, "Send the body without Content-Encoding.");
        }

        return request.Headers.ContentType is [{ } text] && MediaTypeHeaderValue.TryParse(text, out var type) && IsJson(type)
            ? null
            : new Problem(ErrorCode.UnsupportedMediaType, "Send the body as application/json in UTF-8.");
    }

    private static bool IsJson(MediaTypeHeaderValue type) =>
        type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (type.Parameters.Count == 0
            || (type.Parameters.Count == 1 && Charsets.Contains(HeaderUtilities.RemoveQuotes(type.Charset).ToString(), StringComparer.OrdinalIgnoreCase)));

    private static async Task<Parsed<byte[]>> ReadBytesAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxBytes)
        {
            return TooLarge();
        }

        using var body = new MemoryStream();
        var chunk = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = await request.Body.ReadAsync(chunk, cancellationToken)) > 0)
            {
                if (body.Length + count > MaxBytes)
                {
                    return TooLarge();
                }

                body.Write(chunk, 0, count);
            }
        }
        catch (BadHttpRequestException fault)
        {
            BrokenBody.EndConnection(request.HttpContext);
            return fault.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? TooLarge()
                : new Problem(ErrorCode.ValidationError, "The body ended early or is framed wrongly.");
        }

        return body.ToArray();
    }

    private static Problem TooLarge() =>
        new(ErrorCode.PayloadTooLarge, FormattableString.Invariant($"The body is larger than {MaxBytes} bytes."));
}
