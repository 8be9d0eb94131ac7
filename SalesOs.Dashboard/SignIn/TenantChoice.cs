using Microsoft.AspNetCore.Antiforgery;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.SignIn;

/// <summary>A person of several tenants picks the one that their session acts in, after sign-in and whenever they like.</summary>
public sealed class TenantChoice
{
    /// <summary>The page that asks.</summary>
    public const string PagePath = "/choose-tenant";

    /// <summary>Where its form goes: <c>tenant</c> and <c>returnUrl</c>.</summary>
    public const string FormPath = "/tenant";

    private readonly Sessions sessions;
    private readonly CallerFactory callers;
    private readonly SignInEvents events;

    internal TenantChoice(Sessions sessions, CallerFactory callers, SignInEvents events)
    {
        this.sessions = sessions;
        this.callers = callers;
        this.events = events;
    }

    public static string AddressFor(string returnUrl) => $"{PagePath}?returnUrl={Uri.EscapeDataString(returnUrl)}";

    /// <summary>The tenants that the request's or the circuit's session may act in, and the one that it does; none when nobody is signed in.</summary>
    public async Task<(IReadOnlyList<OwnTenant> Own, string? Current)> OfAsync(System.Security.Claims.ClaimsPrincipal? person) =>
        person is not null && await sessions.PeekAsync(person) is { } session ? (callers.TenantsOf(session.Principal), session.Tenant) : ([], null);

    /// <summary>True for somebody signed in who can't do anything yet.</summary>
    internal async Task<bool> IsPendingAsync(HttpContext context) =>
        await sessions.PeekAsync(context.User) is { } session
        && callers.CreateForSession(session.Principal, session.Tenant).Error is AccessDeniedReason.TenantNotNamed or AccessDeniedReason.TenantNotOwn;

    internal async Task ChooseAsync(HttpContext context, IAntiforgery antiforgery)
    {
        if (await sessions.PeekAsync(context.User, renew: true) is not { } session || !await antiforgery.IsRequestValidAsync(context))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (callers.CreateForSession(session.Principal, form["tenant"].ToString()) is not { Known: true, Caller: { } caller })
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        if (session.Tenant != caller.TenantId)
        {
            var chosen = RequestOrigin.Of(context).PutOn(caller, RequestId.Of(context));
            try
            {
                await events.SignedInAsync(chosen);
                await sessions.ChooseAsync(session, caller.TenantId);
            }
            catch (Exception fault)
            {
                events.Refused(SignInFailure.Unrecorded, RequestOrigin.Of(context), RequestId.Of(context), fault, chosen);
                context.Response.Redirect(SignInFailures.PageFor(SignInFailure.Unrecorded));
                return;
            }
        }

        context.Response.Redirect(LocalUrl.Or(form["returnUrl"]));
    }
}
