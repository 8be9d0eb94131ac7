using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using SalesOs.Dashboard.Components.Kit;
using Scalar.AspNetCore;

namespace SalesOs.Dashboard.Hosting;

/// <summary>The OpenAPI document at <c>/openapi/v1.json</c>, and a page to read it at <c>/docs/api</c> that needs nothing from another host.</summary>
internal static class ApiDocumentPages
{
    private const string DocumentPath = $"/openapi/{ApiDocument.Name}.json";

    private const string Colours = """
        :root .light-mode, :root.light-mode {
          --scalar-color-3: #5c5c68; --scalar-color-green: #0d6a3d; --scalar-color-yellow: #8a5100; --scalar-color-orange: #94400b;
          --scalar-color-red: #b3261e; --scalar-color-blue: #1f51b5; --scalar-color-purple: #6b3fc0;
        }
        :root .dark-mode, :root.dark-mode {
          --scalar-color-3: #a6a6b2; --scalar-color-green: #62d596; --scalar-color-yellow: #f3bb60; --scalar-color-orange: #ffa26b;
          --scalar-color-red: #ff958c; --scalar-color-blue: #7fb0ff; --scalar-color-purple: #c0a5ff;
        }
        .sidebar-search-placeholder { color: var(--scalar-color-2) !important; }
        """;

    public static void MapApiDocument(this WebApplication app)
    {
        var headers = app.Services.GetRequiredService<SecurityHeaders>();
        // Written once: it depends on the routes alone, and anyone may ask for it.
        var document = new Lazy<Task<byte[]>>(() => WriteAsync(app.Services));
        app.MapGet(DocumentPath, async () => Results.Bytes(await document.Value, "application/json; charset=utf-8")).AllowAnonymous().ExcludeFromDescription();
        var site = app.Services.GetRequiredService<SiteOptions>();
        app.MapScalarApiReference("/docs/api", (options, context) =>
        {
            options.HeaderContent = site.Label is { } label ? $"<p style=\"margin:0;padding:2px 16px;text-align:center;font:600 13px sans-serif;background:#fdf1da;color:#8a5100\">{HtmlEncoder.Default.Encode(label)}</p>" : null;
            // It is put into the page as it is.
            options.WithTitle(HtmlEncoder.Default.Encode(site.TitleOf("SalesOS API"))).WithOpenApiRoutePattern(DocumentPath).DisableAgent().DisableMcp();
            options.DefaultFonts = false;
            options.Telemetry = false;
            options.DefaultOpenAllTags = true;
            options.HideClientButton = true;
            options.ShowDeveloperTools = DeveloperToolsVisibility.Never;
            options.Nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            // Scalar writes no language, and some of its colours are too faint to read.
            options.HeadContent = $"<script nonce=\"{options.Nonce}\">document.documentElement.lang = \"en\";</script>";
            options.CustomCss = Colours;
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
