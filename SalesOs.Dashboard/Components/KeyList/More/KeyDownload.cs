using System.Data.Common;
using Microsoft.AspNetCore.Antiforgery;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Components.KeyList.More;

/// <summary>
/// The list as a download of the page's own: programs' paths never take the browser's cookie. A form with its antiforgery token asks for it, since an export is an
/// entry of the audit log.
/// </summary>
internal static class KeyDownload
{
    public const string Path = "/integrations/api-keys/export";

    public static void MapKeyDownload(this IEndpointRouteBuilder routes) => routes.MapPost(Path, SendAsync).RequireAuthorization().ExcludeFromDescription();

    private static async Task SendAsync(HttpContext context, IAntiforgery antiforgery, SessionCaller session, KeyExporter exporter)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        // The page's own address says what is shown; what it says wrongly is taken as not said, as on the page.
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var address = Uri.TryCreate("https://page" + form["address"], UriKind.Absolute, out var shown) ? KeysAddress.Parse(shown.AbsoluteUri) : new KeysAddress();
        if (await session.GetAsync() is not { } caller)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        try
        {
            var begun = await exporter.BeginAsync(address.ToQuery(UserTimeZone.Of(context.Request)), caller, context.RequestAborted);
            if (!begun.Done)
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return;
            }

            var headers = context.Response.Headers;
            headers.CacheControl = "no-store";
            headers.ContentType = SpreadsheetFile.ContentType;
            headers.ContentDisposition = $"attachment; filename=\"{begun.Value.FileName}\"";
            await begun.Value.WriteAsync(context.Response.Body, context.RequestAborted);
        }
        catch (Exception fault) when (!context.Response.HasStarted && (fault as DbException ?? fault.InnerException) is DbException)
        {
            // No entry, no export.
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
    }
}
