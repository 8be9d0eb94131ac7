using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Components.Frame;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Hosting;

/// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: it can serve, which ends as soon as it is told to stop.</summary>
internal static class Health
{
    public static void AddHealth(this IServiceCollection services) => services.AddHealthChecks()
        .AddCheck<DatabaseCheck>("database")
        .AddCheck<WriteCheck>("writes")
        .AddCheck<MasterKeyCheck>("master_key")
        .AddCheck<KeyRingCheck>("key_ring")
        .AddCheck<ProviderCheck>("identity_provider")
        .AddCheck<StoppingCheck>("running");

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        // The label only where there is one.
        routes.MapGet("/health/live", (SiteOptions site) => site.Label is { } label
            ? Results.Json(new { status = "live", version = ProductVersion.Text, label })
            : Results.Json(new { status = "live", version = ProductVersion.Text })).AllowAnonymous();
        routes.MapHealthChecks("/health/ready", new() { ResponseWriter = WriteAsync }).AllowAnonymous();
    }

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "application/json; charset=utf-8";
        // Names and states alone: why a check failed is the log's to say, not an outsider's to read.
        var checks = report.Entries.ToDictionary(e => e.Key, e => StateOf(e.Value.Status), StringComparer.Ordinal);
        return JsonSerializer.SerializeAsync(context.Response.Body, new { status = StateOf(report.Status), checks });
    }

    private static string StateOf(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "ready",
        HealthStatus.Degraded => "degraded",
        HealthStatus.Unhealthy => "unavailable",
    };

    private sealed class DatabaseCheck(Database database) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                database.DemandOpened();
                await using var db = database.Read(AuditLog.Platform);
                return await db.Set<TenantDataKey>().AnyAsync(cancellationToken) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy();
            }
            catch (System.Data.Common.DbException fault)
            {
                return HealthCheckResult.Unhealthy(exception: fault);
            }
        }
    }

    /// <summary>Signed requests are let in and rejected without it, and counted later.</summary>
    private sealed class WriteCheck(Database database) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                return await database.CanWriteAsync() ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded();
            }
            catch (Exception fault) when (fault is System.Data.Common.DbException or IOException)
            {
                return HealthCheckResult.Degraded(exception: fault);
            }
        }
    }

    private sealed class MasterKeyCheck(Database database, Vault vault) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await using var db = database.Read(AuditLog.Platform);
                return await vault.FitsAsync(db, cancellationToken) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy();
            }
            catch (System.Data.Common.DbException fault)
            {
                return HealthCheckResult.Unhealthy(exception: fault);
            }
        }
    }

    private sealed class KeyRingCheck(KeyRing ring) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(ring.Ready ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
    }

    /// <summary>Signed requests and open sessions go on without it, so the program still serves.</summary>
    private sealed class ProviderCheck(ProviderReach reach) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            await reach.IsThereAsync() ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded();
    }

    private sealed class StoppingCheck(Stopping stopping) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(stopping.IsTold ? HealthCheckResult.Unhealthy() : HealthCheckResult.Healthy());
    }
}
