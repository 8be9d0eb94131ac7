using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Usage;

/// <summary>A JSON body without its white space: what many clients sign although another form goes out.</summary>
internal static class MinifiedJson
{
    public const int MaxBytes = 16 * 1024;

    /// <summary>Whether the body can be JSON that is worth minifying: an object or an array of at most <see cref="MaxBytes"/>.</summary>
    public static bool IsCandidate(ReadOnlySpan<byte> body) => body.Length <= MaxBytes && body.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..];

    /// <summary>SHA-256 of the body without the white space between its tokens; null when there is none. What is not JSON after all does no harm.</summary>
    public static byte[]? Digest(ReadOnlySpan<byte> body)
    {
        Span<byte> minified = stackalloc byte[MaxBytes];
        var length = Minify(body, minified);
        if (length == body.Length)
        {
            return null;
        }

        var digest = new byte[SignatureChain.DigestSize];
        SignatureChain.DigestBody(minified[..length], digest);
        return digest;
    }

    private static int Minify(ReadOnlySpan<byte> body, Span<byte> minified)
    {
        var length = 0;
        var inText = false;
        for (var i = 0; i < body.Length; i++)
        {
            var c = body[i];
            if (!inText && c is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                continue;
            }

            minified[length++] = c;
            if (inText && c == (byte)'\\' && i + 1 < body.Length)
            {
                minified[length++] = body[++i];
            }
            else if (c == (byte)'"')
            {
                inText = !inText;
            }
        }

        return length;
    }
}
