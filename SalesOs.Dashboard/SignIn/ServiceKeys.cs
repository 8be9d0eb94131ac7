using System.Security.Cryptography;
using System.Text;

namespace SalesOs.Dashboard.SignIn;

/// <summary>
/// The keys of the platform's own programs, known by their SHA-256 alone (<c>ServiceRole:KeyHashes</c>). A plain hash is enough, as such a key is
/// machine-made and long; read anew on each call, so that one taken out of a reloaded setting no longer opens.
/// </summary>
public sealed class ServiceKeys(IConfiguration configuration)
{
    public const string Section = "ServiceRole:KeyHashes";

    /// <summary>64 lowercase hex digits.</summary>
    public static bool IsHash(string? text) => text is { Length: 64 } && text.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f'));

    /// <summary>The hash of the key if it is one of ours, else null. Every known hash is compared, each in constant time.</summary>
    public string? HashOfKnown(string key)
    {
        Span<byte> given = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> known = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), given);
        var found = false;
        foreach (var entry in configuration.GetSection(Section).GetChildren())
        {
            if (IsHash(entry.Value))
            {
                Convert.FromHexString(entry.Value!, known, out _, out _);
                found |= CryptographicOperations.FixedTimeEquals(given, known);
            }
        }

        return found ? Convert.ToHexStringLower(given) : null;
    }
}
