using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace SalesOs.Dashboard.Signing;

/// <summary>
/// The form of API keys and secrets. Both end in a CRC-32 of all that stands before it, so that the server, and a scanner over code or logs,
/// tells a real one from a typo without a look-up. The checksum proves nothing else: it is no signature.
/// </summary>
public static class CredentialFormat
{
    /// <summary><c>sk_live_</c> or <c>sk_test_</c>, 25 random characters of <c>0-9a-z</c>, 7 of checksum.</summary>
    public const int ApiKeyLength = 40;

    /// <summary><c>salesos_secret_live_</c> or <c>salesos_secret_test_</c>, 43 random characters of <c>0-9A-Za-z</c> (256 bits), 6 of checksum.</summary>
    public const int SecretLength = 69;

    /// <summary>What every secret begins with, live or test.</summary>
    public const string SecretPrefix = "salesos_secret_";

    private const string Base36 = "0123456789abcdefghijklmnopqrstuvwxyz";
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string LiveKey = "sk_live_";
    private const string TestKey = "sk_test_";
    private const string LiveSecret = "salesos_secret_live_";
    private const string TestSecret = "salesos_secret_test_";
    private const int KeyChecksum = 7;
    private const int SecretChecksum = 6;

    private static readonly SearchValues<string> SecretBegins = SearchValues.Create([SecretPrefix], StringComparison.OrdinalIgnoreCase);
    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create(Base36);
    private static readonly SearchValues<char> SecretCharacters = SearchValues.Create(Base62);

    public static string NewApiKey(bool test) => New(test ? TestKey : LiveKey, Base36, ApiKeyLength, KeyChecksum);

    public static string NewSecret(bool test) => New(test ? TestSecret : LiveSecret, Base62, SecretLength, SecretChecksum);

    /// <summary>Whether prefix, length, alphabet and checksum are those of an API key.</summary>
    public static bool IsApiKey(ReadOnlySpan<char> text) =>
        text.Length == ApiKeyLength
        && (text.StartsWith(LiveKey, StringComparison.Ordinal) || text.StartsWith(TestKey, StringComparison.Ordinal))
        && !text[LiveKey.Length..].ContainsAnyExcept(KeyCharacters)
        && HasChecksum(text, Base36, KeyChecksum);

    /// <summary>Whether prefix, length, alphabet and checksum are those of a secret.</summary>
    public static bool IsSecret(ReadOnlySpan<char> text) =>
        text.Length == SecretLength
        && (text.StartsWith(LiveSecret, StringComparison.Ordinal) || text.StartsWith(TestSecret, StringComparison.Ordinal))
        && !text[LiveSecret.Length..].ContainsAnyExcept(SecretCharacters)
        && HasChecksum(text, Base62, SecretChecksum);

    /// <summary>A text that people or programs chose, up to where a secret begins in it: a secret that was put into an address or a name must reach no database (guarantee S1).</summary>
    public static string WithoutSecret(string text) => text.AsSpan().IndexOfAny(SecretBegins) is var at and >= 0 ? text[..at] : text;

    /// <summary>Whether an API key or a secret belongs to the test environment. Looks at the prefix alone.</summary>
    public static bool IsTest(ReadOnlySpan<char> keyOrSecret) =>
        keyOrSecret.StartsWith(TestKey, StringComparison.Ordinal) || keyOrSecret.StartsWith(TestSecret, StringComparison.Ordinal);

    private static string New(string prefix, string alphabet, int length, int checksumLength)
    {
        Span<char> text = stackalloc char[length];
        prefix.CopyTo(text);
        RandomNumberGenerator.GetItems(alphabet, text[prefix.Length..^checksumLength]);
        WriteChecksum(text[..^checksumLength], alphabet, text[^checksumLength..]);
        var made = new string(text);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(text));
        return made;
    }

    private static bool HasChecksum(ReadOnlySpan<char> text, string alphabet, int length)
    {
        Span<char> expected = stackalloc char[length];
        WriteChecksum(text[..^length], alphabet, expected);
        return text[^length..].SequenceEqual(expected);
    }

    private static void WriteChecksum(ReadOnlySpan<char> text, string alphabet, Span<char> checksum)
    {
        Span<byte> ascii = stackalloc byte[SecretLength];
        var value = Crc32.HashToUInt32(ascii[..Encoding.ASCII.GetBytes(text, ascii)]);
        for (var i = checksum.Length - 1; i >= 0; i--)
        {
            (value, var digit) = Math.DivRem(value, (uint)alphabet.Length);
            checksum[i] = alphabet[(int)digit];
        }
    }
}
