using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Gate;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Benchmarks.Load;

/// <summary>How one writes it first: one EF Core query and one update a request. (It is spared decrypting k1, which it takes from the ring.)</summary>
internal static class NaiveGate
{
    public static async Task RunAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        var parts = header["P2S-SIGN-V1 ".Length..].Split(':');
        using var body = await SignedBody.ReadAsync(context.Request, 1024 * 1024, keep: true, context.RequestServices.GetRequiredService<UnprovenBodies>());
        await using var db = await context.RequestServices.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync();
        var key = await db.Set<ApiKey>().IgnoreQueryFilters().AsNoTracking().SingleOrDefaultAsync(k => k.Key == parts[0]);
        if (key is null || key.StatusAt(DateTimeOffset.UtcNow) != KeyStatus.Active || !IsSigned(context, key, parts, body.ToMemory().Span))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        await db.Set<ApiKey>().IgnoreQueryFilters().Where(k => k.Id == key.Id).ExecuteUpdateAsync(set => set
            .SetProperty(k => k.UsageCount, k => k.UsageCount + 1)
            .SetProperty(k => k.LastUsedAt, DateTimeOffset.UtcNow));
        await LoadServer.WriteAsync(context, body.ToMemory());
    }

    private static bool IsSigned(HttpContext context, ApiKey key, string[] parts, ReadOnlySpan<byte> body)
    {
        var k = context.RequestServices.GetRequiredService<KeyRing>().Find(key.Key)!.K1.ToArray();
        foreach (var message in (string[])[parts[1], context.Request.Method, context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget])
        {
            k = HMACSHA256.HashData(k, Encoding.UTF8.GetBytes(message));
        }

        var expected = HMACSHA256.HashData(k, Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(body))));
        return CryptographicOperations.FixedTimeEquals(expected, Convert.FromHexString(parts[2]));
    }
}
