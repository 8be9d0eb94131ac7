using System.Security.Cryptography;
using System.Text;
using BenchmarkDotNet.Attributes;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Benchmarks;

/// <summary>What the gate pays for a signature, beside the same five hashes as the platform offers them.</summary>
[MemoryDiagnoser]
[MinColumn]
[SimpleJob(warmupCount: 5, iterationCount: 20)]
public class SignatureBenchmarks
{
    private const string Method = "POST";
    private const string Target = "/v1/leads?page=2&per_page=50";

    private readonly byte[] body = new byte[512];
    private readonly byte[] k1 = new byte[SignatureChain.DigestSize];
    private readonly byte[] timestamp = Encoding.ASCII.GetBytes("1750000000");
    private readonly byte[] method = Encoding.ASCII.GetBytes(Method);
    private readonly byte[] target = Encoding.ASCII.GetBytes(Target);
    private string header = "";

    [GlobalSetup]
    public void Prepare()
    {
        var apiKey = CredentialFormat.NewApiKey(test: true);
        var secret = CredentialFormat.NewSecret(test: true);
        Random.Shared.NextBytes(body);
        SignatureChain.DeriveK1(secret, apiKey, k1);
        header = RequestSigner.Authorization(apiKey, secret, 1750000000, Method, Target, body);
        if (!ParseAndVerify())
        {
            throw new InvalidOperationException("The subject refuses what it should let in, so its time would mean nothing.");
        }
    }

    /// <summary>Four one-shot HMACs and one SHA-256, into the stack: no parsing, no text, no comparison.</summary>
    [Benchmark(Baseline = true)]
    public byte BareChain()
    {
        Span<byte> k = stackalloc byte[32];
        Span<byte> digest = stackalloc byte[32];
        Span<byte> payload = stackalloc byte[64];
        SHA256.HashData(body, digest);
        Convert.TryToHexStringLower(digest, payload, out _);
        HMACSHA256.HashData(k1, timestamp, k);
        HMACSHA256.HashData(k, method, k);
        HMACSHA256.HashData(k, target, k);
        HMACSHA256.HashData(k, payload, k);
        return k[0];
    }

    /// <summary>From the header's text to the verdict, the body's digest included.</summary>
    [Benchmark]
    public bool ParseAndVerify()
    {
        Span<byte> digest = stackalloc byte[SignatureChain.DigestSize];
        Span<byte> signature = stackalloc byte[SignatureChain.DigestSize];
        if (!SignedAuthorization.TryParse(header, out var parsed))
        {
            return false;
        }

        SignatureChain.DigestBody(body, digest);
        parsed.CopySignatureTo(signature);
        return SignatureChain.Verify(k1, parsed.Timestamp, Method, Target, digest, signature);
    }
}
