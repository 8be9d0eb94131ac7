using System.Text.Json;

namespace SalesOs.Dashboard.Tests.Signing;

/// <summary>A known answer from an independent implementation; all bytes as lowercase hex.</summary>
public sealed record Vector(
    string ApiKey,
    string Secret,
    string Timestamp,
    string Method,
    string Target,
    string BodyHex,
    string K1,
    string K2,
    string K3,
    string K4,
    string PayloadSha256,
    string Signature,
    string Authorization)
{
    private static readonly JsonSerializerOptions Naming = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static IReadOnlyList<Vector> All { get; } = JsonSerializer.Deserialize<Vector[]>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Signing", "p2s-sign-v1-vectors.json")), Naming)!;

    public static TheoryData<int> Numbers { get; } = [.. Enumerable.Range(0, All.Count)];

    public byte[] Body => Convert.FromHexString(BodyHex);

    public override string ToString() => $"{Method} {Target}";
}
