using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SalesOs.Dashboard.Signing;

/// <summary>
/// SHA-256 of short messages by OpenSSL's plain functions, which keep their state in the caller's memory. What the platform's hash object does around each digest takes three times
/// as long as hashing so little (docs/decisions/0019-short-texts-by-openssl.md).
/// </summary>
internal static partial class OpenSslDigest
{
    /// <summary>Bytes of the longest message. The garbage collector waits until a call has ended, so calls must be short: this many bytes take below a microsecond.</summary>
    public const int MaxLength = 1024;

    private const string Library = "libcrypto.so.3";

    /// <summary>Bytes for OpenSSL's <c>SHA256_CTX</c>, which has 112.</summary>
    private const int StateSize = 128;

    private static readonly string[] Functions = ["SHA256_Init", "SHA256_Update", "SHA256_Final", "EVP_default_properties_is_fips_enabled"];

    /// <summary>False on other systems than Linux, with an OpenSSL that lacks the functions, and where it is told to use nothing but what is validated for FIPS, which they are not.</summary>
    public static bool IsAvailable { get; } = IsUsable();

    /// <summary>Writes the 32 bytes of SHA-256(<paramref name="message"/>) to <paramref name="digest"/>, which may overlap the message.</summary>
    /// <param name="message">At most <see cref="MaxLength"/> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="digest"/> is shorter than 32 bytes.</exception>
    public static void Sha256(ReadOnlySpan<byte> message, Span<byte> digest)
    {
        ref var result = ref MemoryMarshal.GetReference(digest[..Digest.Size]);
        Span<byte> memory = stackalloc byte[StateSize];
        ref var state = ref MemoryMarshal.GetReference(memory);
        var done = Init(ref state) & Update(ref state, in MemoryMarshal.GetReference(message), (nuint)message.Length) & Final(ref result, ref state);
        CryptographicOperations.ZeroMemory(memory);
        if (done != 1)
        {
            throw new CryptographicException("OpenSSL did not hash.");
        }
    }

    private static bool IsUsable()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad(Library, typeof(OpenSslDigest).Assembly, searchPath: null, out var library))
        {
            return false;
        }

        return Array.TrueForAll(Functions, function => NativeLibrary.TryGetExport(library, function, out _)) && IsFipsEnabled(0) == 0;
    }

    [LibraryImport(Library, EntryPoint = "SHA256_Init")]
    [SuppressGCTransition]
    private static partial int Init(ref byte state);

    [LibraryImport(Library, EntryPoint = "SHA256_Update")]
    [SuppressGCTransition]
    private static partial int Update(ref byte state, in byte message, nuint length);

    [LibraryImport(Library, EntryPoint = "SHA256_Final")]
    [SuppressGCTransition]
    private static partial int Final(ref byte digest, ref byte state);

    [LibraryImport(Library, EntryPoint = "EVP_default_properties_is_fips_enabled")]
    private static partial int IsFipsEnabled(nint context);
}
