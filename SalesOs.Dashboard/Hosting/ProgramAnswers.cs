using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Gate;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Hosting;

/// <summary>
/// Sees to it that under <c>/v1</c> and <c>/functions/v1</c> a program gets the envelope whatever happens: no route, the wrong method, a crash.
/// </summary>
internal sealed partial class ProgramAnswers
{
    private readonly RequestDelegate next;
    private readonly SecurityHeaders securityHeaders;
    private readonly ILogger<ProgramAnswers> logger;

    public ProgramAnswers(RequestDelegate next, SecurityHeaders securityHeaders, ILogger<ProgramAnswers> logger)
    {
        this.next = next;
        this.securityHeaders = securityHeaders;
        this.logger = logger;
    }

    public Task InvokeAsync(HttpContext context) => SignInSchemes.IsForPrograms(context.Request.Path) ? AnswerAsync(context) : next(context);

    private async Task AnswerAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && ProblemOf(context.Response.StatusCode) is { } problem && context.Response.ContentType is null)
            {
                await Envelope.WriteAsync(context, problem);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; there is nobody to answer.
            context.Abort();
        }
        catch (BadHttpRequestException fault) when (!context.Response.HasStarted)
        {
            await Envelope.WriteAsync(context, fault.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? new Problem(ErrorCode.PayloadTooLarge, "The body is too large.")
                : new Problem(ErrorCode.ValidationError, "The request is malformed."));
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            Failed(fault, context.Request.Method, context.GetEndpoint()?.DisplayName, RequestId.Of(context));
            context.Response.Clear();
            securityHeaders.Put(context);
            context.Features.Get<SignedCall>()?.TellLimit(context.Response);
            await Envelope.WriteAsync(context, fault is DbException or DbUpdateException
                ? new Problem(ErrorCode.Unavailable, "The database can't be written or read just now. Nothing was changed; try again shortly.", RetryAfter: 5)
                : new Problem(ErrorCode.ServerError, "Something went wrong on our side. Name the request id when you ask about it."));
        }
    }

    private static Problem? ProblemOf(int status) => status switch
    {
        StatusCodes.Status404NotFound => new Problem(ErrorCode.NotFound, "There is nothing at this address."),
        StatusCodes.Status405MethodNotAllowed => new Problem(ErrorCode.MethodNotAllowed, "This address does not take that method; Allow names those that it takes."),
        StatusCodes.Status415UnsupportedMediaType => new Problem(ErrorCode.UnsupportedMediaType, "Send application/json."),
        _ => null,
    };

    [LoggerMessage(6000, LogLevel.Error, "{Method} {Route} failed; request {RequestId}.")]
    private partial void Failed(Exception fault, string method, string? route, string requestId);
}
