using System.Buffers.Text;
using System.Security.Cryptography;

namespace SalesOs.Dashboard.SignIn;

/// <summary>What a cookie names its session by: the session's id (16 bytes) and a secret (32 bytes), in base64url. The secret is stored as a digest alone.</summary>
internal readonly record struct SessionKey(Guid Id, byte[] Digest)
{
    private const int IdBytes = 16;
    private const int SecretBytes = 32;

    public static string Make(Guid id, out byte[] digest)
    {
        Span<byte> bytes = stackalloc byte[IdBytes + SecretBytes];
        id.TryWriteBytes(bytes);
        RandomNumberGenerator.Fill(bytes[IdBytes..]);
        digest = SHA256.HashData(bytes[IdBytes..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Null for what was never a key.</summary>
    public static SessionKey? Read(string text)
    {
        Span<byte> bytes = stackalloc byte[IdBytes + SecretBytes];
        return Base64Url.IsValid(text, out var length) && length == bytes.Length && Base64Url.TryDecodeFromChars(text, bytes, out _)
            ? new SessionKey(new Guid(bytes[..IdBytes]), SHA256.HashData(bytes[IdBytes..]))
            : null;
    }

    public bool Opens(Session session) => session.RowId == Id && CryptographicOperations.FixedTimeEquals(session.KeyDigest, Digest);
}
