using System.Security.Cryptography;

namespace SalesOs.Dashboard.Notices.Webhooks;

/// <summary>What a webhook's receiver proves a notice with, as Standard Webhooks has it: 24 to 64 random bytes, written <c>whsec_</c> and base64.</summary>
public static class WebhookSecret
{
    /// <summary>Of a secret that is made here, in bytes.</summary>
    public const int Size = 32;

    private const string Prefix = "whsec_";
    private const int Least = 24;
    private const int Most = 64;

    public static byte[] New() => RandomNumberGenerator.GetBytes(Size);

    /// <summary>As its receiver is given it, once.</summary>
    public static string Shown(ReadOnlySpan<byte> secret) => Prefix + Convert.ToBase64String(secret);

    /// <summary>Null for anything else than a secret.</summary>
    public static byte[]? Parse(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text[Prefix.Length..], bytes, out var size) && size is >= Least and <= Most ? bytes[..size] : null;
    }
}
