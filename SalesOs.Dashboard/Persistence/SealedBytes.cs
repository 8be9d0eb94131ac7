using System.Security.Cryptography;

namespace SalesOs.Dashboard.Persistence;

/// <summary>
/// A few secret bytes under AES-256-GCM, as they may be stored: nonce (12), ciphertext (as long as what it hides), tag (16). The associated data
/// says what is hidden and where it belongs, so that a ciphertext in another place does not open.
/// </summary>
internal static class SealedBytes
{
    public const int NonceSize = 12;
    public const int TagSize = 16;

    /// <param name="key">32 bytes.</param>
    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated)
    {
        var result = new byte[NonceSize + plain.Length + TagSize];
        var nonce = result.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagSize);
        aes.Encrypt(nonce, plain, result.AsSpan(NonceSize, plain.Length), result.AsSpan(NonceSize + plain.Length), associated);
        return result;
    }

    /// <param name="plain">As long as what was hidden.</param>
    /// <returns>False when the key is another, the bytes were changed, or they belong elsewhere.</returns>
    public static bool TryOpen(ReadOnlySpan<byte> key, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> associated, Span<byte> plain)
    {
        using var aes = new AesGcm(key, TagSize);
        return TryOpen(aes, bytes, associated, plain);
    }

    /// <summary>For opening many under one key.</summary>
    public static bool TryOpen(AesGcm aes, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> associated, Span<byte> plain)
    {
        if (bytes.Length != NonceSize + plain.Length + TagSize)
        {
            return false;
        }

        try
        {
            aes.Decrypt(bytes[..NonceSize], bytes[NonceSize..^TagSize], bytes[^TagSize..], plain, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }
}
