using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Http;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Benchmarks;

/// <summary>What the gate pays for a request, beside the bare hashes of its signature.</summary>
[MemoryDiagnoser]
[MinColumn]
[SimpleJob(warmupCount: 5, iterationCount: 20)]
public class GateBenchmarks
{
    private readonly SignatureBenchmarks signature = new();
    private readonly LoadedGate verifying = new(keys: 100, revoked: true);
    private readonly LoadedGate deciding = new(keys: 100, revoked: false);
    private HttpContext[] toVerify = [];
    private HttpContext[] toDecide = [];
    private int turn;

    [GlobalSetup]
    public void Prepare()
    {
        signature.Prepare();
        toVerify = verifying.Sign(100, Random.Shared);
        toDecide = deciding.Sign(100, Random.Shared);
        if (Verify() != verifying.Expected || Decide() != deciding.Expected)
        {
            throw new InvalidOperationException("The gate decides otherwise than it should, so its time would mean nothing.");
        }
    }

    /// <summary>As <see cref="SignatureBenchmarks.BareChain"/>.</summary>
    [Benchmark(Baseline = true)]
    public byte BareChain() => signature.BareChain();

    /// <summary>The request's form, parse, window, ring, chain over a body of 512 bytes, compare.</summary>
    [Benchmark]
    public Verdict Verify() => verifying.Decide(toVerify[turn++ % 100]);

    /// <summary>The same and the checks after it, with the sliding hour taken from.</summary>
    [Benchmark]
    public Verdict Decide() => deciding.Decide(toDecide[turn++ % 100]);
}
