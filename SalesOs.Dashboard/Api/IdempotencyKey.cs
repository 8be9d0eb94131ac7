using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Api;

/// <summary>The <c>Idempotency-Key</c> that a program may send with a call that makes a key.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    public const int MaxLength = 255;

    public const string Meaning = "The same request under the same key makes nothing anew for 24 hours: it gets 409 naming the key that was made, and another request 422.";

    /// <param name="key">1–255 visible ASCII characters; null when none was sent.</param>
    /// <returns>The 400 for what is none.</returns>
    public static Problem? Read(HttpRequest request, out string? key)
    {
        key = null;
        var sent = request.Headers[Header];
        if (sent.Count == 0)
        {
            return null;
        }

        if (sent is not [{ Length: >= 1 and <= MaxLength } text] || text.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return Problem.Invalid([new FieldFault(Header, FormattableString.Invariant($"must be 1 to {MaxLength} visible ASCII characters, sent once"))]);
        }

        key = text;
        return null;
    }
}
