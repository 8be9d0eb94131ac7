using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Gate;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Benchmarks;

/// <summary>The gate with a ring of many keys, and requests that are signed for it; no network and no database.</summary>
internal sealed class LoadedGate
{
    private const string Method = "POST";
    private const string Target = "/v1/leads?page=2&per_page=50";

    private static readonly SignedRoute Route = new(Scope: null, MaxBodyBytes: null, Number: 0);
    private static readonly byte[] Body = [.. Enumerable.Range(0, 512).Select(i => (byte)i)];

    private readonly DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(1750000000);
    private readonly string[] apiKeys;
    private readonly RequestGate gate;

    /// <param name="revoked">Such keys are refused right after the comparison: what is measured then is the verification alone.</param>
    public LoadedGate(int keys, bool revoked)
    {
        apiKeys = [.. Enumerable.Range(0, keys).Select(_ => CredentialFormat.NewApiKey(test: true))];
        var ring = new KeyRing();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < keys; i++)
        {
            ring.Put(new RingKey(new string(apiKeys[i].AsSpan()), K1Of(i))
            {
                Version = 1,
                Ordinal = ring.NextOrdinal(),
                Id = Guid.CreateVersion7(),
                TenantId = "11111111-1111-4111-8111-111111111111",
                Name = $"Warehouse sync {i}",
                Scopes = [],
                RateLimit = 1_000_000,
                ExpiresAt = long.MaxValue,
                Revoked = revoked,
                SingleUse = false,
                AllowedIps = [],
            });
        }

        BytesPerKey = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)keys;
        var options = new GateOptions(WindowSeconds: 30, MaxBodyBytes: 1024 * 1024, MaxUnprovenBytes: 32 << 20);
        var replays = new ReplayMemory(new ClusterOptions(options.WindowSeconds), TimeProvider.System, NullLogger<ReplayMemory>.Instance);
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        gate = new RequestGate(ring, new OwnMemory(replays), new KeyRenewal(database: null!, ring, NullLogger<KeyRenewal>.Instance), new UnprovenBodies(options, meters), options, TimeProvider.System);
        Expected = revoked ? Verdict.Revoked : Verdict.LetIn;
    }

    /// <summary>Heap that the filled ring holds, over its keys.</summary>
    public double BytesPerKey { get; }

    /// <summary>What every signed request gets.</summary>
    public Verdict Expected { get; }

    /// <summary>Requests of keys chosen at random, rightly signed.</summary>
    public HttpContext[] Sign(int requests, Random random) => [.. Enumerable.Range(0, requests).Select(_ => Signed(random.Next(apiKeys.Length)))];

    /// <summary>All that the gate does for a request but reading its body from the network.</summary>
    public Verdict Decide(HttpContext request)
    {
        var judged = gate.JudgeAsync(new SignedCall(request, Route, now));
        return judged.IsCompletedSuccessfully ? judged.Result : throw new InvalidOperationException("The body is there, and yet the gate waits.");
    }

    private DefaultHttpContext Signed(int key)
    {
        Span<byte> digest = stackalloc byte[SignatureChain.DigestSize];
        Span<byte> signature = stackalloc byte[SignatureChain.DigestSize];
        SignatureChain.DigestBody(Body, digest);
        SignatureChain.Sign(K1Of(key), "1750000000", Method, Target, digest, signature);
        var context = new DefaultHttpContext();
        context.Features.Set<IRequestBodyPipeFeature>(new ReadBody());
        context.Features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Protocol = HttpProtocol.Http11,
            Method = Method,
            RawTarget = Target,
            Path = "/v1/leads",
            Headers = { Authorization = $"{SignedAuthorization.Scheme} {apiKeys[key]}:1750000000:{Convert.ToHexStringLower(signature)}" },
        });
        return context;
    }

    private static byte[] K1Of(int key)
    {
        var k1 = new byte[SignatureChain.DigestSize];
        BinaryPrimitives.WriteInt32LittleEndian(k1, key);
        return k1;
    }

    /// <summary>A body that has come whole, again and again.</summary>
    private sealed class ReadBody : PipeReader, IRequestBodyPipeFeature
    {
        public PipeReader Reader => this;

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(new ReadResult(new ReadOnlySequence<byte>(Body), isCanceled: false, isCompleted: true));

        public override bool TryRead(out ReadResult result) => throw new NotSupportedException();

        public override void AdvanceTo(SequencePosition consumed)
        {
        }

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
        }

        public override void CancelPendingRead()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }
    }
}
