using System.Security.Claims;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Audit;

namespace SalesOs.Dashboard.SignIn;

/// <summary>Tells the audit log of people and programs that are known but were kept out: in their tenant's chain, or in the platform's where they have none.</summary>
public sealed class AccessDeniedLog(RepeatedEvents events)
{
    private const string Capability = "capability";
    private const string NoTenant = "no_tenant";
    private const string TenantNotOwn = "tenant_not_own";

    /// <summary>A person, or a program, without the capability.</summary>
    /// <param name="caller">In whose tenant's chain it is written.</param>
    /// <param name="what">The page's address or the operation, without what is particular to this request.</param>
    public void Tell(Caller caller, string what) =>
        events.Tell(new RepeatedEvent(caller.TenantId, AuditActions.AccessDenied, Refused: true, Capability, what, caller));

    /// <summary>A management request that was answered 403.</summary>
    internal void Tell(HttpContext context, CallerAnswer answer, string what)
    {
        if (answer.Known)
        {
            Tell(answer.Caller, what);
            return;
        }

        var reason = answer.Error == AccessDeniedReason.NoTenant ? NoTenant : TenantNotOwn;
        events.Tell(new RepeatedEvent(AuditLog.Platform, AuditActions.AccessDenied, Refused: true, reason, what, WithoutTenant(context), RequestOrigin.Of(context).ForAudit(RequestId.Of(context))));
    }

    /// <summary>Somebody whom the provider vouches for and who has no tenant here; null when nobody is proven.</summary>
    internal static Caller? WithoutTenant(HttpContext context, ClaimsPrincipal? principal = null)
    {
        var person = principal ?? context.User;
        return person.FindFirst("sub")?.Value is { Length: > 0 } subject
            ? RequestOrigin.Of(context).PutOn(
                new Caller(
                    CallerKind.User,
                    subject,
                    AuditLog.Platform,
                    TenantName: null,
                    person.FindFirst("name")?.Value,
                    person.FindFirst("email")?.Value,
                    [],
                    new HashSet<string>(StringComparer.Ordinal)),
                RequestId.Of(context))
            : null;
    }
}
