using System.Globalization;
using System.Security.Cryptography;

namespace SalesOs.Dashboard.Signing;

/// <summary>The client's side of the scheme: for tests, load runs and .NET clients.</summary>
public static class RequestSigner
{
    /// <summary>The <c>Authorization</c> header's value.</summary>
    /// <param name="timestamp">Unix seconds.</param>
    /// <param name="method">In upper case, as it is sent.</param>
    /// <param name="target">The request target exactly as it will stand on the wire, with its query when there is one.</param>
    /// <param name="body">The raw body; empty when there is none.</param>
    /// <exception cref="ArgumentException">A text is ill-formed UTF-16.</exception>
    public static string Authorization(string apiKey, string secret, long timestamp, string method, string target, ReadOnlySpan<byte> body) =>
        Authorization(apiKey, secret, timestamp.ToString(CultureInfo.InvariantCulture), method, target, body);

    /// <inheritdoc cref="Authorization(string, string, long, string, string, ReadOnlySpan{byte})"/>
    /// <param name="timestamp">The text to be signed, right or wrong.</param>
    public static string Authorization(string apiKey, string secret, string timestamp, string method, string target, ReadOnlySpan<byte> body)
    {
        Span<byte> k1 = stackalloc byte[SignatureChain.DigestSize];
        SignatureChain.DeriveK1(secret, apiKey, k1);
        var authorization = AuthorizationByK1(apiKey, k1, timestamp, method, target, body);
        CryptographicOperations.ZeroMemory(k1);
        return authorization;
    }

    /// <inheritdoc cref="Authorization(string, string, long, string, string, ReadOnlySpan{byte})"/>
    /// <param name="k1">32 bytes.</param>
    /// <param name="timestamp">The text to be signed.</param>
    internal static string AuthorizationByK1(string apiKey, ReadOnlySpan<byte> k1, string timestamp, string method, string target, ReadOnlySpan<byte> body)
    {
        Span<byte> digest = stackalloc byte[SignatureChain.DigestSize];
        Span<byte> signature = stackalloc byte[SignatureChain.DigestSize];
        SignatureChain.DigestBody(body, digest);
        SignatureChain.Sign(k1, timestamp, method, target, digest, signature);
        return $"{SignedAuthorization.Scheme} {apiKey}:{timestamp}:{Convert.ToHexStringLower(signature)}";
    }
}
