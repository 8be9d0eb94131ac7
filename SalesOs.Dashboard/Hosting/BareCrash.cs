using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Hosting;

/// <summary>
/// The answer to a crash that has neither an envelope nor a page: a form that was sent, a circuit's own call. The server itself would give a 500 without the
/// headers that every answer has.
/// </summary>
internal sealed partial class BareCrash
{
    private readonly RequestDelegate next;
    private readonly SecurityHeaders securityHeaders;
    private readonly ILogger<BareCrash> logger;

    public BareCrash(RequestDelegate next, SecurityHeaders securityHeaders, ILogger<BareCrash> logger)
    {
        this.next = next;
        this.securityHeaders = securityHeaders;
        this.logger = logger;
    }

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; there is nobody to answer.
            context.Abort();
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            var status = fault is BadHttpRequestException malformed ? malformed.StatusCode : StatusCodes.Status500InternalServerError;
            if (status >= StatusCodes.Status500InternalServerError)
            {
                Failed(fault, context.Request.Method, context.GetEndpoint()?.DisplayName, RequestId.Of(context));
            }

            context.Response.Clear();
            context.Response.StatusCode = status;
            context.Response.Headers.CacheControl = "no-cache, no-store";
            securityHeaders.Put(context);
        }
    }

    [LoggerMessage(6001, LogLevel.Error, "{Method} {Route} failed; request {RequestId}.")]
    private partial void Failed(Exception fault, string method, string? route, string requestId);
}
