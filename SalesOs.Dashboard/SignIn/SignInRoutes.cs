using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.SignIn;

/// <summary>The routes that begin and end a browser's session.</summary>
internal sealed partial class SignInRoutes
{
    /// <summary>An open page asks here whether its session is still there; asking keeps none open.</summary>
    public const string StillThere = "/session";

    private static readonly TimeSpan RevocationPatience = TimeSpan.FromSeconds(3);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(SessionCookie.SignInPath, BeginAsync).AllowAnonymous().ExcludeFromDescription().WithMetadata(SignInStep.Begin);
        // Authentication answers it; the route is there for what is bound to routes, and for what the handler takes for another path (a slash at the end).
        routes.Map(ProviderSignIn.CallbackPath, () => TypedResults.NotFound()).AllowAnonymous().ExcludeFromDescription().WithMetadata(SignInStep.End);
        routes.MapPost("/sign-out", EndAsync).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost(TenantChoice.FormPath, (HttpContext context, TenantChoice tenants, IAntiforgery antiforgery) => tenants.ChooseAsync(context, antiforgery))
            .RequireAuthorization().ExcludeFromDescription();
        routes.MapPost(BackchannelLogout.Path, (HttpContext context, BackchannelLogout logout) => logout.AnswerAsync(context)).AllowAnonymous().ExcludeFromDescription();
        routes.MapGet(StillThere, () => TypedResults.NoContent()).RequireAuthorization().ExcludeFromDescription();
    }

    /// <param name="returnUrl">Where to go on afterwards.</param>
    /// <param name="other">The person wants another account than the one that the provider would take by itself.</param>
    private static async Task BeginAsync(HttpContext context, TenantChoice tenants, ProviderReach reach, SignInEvents events, string? returnUrl = null, bool other = false)
    {
        if (!other && await tenants.IsPendingAsync(context))
        {
            context.Response.Redirect(TenantChoice.AddressFor(LocalUrl.Or(returnUrl)));
            return;
        }

        Exception fault = new HttpRequestException("The identity provider does not answer.");
        if (await reach.IsThereAsync())
        {
            try
            {
                await context.ChallengeAsync(
                    SignInSchemes.Provider,
                    new OpenIdConnectChallengeProperties { RedirectUri = LocalUrl.Or(returnUrl), Prompt = other ? OpenIdConnectPrompt.Login : null });
                return;
            }
            catch (Exception thrown) when (IsProviderAway(thrown))
            {
                fault = thrown;
            }
        }

        events.Refused(SignInFailure.Away, RequestOrigin.Of(context), RequestId.Of(context), fault);
        context.Response.Redirect(SignInFailures.PageFor(SignInFailure.Away));
    }

    /// <summary>Ends the session here first, so that a provider that is away can't keep it open.</summary>
    private static async Task EndAsync(
        HttpContext context,
        IAntiforgery antiforgery,
        Sessions sessions,
        CallerFactory callers,
        ProviderTokens tokens,
        SignInEvents events,
        TimeProvider time,
        ILogger<SignInRoutes> logger)
    {
        if (await sessions.PeekAsync(context.User) is not { } session)
        {
            context.Response.Redirect(ProviderSignIn.SignedOutPath);
            return;
        }

        if (!await antiforgery.IsRequestValidAsync(context))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var refreshToken = session.Ticket.Properties.GetTokenValue(OpenIdConnectParameterNames.RefreshToken);
        await context.SignOutAsync(SignInSchemes.Session);
        if (callers.CreateForSession(session.Principal, session.Tenant) is { Known: true, Caller: { } caller })
        {
            await events.SignedOutAsync(RequestOrigin.Of(context).PutOn(caller, RequestId.Of(context)));
        }

        if (refreshToken is not null)
        {
            await RevokeAsync(tokens, refreshToken, time, logger);
        }

        try
        {
            await context.SignOutAsync(SignInSchemes.Provider, new AuthenticationProperties { RedirectUri = ProviderSignIn.SignedOutPath });
        }
        catch (Exception fault) when (IsProviderAway(fault))
        {
            LogProviderAway(logger, SignInEvents.OneLine(fault));
            context.Response.Redirect(ProviderSignIn.SignedOutPath);
        }
    }

    /// <summary>Some providers keep it good beyond their own session; it opens nothing any more here.</summary>
    private static async Task RevokeAsync(ProviderTokens tokens, string refreshToken, TimeProvider time, ILogger logger)
    {
        using var patience = new CancellationTokenSource(RevocationPatience, time);
        try
        {
            await tokens.RevokeAsync(refreshToken, patience.Token);
        }
        catch (Exception fault) when (IsProviderAway(fault))
        {
            LogNotRevoked(logger, SignInEvents.OneLine(fault));
        }
    }

    /// <summary>The handler throws these when it can't read the provider's discovery document.</summary>
    private static bool IsProviderAway(Exception fault) => fault is InvalidOperationException || ProviderAnswers.IsAway(fault);

    [LoggerMessage(4010, LogLevel.Warning, "The session is ended here, but the identity provider could not be asked to end its own: it is away or offers no such thing. {Fault}")]
    private static partial void LogProviderAway(ILogger logger, string fault);

    [LoggerMessage(4011, LogLevel.Warning, "A refresh token could not be revoked at sign-out. {Fault}")]
    private static partial void LogNotRevoked(ILogger logger, string fault);
}
