using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace SalesOs.Dashboard.Signing;

/// <summary>
/// The P2S-SIGN-V1 chain: k1 = HMAC(secret, API key), k2 = HMAC(k1, timestamp), k3 = HMAC(k2, method), k4 = HMAC(k3, target),
/// signature = HMAC(k4, lowercase hex of SHA-256(body)). Between the steps stand raw digests; text is UTF-8.
/// Every k is a secret: whoever has one can sign what comes after it.
/// </summary>
public static class SignatureChain
{
    /// <summary>Bytes of a digest, of every k and of a signature.</summary>
    public const int DigestSize = Digest.Size;

    /// <summary>SHA-256 of the empty string: what a request without a body is signed with.</summary>
    public static ReadOnlySpan<byte> EmptyBodyDigest =>
    [
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
        0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
    ];

    /// <summary>Writes the 32 raw bytes of SHA-256(<paramref name="body"/>) to <paramref name="digest"/>.</summary>
    public static void DigestBody(ReadOnlySpan<byte> body, Span<byte> digest) => Digest.Sha256(body, digest);

    /// <summary>Writes the 32 bytes that the server keeps in the secret's stead to <paramref name="k1"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="k1"/> is not 32 bytes, or a text is ill-formed UTF-16.</exception>
    public static void DeriveK1(ReadOnlySpan<char> secret, ReadOnlySpan<char> apiKey, Span<byte> k1)
    {
        RequireDigest(k1, nameof(k1));
        Span<byte> key = secret.Length <= CredentialFormat.SecretLength ? stackalloc byte[3 * CredentialFormat.SecretLength] : new byte[3 * secret.Length];
        var status = Utf8.FromUtf16(secret, key, out _, out var length, replaceInvalidSequences: false);
        try
        {
            if (status != OperationStatus.Done)
            {
                throw new ArgumentException("Ill-formed UTF-16.", nameof(secret));
            }

            Step(key[..length], apiKey, k1);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>
    /// Writes the 32 bytes that HMAC makes of a secret, which is longer than a block of SHA-256, to <paramref name="key"/>: done once, they give the k1 of many API keys
    /// with <see cref="DeriveK1FromDigest"/>. They are as secret as the secret.
    /// </summary>
    /// <param name="secret">Whole and well-formed.</param>
    internal static void DigestSecret(ReadOnlySpan<char> secret, Span<byte> key)
    {
        Span<byte> ascii = stackalloc byte[CredentialFormat.SecretLength];
        Digest.Sha256(ascii[..Encoding.ASCII.GetBytes(secret, ascii)], key);
        CryptographicOperations.ZeroMemory(ascii);
    }

    /// <summary>As <see cref="DeriveK1"/>.</summary>
    /// <param name="key">By <see cref="DigestSecret"/>.</param>
    internal static void DeriveK1FromDigest(ReadOnlySpan<byte> key, ReadOnlySpan<char> apiKey, Span<byte> k1) => Step(key, apiKey, k1);

    /// <summary>Writes the 32 raw bytes of the signature to <paramref name="signature"/>; on the wire they are lowercase hex.</summary>
    /// <param name="target">The request target exactly as it stands on the wire, with its query when there is one.</param>
    /// <param name="bodyDigest">32 raw bytes.</param>
    /// <exception cref="ArgumentException">A span that should be 32 bytes is not, or a text is ill-formed UTF-16.</exception>
    public static void Sign(
        ReadOnlySpan<byte> k1,
        ReadOnlySpan<char> timestamp,
        ReadOnlySpan<char> method,
        ReadOnlySpan<char> target,
        ReadOnlySpan<byte> bodyDigest,
        Span<byte> signature)
    {
        RequireDigest(signature, nameof(signature));
        if (!TrySign(k1, timestamp, method, target, bodyDigest, signature))
        {
            throw new ArgumentException("The timestamp, the method or the target is ill-formed UTF-16.", nameof(target));
        }
    }

    /// <summary>
    /// Whether <paramref name="signature"/> (raw bytes; any other length than 32 is false) is this request's. The comparison takes the same
    /// time wherever the first difference is. Text that is ill-formed UTF-16 can't have been signed, so it is false too.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="k1"/> or <paramref name="bodyDigest"/> is not 32 bytes.</exception>
    public static bool Verify(
        ReadOnlySpan<byte> k1,
        ReadOnlySpan<char> timestamp,
        ReadOnlySpan<char> method,
        ReadOnlySpan<char> target,
        ReadOnlySpan<byte> bodyDigest,
        ReadOnlySpan<byte> signature)
    {
        Span<byte> expected = stackalloc byte[DigestSize];
        if (!TrySign(k1, timestamp, method, target, bodyDigest, expected))
        {
            return false;
        }

        var same = CryptographicOperations.FixedTimeEquals(expected, signature);
        // The right signature of a refused request would be a valid one in somebody else's hands.
        CryptographicOperations.ZeroMemory(expected);
        return same;
    }

    /// <summary>One step of the chain; <paramref name="next"/> (32 bytes) may be <paramref name="key"/>'s own memory.</summary>
    /// <exception cref="ArgumentException"><paramref name="message"/> is ill-formed UTF-16.</exception>
    internal static void Step(ReadOnlySpan<byte> key, ReadOnlySpan<char> message, Span<byte> next)
    {
        if (!Hmac.TryHash(key, message, next))
        {
            throw new ArgumentException("Ill-formed UTF-16.", nameof(message));
        }
    }

    /// <summary>The last step, from k4.</summary>
    internal static void LastStep(ReadOnlySpan<byte> k4, ReadOnlySpan<byte> bodyDigest, Span<byte> signature)
    {
        Span<byte> payload = stackalloc byte[2 * DigestSize];
        Convert.TryToHexStringLower(bodyDigest, payload, out _);
        Hmac.Hash(k4, payload, signature);
    }

    private static bool TrySign(
        ReadOnlySpan<byte> k1,
        ReadOnlySpan<char> timestamp,
        ReadOnlySpan<char> method,
        ReadOnlySpan<char> target,
        ReadOnlySpan<byte> bodyDigest,
        Span<byte> signature)
    {
        RequireDigest(k1, nameof(k1));
        RequireDigest(bodyDigest, nameof(bodyDigest));
        Span<byte> k = stackalloc byte[DigestSize];
        var wellFormed = Hmac.TryHash(k1, timestamp, k) && Hmac.TryHash(k, method, k) && Hmac.TryHash(k, target, k);
        if (wellFormed)
        {
            LastStep(k, bodyDigest, signature);
        }

        CryptographicOperations.ZeroMemory(k);
        return wellFormed;
    }

    private static void RequireDigest(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.Length != DigestSize)
        {
            throw new ArgumentException("Must be 32 bytes.", name);
        }
    }
}
