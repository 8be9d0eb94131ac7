using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Api;

/// <summary>
/// Surrounds every handler of the management API: finds the caller, asks for the capability, answers a faulty body, words the errors of the services,
/// and tells the audit log of each 403. Reading takes <c>audit.integrations</c>, every other method <c>admin.integrations</c>, unless its route says that it only reads or is for auditors too.
/// </summary>
/// <remarks>Who may not is told so before what is wrong with the request. The services check again; this is the order of the answers alone.</remarks>
internal sealed class ManagementFilter(RequestCallers callers, AccessDeniedLog denials) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var call = context.GetArgument<ManagementCall>(0);
        var route = (RouteEndpoint)context.HttpContext.GetEndpoint()!;
        var answer = CallerOf(call, route);
        var problem = ProblemOf(answer, route.Metadata.GetMetadata<ForAuditors>() is not null || IsReading(call.Context.Request.Method)) ?? call.BodyProblem;
        if (problem is null)
        {
            call.Caller = answer.Caller! with { ApprovalReason = call.Context.Request.Headers[ApprovalsApi.ReasonHeader] is [{ Length: > 0 } reason] ? reason : null };
            var result = (Result<IResult>)(await next(context))!;
            if (result.Done)
            {
                return result.Value;
            }

            problem = KeyProblems.ProblemOf(result.Error, route.Metadata.GetMetadata<AbsentWords>() ?? AbsentWords.OfKey);
        }

        if (problem.Code == ErrorCode.Forbidden)
        {
            // Who asked for the platform's chain is known all the same, and their own tenant is told.
            denials.Tell(call.Context, answer.Known ? answer : callers.Of(call.Context), $"{call.Context.Request.Method} /{route.RoutePattern.RawText?.Trim('/')}");
        }

        return Envelope.Error(problem);
    }

    /// <summary>The chain of what belongs to no tenant is the platform's (guarantee A5).</summary>
    private CallerAnswer CallerOf(ManagementCall call, RouteEndpoint route) =>
        route.Metadata.GetMetadata<ChainRoute>() is not null && call.Query.OneOf(ChainRoute.Parameter, [ChainRoute.Platform]) is not null
            ? callers.OfPlatform(call.Context)
            : callers.Of(call.Context, call.BodyTenant);

    private static bool IsReading(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    private static Problem? ProblemOf(CallerAnswer answer, bool reads)
    {
        if (!answer.Known)
        {
            return ApiProblems.ProblemOf(answer.Error.Value);
        }

        return reads
            ? answer.Caller.CanSeeKeys ? null : KeyProblems.MissingCapability(Capabilities.AuditIntegrations)
            : answer.Caller.CanManageKeys ? null : KeyProblems.MissingCapability(Capabilities.AdminIntegrations);
    }
}

/// <summary>What a route's 404 says.</summary>
internal sealed record AbsentWords(string Message)
{
    public static AbsentWords OfKey { get; } = new("There is no such API key.");
}

/// <summary>A route of the audit log, which the platform may ask for its own chain.</summary>
internal sealed record ChainRoute
{
    public const string Parameter = "chain";
    public const string Platform = "platform";
}

/// <summary>A route that takes <c>audit.integrations</c> whatever its method: it changes nothing but asks by a body, or it is auditors' work.</summary>
internal sealed record ForAuditors;

internal static class ManagementRoute
{
    /// <summary>The route changes nothing, and takes the capability of reading.</summary>
    public static RouteHandlerBuilder OnlyReads(this RouteHandlerBuilder route) => route.WithMetadata(new ForAuditors());

    /// <summary>The route changes something that is auditors' work; its service says of what.</summary>
    public static RouteHandlerBuilder TakesAuditors(this RouteHandlerBuilder route) => route.WithMetadata(new ForAuditors());

    /// <summary>A 404 of this route says <paramref name="message"/> rather than that there is no such key.</summary>
    public static RouteHandlerBuilder FailsWhenAbsent(this RouteHandlerBuilder route, string message) =>
        route.WithMetadata(new AbsentWords(message)).Fails(ErrorCode.NotFound);

    /// <summary>The route takes <c>chain=platform</c>.</summary>
    public static RouteHandlerBuilder AsksForChain(this RouteHandlerBuilder route) => route.WithMetadata(new ChainRoute()).Asks<string>(
        ChainRoute.Parameter, "For the service role alone: the log of what belongs to no tenant. X-Tenant-Id is then not heeded.", ChainRoute.Platform);
}
