using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.SignIn;

/// <summary>The caller of a management request, as the <see cref="SignInSchemes.Api"/> scheme has proven it.</summary>
public sealed class RequestCallers
{
    private readonly CallerFactory factory;

    public RequestCallers(CallerFactory factory) => this.factory = factory;

    /// <param name="bodyTenant"><c>tenant_id</c> of the body, where the call has one; only the service role's is heeded.</param>
    public CallerAnswer Of(HttpContext context, string? bodyTenant = null)
    {
        var header = context.Request.Headers[ApiRefusals.TenantHeader];
        var answer = factory.Create(context.User, new NamedTenants([.. header.Select(h => h ?? "")], bodyTenant));
        return answer.Known ? RequestOrigin.Of(context).PutOn(answer.Caller, RequestId.Of(context)) : answer;
    }
}
