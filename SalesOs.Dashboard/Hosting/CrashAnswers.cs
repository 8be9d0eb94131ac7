using System.Data.Common;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Gate;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Hosting;

/// <summary>
/// Answers what no handler has answered, with the headers that every answer has. Under <c>/v1</c> and <c>/functions/v1</c> a program gets the envelope whatever
/// happens: no route, the wrong method, a crash. Elsewhere a crash that has no page either (a form that was sent, a circuit's own call) gets its bare status.
/// </summary>
internal sealed partial class CrashAnswers(RequestDelegate next, SecurityHeaders securityHeaders, ILogger<CrashAnswers> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var forPrograms = SignInSchemes.IsForPrograms(context.Request.Path);
        try
        {
            await next(context);
            if (forPrograms && context.Response is { HasStarted: false, ContentType: null } && ProblemOf(context.Response.StatusCode) is { } problem)
            {
                await Envelope.WriteAsync(context, problem);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; there is nobody to answer.
            context.Abort();
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, fault, forPrograms);
        }
    }

    private async Task AnswerAsync(HttpContext context, Exception fault, bool forPrograms)
    {
        var status = fault is BadHttpRequestException malformed ? malformed.StatusCode : StatusCodes.Status500InternalServerError;
        if (forPrograms ? fault is not BadHttpRequestException : status >= StatusCodes.Status500InternalServerError)
        {
            Log(context, fault, forPrograms);
        }

        context.Response.Clear();
        securityHeaders.Put(context);
        if (forPrograms)
        {
            context.Features.Get<SignedCall>()?.TellKey(context.Response);
            await Envelope.WriteAsync(context, ProblemOf(fault));
        }
        else
        {
            context.Response.StatusCode = status;
            context.Response.Headers.CacheControl = "no-cache, no-store";
        }
    }

    private void Log(HttpContext context, Exception fault, bool forPrograms)
    {
        var (method, route, request) = (context.Request.Method, context.GetEndpoint()?.DisplayName, RequestId.Of(context));
        if (forPrograms)
        {
            Failed(fault, method, route, request);
        }
        else
        {
            PageFailed(fault, method, route, request);
        }
    }

    private static Problem ProblemOf(Exception fault) => fault switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new Problem(ErrorCode.PayloadTooLarge, "The body is too large."),
        BadHttpRequestException => new Problem(ErrorCode.ValidationError, "The request is malformed."),
        // A server whose name can't be resolved is told of by a bare fault of the socket.
        DbException or DbUpdateException or SocketException =>
            new Problem(ErrorCode.Unavailable, "The database can't be written or read just now. Nothing was changed; try again shortly.", RetryAfter: 5),
        _ => new Problem(ErrorCode.ServerError, "Something went wrong on our side. Name the request id when you ask about it."),
    };

    private static Problem? ProblemOf(int status) => status switch
    {
        StatusCodes.Status404NotFound => new Problem(ErrorCode.NotFound, "There is nothing at this address."),
        StatusCodes.Status405MethodNotAllowed => new Problem(ErrorCode.MethodNotAllowed, "This address does not take that method; Allow names those that it takes."),
        StatusCodes.Status415UnsupportedMediaType => new Problem(ErrorCode.UnsupportedMediaType, "Send application/json."),
        _ => null,
    };

    [LoggerMessage(6000, LogLevel.Error, "{Method} {Route} failed; request {RequestId}.")]
    private partial void Failed(Exception fault, string method, string? route, string requestId);

    [LoggerMessage(6001, LogLevel.Error, "{Method} {Route} failed; request {RequestId}.")]
    private partial void PageFailed(Exception fault, string method, string? route, string requestId);
}
