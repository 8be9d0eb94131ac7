using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.SignIn;

/// <summary>The routes that begin and end a browser's session.</summary>
internal sealed partial class SignInRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(SessionCookie.SignInPath, BeginAsync).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost("/sign-out", EndAsync).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task BeginAsync(HttpContext context, SignInEvents events, string? returnUrl = null)
    {
        try
        {
            await context.ChallengeAsync(SignInSchemes.Provider, new AuthenticationProperties { RedirectUri = LocalUrl.Or(returnUrl) });
        }
        catch (Exception fault) when (IsProviderAway(fault))
        {
            await events.RefusedAsync(SignInRefusal.Failed, RequestOrigin.Of(context).Address, RequestId.Of(context), fault);
            context.Response.Redirect(SignInRefusals.PageFor(SignInRefusal.Failed));
        }
    }

    /// <summary>Ends the session here first, so that a provider that is away can't keep it open.</summary>
    private static async Task EndAsync(
        HttpContext context,
        IAntiforgery antiforgery,
        Sessions sessions,
        CallerFactory callers,
        SignInEvents events,
        ILogger<SignInRoutes> logger)
    {
        if (sessions.Find(context.User, renew: false) is not { } session)
        {
            context.Response.Redirect(ProviderSignIn.SignedOutPath);
            return;
        }

        if (!await antiforgery.IsRequestValidAsync(context))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        await context.SignOutAsync(SignInSchemes.Session);
        if (callers.CreateForSession(session.Principal, session.ChosenTenant) is { Known: true, Caller: { } caller })
        {
            await events.SignedOutAsync(RequestOrigin.Of(context).PutOn(caller, RequestId.Of(context)));
        }

        try
        {
            await context.SignOutAsync(SignInSchemes.Provider, new AuthenticationProperties { RedirectUri = ProviderSignIn.SignedOutPath });
        }
        catch (Exception fault) when (IsProviderAway(fault))
        {
            LogProviderAway(logger, fault.GetType().Name);
            context.Response.Redirect(ProviderSignIn.SignedOutPath);
        }
    }

    /// <summary>The handler throws these when it can't read the provider's discovery document.</summary>
    private static bool IsProviderAway(Exception fault) => fault is InvalidOperationException or HttpRequestException or IOException or TaskCanceledException;

    [LoggerMessage(4010, LogLevel.Warning, "The identity provider could not be reached to end the session there ({Fault}); it is ended here.")]
    private static partial void LogProviderAway(ILogger logger, string fault);
}
