using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Gate;

/// <summary>Metadata of a route that only signed requests reach.</summary>
/// <param name="Scope">What the key needs; null lets any valid key in.</param>
/// <param name="MaxBodyBytes">Null takes <c>Gate:MaxBodyBytes</c>.</param>
/// <param name="Number">The route's number in the usage record.</param>
public sealed record SignedRoute(string? Scope, long? MaxBodyBytes, short Number);

public static class SignedRouteConvention
{
    /// <summary>Puts the route behind the gate.</summary>
    /// <param name="scope">What the key needs; null lets any valid key in.</param>
    /// <param name="maxBodyBytes">Null takes <c>Gate:MaxBodyBytes</c>.</param>
    public static TBuilder RequireSignature<TBuilder>(this TBuilder builder, string? scope = null, long? maxBodyBytes = null)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint =>
        {
            // Known only now, with the groups that the route stands in.
            var pattern = ((RouteEndpointBuilder)endpoint).RoutePattern.RawText!.TrimEnd('/');
            var method = endpoint.Metadata.OfType<HttpMethodMetadata>().Single().HttpMethods[0];
            var number = endpoint.ApplicationServices.GetRequiredService<UsageRecorder>().RouteNumber($"{method} {pattern}", scope);
            endpoint.Metadata.Add(new SignedRoute(scope, maxBodyBytes, number));
        });
        return builder;
    }
}
