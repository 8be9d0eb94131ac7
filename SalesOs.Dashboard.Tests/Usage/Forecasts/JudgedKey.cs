using System.Buffers;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Gate;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Usage.Forecasts;

/// <summary>The gate as it is, with one key in its ring and a memory of its own.</summary>
internal sealed class JudgedKey
{
    private static readonly IMeterFactory Meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();

    private readonly KeyRing ring = new();
    private readonly OwnMemory memory;
    private readonly RequestGate gate;
    private readonly FakeTimeProvider clock;

    public JudgedKey(RingKey key, FakeTimeProvider clock)
    {
        this.clock = clock;
        Key = key;
        ring.Put(key);
        var options = new GateOptions(WindowSeconds: 30, MaxBodyBytes: 1024, MaxUnprovenBytes: 1 << 20);
        memory = new OwnMemory(new ReplayMemory(new ClusterOptions(options.WindowSeconds), clock, NullLogger<ReplayMemory>.Instance));
        gate = new RequestGate(ring, memory, new KeyRenewal(database: null!, ring, NullLogger<KeyRenewal>.Instance), new UnprovenBodies(options, Meters), options, clock);
    }

    public RingKey Key { get; private set; }

    /// <summary>The key with other settings; its hour starts anew.</summary>
    public static RingKey Like(RingKey key, IReadOnlyList<string>? scopes = null, IReadOnlyList<string>? allowedIps = null, int? rateLimit = null) => new(key.ApiKey, key.K1.ToArray())
    {
        Version = key.Version,
        Ordinal = 0,
        Id = key.Id,
        TenantId = key.TenantId,
        Name = key.Name,
        Scopes = [.. scopes ?? key.Scopes],
        RateLimit = rateLimit ?? key.RateLimit,
        ExpiresAt = key.ExpiresAt,
        Revoked = false,
        SingleUse = key.SingleUse,
        AllowedIps = allowedIps is null ? key.AllowedIps : [.. allowedIps.Select(text => AddressBlock.TryParse(text, out var block) ? block : throw new ArgumentException(text))],
    };

    /// <summary>Another limit from now on; what the hour holds stays.</summary>
    public void Limit(int rateLimit)
    {
        Key = Like(Key, rateLimit: rateLimit);
        ring.Put(Key);
    }

    /// <summary>As after a restart: what the record holds of the hour.</summary>
    public void Restore(long minute, int granted) => memory.Restore(Key.Ordinal, minute, granted);

    /// <summary>Judges it at the clock's time.</summary>
    public async Task<Verdict> JudgeAsync(HttpContext request, SignedRoute route) => await gate.JudgeAsync(new SignedCall(request, route, clock.GetUtcNow()));

    /// <summary>A request that is rightly signed, by whoever holds the key.</summary>
    public static DefaultHttpContext Sign(RingKey key, long seconds, string method, IPAddress address)
    {
        const string target = "/v1/leads";
        Span<byte> digest = stackalloc byte[SignatureChain.DigestSize];
        Span<byte> signature = stackalloc byte[SignatureChain.DigestSize];
        SignatureChain.DigestBody([], digest);
        var timestamp = seconds.ToString(CultureInfo.InvariantCulture);
        SignatureChain.Sign(key.K1, timestamp, method, target, digest, signature);
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = address;
        context.Features.Set<IRequestBodyPipeFeature>(NoBody.Instance);
        context.Features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Protocol = HttpProtocol.Http11,
            Method = method,
            RawTarget = target,
            Path = target,
            Headers = { Authorization = $"{SignedAuthorization.Scheme} {key.ApiKey}:{timestamp}:{Convert.ToHexStringLower(signature)}" },
        });
        return context;
    }

    private sealed class NoBody : PipeReader, IRequestBodyPipeFeature
    {
        public static readonly NoBody Instance = new();

        public PipeReader Reader => this;

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(new ReadResult(ReadOnlySequence<byte>.Empty, isCanceled: false, isCompleted: true));

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
