namespace SalesOs.Dashboard.SignIn;

/// <summary>Reads <c>Authorization: Bearer …</c>.</summary>
internal static class BearerToken
{
    private const string Scheme = "Bearer ";

    /// <summary>An API key or a leaked one, sent where it doesn't belong: it signs requests and is no bearer token.</summary>
    public static bool IsApiKey(string token) => token.StartsWith("sk_", StringComparison.OrdinalIgnoreCase);

    /// <summary>The token, or null when there is none or the header was sent twice.</summary>
    public static string? Of(HttpRequest request) =>
        request.Headers.Authorization is [{ } value]
        && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && value.AsSpan(Scheme.Length).Trim() is { Length: > 0 } token
            ? token.ToString()
            : null;
}
