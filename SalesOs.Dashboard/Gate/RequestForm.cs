using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Gate;

/// <summary>
/// Check 0: the request itself. Kestrel would route a lower-case method, an absolute-form target and <c>/v1/x/%2e%2e/leads</c> to the
/// endpoint; what two programs read differently is never let in.
/// </summary>
internal static class RequestForm
{
    private static readonly SearchValues<char> UpperCase = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>Backslash, fragment, space, control characters and all that is not ASCII.</summary>
    private static readonly SearchValues<char> TargetCharacters =
        SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c).Where(c => c is not ('\\' or '#'))]);

    /// <summary>Looks at the raw request target, as it stood on the request line.</summary>
    public static Verdict? Rejection(IHttpRequestFeature request)
    {
        if (request.Method.AsSpan().ContainsAnyExcept(UpperCase) || !IsSound(request.RawTarget) || !IsFramedOnce(request.Headers))
        {
            return Verdict.MalformedRequest;
        }

        return request.Headers.ContainsKey(HeaderNames.ContentEncoding) ? Verdict.EncodedBody : null;
    }

    /// <summary>In origin form, without a dot segment (<c>.</c>, <c>..</c>, each dot also as <c>%2e</c>), backslash, <c>#</c> or control character.</summary>
    internal static bool IsSound(ReadOnlySpan<char> target)
    {
        if (target.IsEmpty || target[0] != '/' || target.ContainsAnyExcept(TargetCharacters))
        {
            return false;
        }

        var query = target.IndexOf('?');
        var path = query < 0 ? target : target[..query];
        foreach (var segment in path.Split('/'))
        {
            if (IsDots(path[segment]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Without a transfer coding, or in chunks and nothing else. Kestrel looks at the last coding alone, and where a length stands beside it takes that away and
    /// leaves <c>X-Content-Length</c> in its place.
    /// </summary>
    private static bool IsFramedOnce(IHeaderDictionary headers) =>
        headers.TransferEncoding is not { Count: > 0 } codings
        || (codings is [{ } coding] && coding.Equals("chunked", StringComparison.OrdinalIgnoreCase) && !headers.ContainsKey("X-Content-Length"));

    private static bool IsDots(ReadOnlySpan<char> segment)
    {
        var dots = 0;
        while (!segment.IsEmpty)
        {
            if (segment[0] == '.')
            {
                segment = segment[1..];
            }
            else if (segment.StartsWith("%2e", StringComparison.OrdinalIgnoreCase))
            {
                segment = segment[3..];
            }
            else
            {
                return false;
            }

            dots++;
        }

        return dots is 1 or 2;
    }
}
