using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Gate;

namespace SalesOs.Dashboard.Tests.Hosting;

/// <summary>Guarantee W4: a route is public by being on this list, or it demands a caller.</summary>
public sealed class EveryRouteTests
{
    private static readonly string[] Public =
    [
        "/health/live", "/health/ready", "/openapi/v1.json", "/sign-in", "/sign-out", "/sign-in/failed", "/signed-out", "/page-ended", "/language/{culture}", "/not-found", "/error",
        // The provider calls it, and proves itself by a token that it has signed.
        "/signout-backchannel-oidc",
        // The page of the API's document and its own files.
        "/docs/api/{documentName?}", "/docs/api/scalar.js", "/docs/api/scalar.aspnetcore.js", "/docs/api/favicon.svg",
        // The built-in provider, in Development alone.
        "/connect/authorize", "/connect/token", "/connect/endsession", "/connect/sign-in.css",
        // A circuit is opened for somebody signed in alone, which CircuitConnections sees to; each action in it asks again.
        "/_blazor", "/_blazor/negotiate", "/_blazor/disconnect", "/_blazor/initializers", "/_framework/opaque-redirect",
    ];

    [Fact]
    public async Task Route_ThatIsNotPublic_DemandsACaller()
    {
        await using var dashboard = await RunningDashboard.StartAsync();

        OpenIn(dashboard).ShouldBeEmpty();
    }

    [Fact]
    public async Task Route_ThatIsNew_TurnsThisRed()
    {
        await using var dashboard = await RunningDashboard.StartAsync(map: app =>
        {
            app.MapGet("/v1/exports", () => "forgotten");
            app.MapGet("/reports", () => "said to be public").AllowAnonymous();
            app.MapGet("/private", () => "fine").RequireAuthorization();
        });

        OpenIn(dashboard).ShouldBe(["/reports", "/v1/exports"], ignoreOrder: true);
    }

    private static IEnumerable<string> OpenIn(RunningDashboard dashboard) =>
        [.. dashboard.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<Microsoft.AspNetCore.StaticAssets.StaticAssetDescriptor>() is null && e.Metadata.GetMetadata<SignedRoute>() is null)
            .Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null || e.Metadata.GetMetadata<IAuthorizeData>() is null)
            .Select(e => "/" + e.RoutePattern.RawText!.Trim('/'))
            .Distinct(StringComparer.Ordinal)
            .Where(path => !Public.Contains(path, StringComparer.Ordinal))];
}
