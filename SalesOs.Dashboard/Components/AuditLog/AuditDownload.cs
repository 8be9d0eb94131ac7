using System.Data.Common;
using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Components.AuditLog;

/// <summary>
/// The export as a download of the page's own: programs' paths never take the browser's cookie. A form with its antiforgery token asks for it, since an
/// export is an entry of the log itself.
/// </summary>
internal static class AuditDownload
{
    public const string Path = "/integrations/audit/export";

    public static void MapAuditDownload(this IEndpointRouteBuilder routes) => routes.MapPost(Path, SendAsync).RequireAuthorization().ExcludeFromDescription();

    /// <summary>A moment as the form carries it.</summary>
    public static string? Text(DateTimeOffset? moment) => moment?.ToString("O", CultureInfo.InvariantCulture);

    private static async Task SendAsync(HttpContext context, IAntiforgery antiforgery, SessionCaller session, AuditExporter exporter)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        // What the API takes in its query comes here in a form.
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var reader = new QueryParameters(new QueryCollection(form.Where(field => field.Value != "").ToDictionary(StringComparer.Ordinal)));
        var format = reader.Choice<AuditFormat>("format") ?? AuditFormat.Jsonl;
        var filter = FilterOf(reader);
        if (await session.GetAsync() is not { } caller)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        if (reader.Error is not null)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        try
        {
            var begun = await exporter.BeginAsync(format, filter, caller, context.RequestAborted);
            if (!begun.Done)
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return;
            }

            using var export = begun.Value;
            var headers = context.Response.Headers;
            headers.CacheControl = "no-store";
            headers.ContentType = export.ContentType;
            headers.ContentDisposition = $"attachment; filename=\"{export.FileName}\"";
            await export.WriteAsync(context.Response.Body, context.RequestAborted);
        }
        catch (Exception fault) when (!context.Response.HasStarted && (fault as DbException ?? fault.InnerException) is DbException)
        {
            // No entry, no export.
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
    }

    private static AuditFilter FilterOf(QueryParameters reader)
    {
        var filter = new AuditFilter(
            Actor: reader.Text("actor", Person.MaxTextLength),
            Action: reader.OneOf("action", AuditActions.Choices),
            KeyId: reader.Id("key"),
            From: reader.Time("from"),
            To: reader.Time("to"));
        if (filter.From > filter.To)
        {
            reader.Refuse("from", "must not be after to");
        }

        return filter;
    }
}
