using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Api;

/// <summary>The <c>Idempotency-Key</c> that a program may send with a call that makes a key.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    public const int MaxLength = 255;

    public const string Meaning = "The same request under the same key makes nothing anew for 24 hours: it gets 409 naming the key that was made, and another request 422.";

    /// <returns>1–255 visible ASCII characters, or null when none was sent; <c>Invalid</c> for what is none.</returns>
    public static Result<string?> Of(HttpRequest request) => request.Headers[Header] switch
    {
        [] => default,
        [{ Length: >= 1 and <= MaxLength } key] when !key.AsSpan().ContainsAnyExceptInRange('!', '~') => key,
        _ => Error.Invalid([new FieldFault(Header, FormattableString.Invariant($"must be 1 to {MaxLength} visible ASCII characters, sent once"))]),
    };
}
