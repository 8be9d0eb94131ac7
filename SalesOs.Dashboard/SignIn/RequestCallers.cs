using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Audit;

namespace SalesOs.Dashboard.SignIn;

/// <summary>The caller of a management request, as the <see cref="SignInSchemes.Api"/> scheme has proven it.</summary>
public sealed class RequestCallers(CallerFactory factory)
{
    private const string AnyTenant = "platform";

    /// <param name="bodyTenant"><c>tenant_id</c> of the body, where the call has one; only the service role's is heeded.</param>
    public CallerAnswer Of(HttpContext context, string? bodyTenant = null)
    {
        var header = context.Request.Headers[ApiProblems.TenantHeader];
        var answer = factory.Create(context.User, new NamedTenants([.. header.Select(h => h ?? "")], bodyTenant));
        return answer.Known ? RequestOrigin.Of(context).PutOn(answer.Caller, RequestId.Of(context)) : answer;
    }

    /// <summary>The service role, for what belongs to no tenant; a person is refused.</summary>
    public CallerAnswer OfPlatform(HttpContext context)
    {
        // Which tenant it names does not matter, but it is made a caller of one.
        var answer = factory.Create(context.User, new NamedTenants([AnyTenant]));
        return answer switch
        {
            { Known: true, Caller.Kind: CallerKind.Service } => RequestOrigin.Of(context).PutOn(answer.Caller with { TenantId = AuditLog.Platform }, RequestId.Of(context)),
            { Known: false, Error: AccessDeniedReason.Unproven } => answer,
            _ => AccessDeniedReason.NotThePlatform,
        };
    }
}
