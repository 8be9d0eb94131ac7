using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.SignIn;

/// <summary>How a program is told that it isn't let in: the documented envelope, never a redirect.</summary>
public static class ApiRefusals
{
    public const string TenantHeader = "X-Tenant-Id";

    public static Problem ProblemOf(CallerRefusal refusal) => refusal switch
    {
        CallerRefusal.Unproven => new Problem(ErrorCode.Unauthorized, "Send Authorization: Bearer with an access token or a service key."),
        CallerRefusal.NoTenant => new Problem(ErrorCode.Forbidden, "The access token names no tenant."),
        CallerRefusal.TenantNotNamed => Invalid("Name the tenant."),
        CallerRefusal.TenantMalformed => Invalid("A tenant id is 1 to 64 letters, digits, hyphens and underscores."),
        CallerRefusal.TenantsDiffer => Invalid("Two different tenants are named."),
        CallerRefusal.TenantNotOwn => new Problem(ErrorCode.Forbidden, "The access token does not name this tenant."),
        CallerRefusal.NotThePlatform => new Problem(ErrorCode.Forbidden, "Only the service role may see what belongs to no tenant."),
    };

    internal static Task UnauthorizedAsync(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Envelope.WriteAsync(context, ProblemOf(CallerRefusal.Unproven));
    }

    internal static Task ForbiddenAsync(HttpContext context) =>
        Envelope.WriteAsync(context, new Problem(ErrorCode.Forbidden, "This caller may not do that."));

    private static Problem Invalid(string message) => new(ErrorCode.ValidationError, message, [new FieldFault(TenantHeader, message)]);
}
