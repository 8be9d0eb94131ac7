using System.Data.Common;
using Microsoft.AspNetCore.Antiforgery;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Reviews;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Components.Reviews;

/// <summary>
/// The report as a download of the page's own: programs' paths never take the browser's cookie. A form with its antiforgery token asks for it, since a report is an entry of the log.
/// </summary>
internal static class ReviewDownload
{
    private const string Path = ReviewAddress.List + "/{id:guid}/report";

    public static void MapReviewDownload(this IEndpointRouteBuilder routes) => routes.MapPost(Path, SendAsync).RequireAuthorization().ExcludeFromDescription();

    public static string Of(Guid review) => $"{ReviewAddress.List}/{review}/report";

    private static async Task SendAsync(HttpContext context, Guid id, IAntiforgery antiforgery, SessionCaller session, ReviewReporter reporter)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (await session.GetAsync() is not { } caller)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        try
        {
            var begun = await reporter.BeginAsync(id, form["format"] == "csv" ? ReportFormat.Csv : ReportFormat.Jsonl, caller, context.RequestAborted);
            if (!begun.Done)
            {
                context.Response.StatusCode = begun.Error.Reason == ErrorReason.MissingCapability ? StatusCodes.Status403Forbidden : StatusCodes.Status404NotFound;
                return;
            }

            var report = begun.Value;
            var headers = context.Response.Headers;
            headers.CacheControl = "no-store";
            headers.ContentType = report.ContentType;
            headers.ContentDisposition = $"attachment; filename=\"{report.FileName}\"";
            await report.WriteAsync(context.Response.Body, context.RequestAborted);
        }
        catch (Exception fault) when (!context.Response.HasStarted && (fault as DbException ?? fault.InnerException) is DbException)
        {
            // No entry, no report.
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
    }
}
