using Microsoft.AspNetCore.Http.Features;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Hosting;

/// <summary>
/// Reads every form before anything else does, for all paths but programs': the framework's readers of forms (antiforgery, the sign-in handlers, pages) throw at
/// one that is malformed, too long or cut short, and each at another place. What is read here is theirs to see.
/// </summary>
internal sealed partial class SentForms(RequestDelegate next, SecurityHeaders securityHeaders, RepeatedLines lines, ILogger<SentForms> logger)
{
    /// <summary>The largest form of the program is a sign-out with a token of many claims.</summary>
    private const int LongestForm = 64 * 1024;

    private const int MostFields = 100;

    private static readonly string[] FormTypes = ["application/x-www-form-urlencoded", "multipart/form-data"];

    public static void AddTo(IServiceCollection services) => services.Configure<FormOptions>(form =>
    {
        form.ValueCountLimit = MostFields;
        form.ValueLengthLimit = LongestForm;
        form.MultipartBodyLengthLimit = LongestForm;
    });

    public async Task InvokeAsync(HttpContext context)
    {
        if (!NamesForm(context.Request) || SignInSchemes.IsForPrograms(context.Request.Path) || await IsReadAsync(context))
        {
            await next(context);
            return;
        }

        BrokenBody.EndConnection(context);
        if (context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
            return;
        }

        lines.Tell("Forms that can't be read", () => Unreadable(RequestId.Of(context)));
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        context.Response.Headers.CacheControl = "no-store";
        securityHeaders.Put(context);
    }

    /// <summary>Also by a content type that can't be parsed: some of the framework's readers look at no more than how it begins, then throw.</summary>
    private static bool NamesForm(HttpRequest request) =>
        request.HasFormContentType || (request.ContentType is { } type && FormTypes.Any(form => type.StartsWith(form, StringComparison.OrdinalIgnoreCase)));

    private static async Task<bool> IsReadAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
        {
            return false;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = LongestForm;
        }

        try
        {
            await context.Request.ReadFormAsync(context.RequestAborted);
            return true;
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or OperationCanceledException or ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    [LoggerMessage(6020, LogLevel.Information, "A form could not be read: it is malformed, too long or cut short; request {RequestId}.")]
    private partial void Unreadable(string requestId);
}
