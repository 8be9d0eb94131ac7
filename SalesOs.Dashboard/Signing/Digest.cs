using System.Security.Cryptography;

namespace SalesOs.Dashboard.Signing;

/// <summary>SHA-256, by OpenSSL's plain functions where the message is short and they are there, otherwise by the platform's hash object.</summary>
internal static class Digest
{
    public const int Size = 32;

    [ThreadStatic]
    private static IncrementalHash? kept;

    /// <summary>Writes the 32 bytes of SHA-256(<paramref name="message"/>) to <paramref name="digest"/>, which may overlap the message.</summary>
    public static void Sha256(ReadOnlySpan<byte> message, Span<byte> digest)
    {
        if (message.Length <= OpenSslDigest.MaxLength && OpenSslDigest.IsAvailable)
        {
            OpenSslDigest.Sha256(message, digest);
        }
        else
        {
            ByPlatform(message, digest);
        }
    }

    /// <summary>
    /// As <see cref="Sha256"/>, through one hash object per thread. The platform's one-shot call makes and frees a native context each time; a kept one is initialised anew after every
    /// digest, so nothing hashed stays in it.
    /// </summary>
    internal static void ByPlatform(ReadOnlySpan<byte> message, Span<byte> digest)
    {
        // Taken out while in use: if the platform throws half way, the next call starts with a fresh object and not with half a message.
        var hash = kept ?? IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        kept = null;
        hash.AppendData(message);
        hash.GetHashAndReset(digest[..Size]);
        kept = hash;
    }
}
