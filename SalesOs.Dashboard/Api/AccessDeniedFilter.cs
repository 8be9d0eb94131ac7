using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Api;

/// <summary>Sees every answer of the management API that is a 403, whichever operation gave it, and tells the audit log.</summary>
internal sealed class AccessDeniedFilter(RequestCallers callers, AccessDeniedLog denials) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var result = await next(context);
        if (result is IStatusCodeHttpResult { StatusCode: StatusCodes.Status403Forbidden })
        {
            var route = context.HttpContext.GetEndpoint() as RouteEndpoint;
            denials.Tell(context.HttpContext, callers.Of(context.HttpContext), $"{context.HttpContext.Request.Method} /{route?.RoutePattern.RawText?.Trim('/')}");
        }

        return result;
    }
}
