using System.Security.Cryptography;
using System.Text;

namespace SalesOs.Dashboard.Tests.Components.Guide;

/// <summary>Each value of a signature, made with the platform's own HMAC and as the guide says it.</summary>
internal sealed record ExampleChain(string K1, string K2, string K3, string K4, string Digest, string Signature)
{
    public static ExampleChain Of(string secret, string key, string timestamp, string method, string target, string body)
    {
        var k1 = Step(Encoding.UTF8.GetBytes(secret), key);
        var k2 = Step(k1, timestamp);
        var k3 = Step(k2, method);
        var k4 = Step(k3, target);
        var digest = Hex(SHA256.HashData(Encoding.UTF8.GetBytes(body)));
        return new ExampleChain(Hex(k1), Hex(k2), Hex(k3), Hex(k4), digest, Hex(Step(k4, digest)));
    }

    private static byte[] Step(byte[] key, string message) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(message));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
