using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Tests.Signing;

/// <summary>A request as the server meets it, each part free to be tampered with, and the one key that the server knows.</summary>
public sealed record SignedRequest(string Header, string Method, string Target, byte[] Body, string KnownKey, byte[] K1)
{
    public static SignedRequest Of(Vector known) =>
        new(known.Authorization, known.Method, known.Target, known.Body, known.ApiKey, Convert.FromHexString(known.K1));

    /// <summary>Parse, look the key up, digest the body, verify: the scheme's own part of the gate.</summary>
    public bool IsAccepted()
    {
        Span<byte> digest = stackalloc byte[SignatureChain.DigestSize];
        Span<byte> signature = stackalloc byte[SignatureChain.DigestSize];
        if (!SignedAuthorization.TryParse(Header, out var parsed) || !parsed.ApiKey.SequenceEqual(KnownKey))
        {
            return false;
        }

        SignatureChain.DigestBody(Body, digest);
        parsed.CopySignatureTo(signature);
        return SignatureChain.Verify(K1, parsed.Timestamp, Method, Target, digest, signature);
    }
}
