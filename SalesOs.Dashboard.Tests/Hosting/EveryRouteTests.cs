using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Gate;

namespace SalesOs.Dashboard.Tests.Hosting;

/// <summary>Guarantee W4: a route is public by being on this list, with its verbs where it has any, or it demands a caller.</summary>
public sealed class EveryRouteTests
{
    private static readonly string[] Public =
    [
        "GET /health/live", "/health/ready", "GET /openapi/v1.json", "GET /sign-in", "/signin-oidc", "POST /sign-out", "GET /language/{culture}",
        // Pages; what a form of one sends comes to its address.
        "GET POST /sign-in/failed", "GET POST /signed-out", "GET POST /page-ended", "GET POST /not-found", "GET POST /error",
        // Whoever has the link of an e-mail; its proof stands in it.
        "GET POST /notices/confirm/{Id:guid}/{Proof}",
        // The provider calls it, and proves itself by a token that it has signed.
        "POST /signout-backchannel-oidc",
        // The page of the API's document and its own files.
        "GET /docs/api/{documentName?}", "GET /docs/api/scalar.js", "GET /docs/api/scalar.aspnetcore.js", "GET /docs/api/favicon.svg",
        // The guide, for readers and for programs.
        "GET POST /docs", "GET POST /docs/{Name}", "GET /docs.md", "GET /docs/{name}.md", "GET /llms.txt",
        // The built-in provider, in Development alone.
        "GET POST /connect/authorize", "POST /connect/token", "GET POST /connect/endsession", "GET /connect/sign-in.css",
        // A circuit is opened for somebody signed in alone, which CircuitConnections sees to; each action in it asks again.
        "/_blazor", "/_blazor/negotiate", "/_blazor/disconnect", "/_blazor/initializers", "GET /_framework/opaque-redirect",
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
            app.MapDelete("/sign-in", () => "a verb that the public path has not").AllowAnonymous();
            app.MapGet("/private", () => "fine").RequireAuthorization();
        });

        OpenIn(dashboard).ShouldBe(["GET /reports", "GET /v1/exports", "DELETE /sign-in"], ignoreOrder: true);
    }

    private static IEnumerable<string> OpenIn(RunningDashboard dashboard) =>
        [.. dashboard.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<Microsoft.AspNetCore.StaticAssets.StaticAssetDescriptor>() is null && e.Metadata.GetMetadata<SignedRoute>() is null)
            .Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null || e.Metadata.GetMetadata<IAuthorizeData>() is null)
            .Select(e => string.Join(' ', [.. e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [], "/" + e.RoutePattern.RawText!.Trim('/')]))
            .Distinct(StringComparer.Ordinal)
            .Where(path => !Public.Contains(path, StringComparer.Ordinal))];
}
