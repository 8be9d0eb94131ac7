using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Gate;

/// <summary>Metadata of a route that only signed requests reach.</summary>
/// <param name="Scope">What the key needs; null lets any valid key in.</param>
/// <param name="MaxBodyBytes">Null takes <c>Gate:MaxBodyBytes</c>.</param>
/// <param name="Number">The route's number in the usage record.</param>
public sealed record SignedRoute(string? Scope, long? MaxBodyBytes, short Number);

public static class SignedRoutes
{
    /// <summary>Maps a route that only signed requests reach.</summary>
    /// <param name="scope">What the key needs; null lets any valid key in.</param>
    public static RouteHandlerBuilder MapSigned(
        this IEndpointRouteBuilder routes,
        string method,
        string pattern,
        Delegate handler,
        string? scope = null,
        long? maxBodyBytes = null)
    {
        var number = routes.ServiceProvider.GetRequiredService<UsageRecorder>().RouteNumber($"{method} {pattern}");
        return routes.MapMethods(pattern, [method], handler).WithMetadata(new SignedRoute(scope, maxBodyBytes, number));
    }
}
