using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Api;

/// <summary>A call of the management API, the first parameter of each handler. <see cref="ManagementFilter"/> has let it in before the handler sees it.</summary>
internal class ManagementCall(HttpContext context)
{
    public HttpContext Context { get; } = context;

    public QueryParameters Query { get; } = new(context.Request.Query);

    /// <summary>Set by the filter; has the capability that the route demands.</summary>
    public Caller Caller { get; set; } = null!;

    public DateTimeOffset Now => Context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();

    public CancellationToken Aborted => Context.RequestAborted;

    /// <summary>The tenant that the body names.</summary>
    public virtual string? BodyTenant => null;

    /// <summary>The answer to a faulty body; null when there is none, or nothing is wrong with it.</summary>
    public virtual Problem? BodyProblem => null;

    /// <summary>Called by the framework for each request.</summary>
    public static ValueTask<ManagementCall> BindAsync(HttpContext context) => new(new ManagementCall(context));
}

/// <summary>A call with a body, whose type the route names with <see cref="RouteDocumentation.Takes{T}"/>.</summary>
internal sealed class ManagementCall<TBody>(HttpContext context, Parsed<TBody> body) : ManagementCall(context)
    where TBody : class, IManagementBody
{
    /// <summary>Sound once the filter has let the call in.</summary>
    public TBody Body => body.Value!;

    public override string? BodyTenant => body.Value?.TenantId;

    public override Problem? BodyProblem => body.Unreadable
        ?? (body.Faults(sent => sent.Faults(Context.RequestServices)) is { Count: > 0 } faults ? Problem.Invalid(faults) : null);

    /// <inheritdoc cref="ManagementCall.BindAsync"/>
    public static new async ValueTask<ManagementCall<TBody>> BindAsync(HttpContext context)
    {
        var taken = context.GetEndpoint()!.Metadata.GetRequiredMetadata<TakenBody>();
        return new ManagementCall<TBody>(context, await JsonBody.ReadAsync<TBody>(context.Request, emptyAsObject: !taken.Required, context.RequestAborted));
    }
}

/// <summary>What every body of the management API may say.</summary>
internal interface IManagementBody
{
    /// <summary>Heeded for the service role alone.</summary>
    string? TenantId { get; }

    /// <summary>The rules' faults, told together with those of form; the service checks the rules again.</summary>
    IEnumerable<FieldFault> Faults(IServiceProvider services) => [];
}
