using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.SignIn;

/// <summary>How a program is told that it isn't let in: the documented envelope, never a redirect.</summary>
public static class ApiProblems
{
    public const string TenantHeader = "X-Tenant-Id";

    public static Problem ProblemOf(AccessDeniedReason error) => error switch
    {
        AccessDeniedReason.Unproven => new Problem(ErrorCode.Unauthorized, "Send Authorization: Bearer with an access token or a service key."),
        AccessDeniedReason.NoTenant => new Problem(ErrorCode.Forbidden, "The access token names no tenant."),
        AccessDeniedReason.TenantNotNamed => Invalid("Name the tenant."),
        AccessDeniedReason.TenantMalformed => Invalid("A tenant id is 1 to 64 letters, digits, hyphens and underscores."),
        AccessDeniedReason.TenantsDiffer => Invalid("Two different tenants are named."),
        AccessDeniedReason.TenantNotOwn => new Problem(ErrorCode.Forbidden, "The access token does not name this tenant."),
        AccessDeniedReason.NotThePlatform => new Problem(ErrorCode.Forbidden, "Only the service role may see what belongs to no tenant."),
    };

    internal static Task UnauthorizedAsync(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Envelope.WriteAsync(context, ProblemOf(AccessDeniedReason.Unproven));
    }

    internal static Task ForbiddenAsync(HttpContext context) =>
        Envelope.WriteAsync(context, new Problem(ErrorCode.Forbidden, "This caller may not do that."));

    private static Problem Invalid(string message) => new(ErrorCode.ValidationError, message, [new FieldFault(TenantHeader, message)]);
}
