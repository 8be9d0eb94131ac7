using Microsoft.Extensions.Diagnostics.HealthChecks;
using SalesOs.Dashboard.Cluster;

namespace SalesOs.Dashboard.Hosting;

/// <summary>
/// The health of what nodes share. A node that alone has lost it is red, so that no requests come to it; where no live node has it, all stay green but say so: pages are
/// served all the same, and signed requests are answered 503 by themselves.
/// </summary>
internal static class SharedHealth
{
    /// <summary>By then the others have said how it stands with them.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(6);

    public static void AddSharedHealth(this IServiceCollection services) => services.AddHealthChecks()
        .AddCheck<MemoryCheck>("shared_memory")
        .AddCheck<FeedCheck>("feed");

    private static HealthCheckResult Of(TimeSpan? away, bool othersHaveIt) =>
        away is null ? HealthCheckResult.Healthy()
        : away > Settled && othersHaveIt ? HealthCheckResult.Unhealthy()
        : HealthCheckResult.Degraded();

    /// <summary>Also looks how far this node's clock is from Redis's, by which the window is judged in the end.</summary>
    private sealed class MemoryCheck(RedisMemory memory, NodeRegister nodes, ClusterOptions options) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var skew = Math.Abs(memory.SkewSeconds);
            return Task.FromResult(
                skew * 2 > options.WindowSeconds ? HealthCheckResult.Unhealthy()
                : skew > RedisClock.MostSkew ? HealthCheckResult.Degraded()
                : Of(memory.AwayFor, nodes.Others.Any(node => node.HasMemory)));
        }
    }

    private sealed class FeedCheck(SharedFeed feed, NodeRegister nodes) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(Of(feed.AwayFor, nodes.Others.Any(node => node.HasFeed)));
    }
}
