using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace SalesOs.Dashboard.Hosting;

/// <summary>The OpenAPI document at <c>/openapi/v1.json</c>, and a page to read it at <c>/docs/api</c> that needs nothing from another host.</summary>
internal static class ApiDocumentPages
{
    private const string DocumentPath = $"/openapi/{ApiDocument.Name}.json";

    public static void MapApiDocument(this WebApplication app)
    {
        var headers = app.Services.GetRequiredService<SecurityHeaders>();
        // Written once: it depends on the routes alone, and anyone may ask for it.
        var document = new Lazy<Task<byte[]>>(() => WriteAsync(app.Services));
        app.MapGet(DocumentPath, async () => Results.Bytes(await document.Value, "application/json; charset=utf-8")).AllowAnonymous().ExcludeFromDescription();
        app.MapScalarApiReference("/docs/api", (options, context) =>
        {
            options.WithTitle("SalesOS API").WithOpenApiRoutePattern(DocumentPath).DisableAgent().DisableMcp();
            options.DefaultFonts = false;
            options.Telemetry = false;
            options.DefaultOpenAllTags = true;
            options.HideClientButton = true;
            options.ShowDeveloperTools = DeveloperToolsVisibility.Never;
            options.Nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            headers.AllowScript(context, options.Nonce);
        }).AllowAnonymous();
    }

    private static async Task<byte[]> WriteAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var document = await scope.ServiceProvider.GetRequiredKeyedService<IOpenApiDocumentProvider>(ApiDocument.Name).GetOpenApiDocumentAsync();
        return Encoding.UTF8.GetBytes(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1));
    }
}
