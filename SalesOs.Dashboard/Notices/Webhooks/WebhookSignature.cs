using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SalesOs.Dashboard.Notices.Webhooks;

/// <summary>The three headers of Standard Webhooks (specification 1.0.0, symmetric signatures).</summary>
/// <param name="Id"><c>webhook-id</c>: the same for each try, so that a receiver can tell what it has had.</param>
/// <param name="Timestamp"><c>webhook-timestamp</c>: seconds of Unix time at the try; receivers refuse what is older than some minutes.</param>
/// <param name="Signature">
/// <c>webhook-signature</c>: <c>v1,</c> and base64 for each secret, a space between them; one that holds is enough. Of two the first stands at the end once more:
/// some libraries never look at the last of several.
/// </param>
public sealed record WebhookSignature(string Id, string Timestamp, string Signature)
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <param name="secrets">One, or two while one is being replaced.</param>
    public static WebhookSignature Of(Guid messageId, DateTimeOffset at, byte[] body, IReadOnlyList<byte[]> secrets)
    {
        var id = IdOf(messageId);
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{id}.{timestamp}."), .. body];
        var signatures = secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, signed))).ToList();
        return new WebhookSignature(id, timestamp, string.Join(' ', signatures.Count > 1 ? [.. signatures, signatures[0]] : signatures));
    }

    /// <summary>Such as <c>msg_0199a7c4b1f27d3ea0c5e6f708192a3b</c>.</summary>
    public static string IdOf(Guid messageId) => $"msg_{messageId:N}";
}
