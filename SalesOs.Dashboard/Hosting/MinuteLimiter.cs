using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;

namespace SalesOs.Dashboard.Hosting;

/// <summary>
/// So many permits in each minute, which begins with the first of them. The library's own limiters take no clock, and tell nothing or a whole window where
/// <c>Retry-After</c> wants to know how long is left; what shares it out to callers and drops the idle ones is the library's.
/// </summary>
internal sealed class MinuteLimiter(int permits, TimeProvider clock) : RateLimiter
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock sync = new();
    private DateTimeOffset began = DateTimeOffset.MinValue;
    private int taken;

    public override TimeSpan? IdleDuration
    {
        get
        {
            lock (sync)
            {
                var over = clock.GetUtcNow() - began - Minute;
                return over < TimeSpan.Zero ? null : over;
            }
        }
    }

    public override RateLimiterStatistics? GetStatistics() => null;

    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        lock (sync)
        {
            var now = clock.GetUtcNow();
            // Also when the clock was set back.
            if (now - began >= Minute || now < began)
            {
                began = now;
                taken = 0;
            }

            if (taken + permitCount > permits)
            {
                return new Lease(began + Minute - now);
            }

            taken += permitCount;
            return Lease.Granted;
        }
    }

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) => new(AttemptAcquireCore(permitCount));

    private sealed class Lease(TimeSpan? wait) : RateLimitLease
    {
        public static readonly Lease Granted = new(wait: null);

        public override bool IsAcquired => wait is null;

        public override IEnumerable<string> MetadataNames => wait is null ? [] : [MetadataName.RetryAfter.Name];

        public override bool TryGetMetadata(string metadataName, [MaybeNullWhen(false)] out object metadata)
        {
            metadata = wait is { } time && metadataName == MetadataName.RetryAfter.Name ? time : null;
            return metadata is not null;
        }
    }
}
