namespace SalesOs.Dashboard.Gate;

/// <summary>Metadata of a route that only signed requests reach.</summary>
/// <param name="Scope">What the key needs; null lets any valid key in.</param>
/// <param name="MaxBodyBytes">Null takes <c>Gate:MaxBodyBytes</c>.</param>
public sealed record SignedRoute(string? Scope, long? MaxBodyBytes);

public static class SignedRouteConvention
{
    /// <summary>Puts the route behind the gate.</summary>
    public static TBuilder RequireSignature<TBuilder>(this TBuilder builder, string? scope = null, long? maxBodyBytes = null)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new SignedRoute(scope, maxBodyBytes));
}
