using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.SignIn;

/// <summary>What happens on the way to the identity provider and when the browser comes back from it.</summary>
internal sealed class ProviderAnswers(SessionCookie cookie, CallerFactory callers, ProviderTokens tokens, SignInEvents events) : OpenIdConnectEvents
{
    private const int LongestHint = 4096;

    /// <summary>An address that holds a token of many claims is too long for most servers; the client's id says whose session it is as well (OpenID Connect RP-Initiated Logout 1.0).</summary>
    public override Task RedirectToIdentityProviderForSignOut(RedirectContext context)
    {
        if (context.ProtocolMessage.IdTokenHint is { Length: > LongestHint })
        {
            context.ProtocolMessage.IdTokenHint = null;
            context.ProtocolMessage.ClientId = context.Options.ClientId;
        }

        return Task.CompletedTask;
    }

    public override Task RedirectToIdentityProvider(RedirectContext context)
    {
        UnfinishedSignIns.Forget(context.HttpContext, context.Options);
        return Task.CompletedTask;
    }

    /// <summary>The handler would prove the client in the form, which such a provider does not take; the plain way to it needs no proof.</summary>
    public override async Task PushAuthorization(PushedAuthorizationContext context)
    {
        var provider = await context.Options.ConfigurationManager!.GetConfigurationAsync(context.HttpContext.RequestAborted);
        if (ProviderTokens.TakesHeaderAlone(provider))
        {
            context.SkipPush();
        }
    }

    /// <summary>The code is redeemed by <see cref="ProviderTokens"/>, which knows every way to prove the client that providers ask for.</summary>
    public override async Task AuthorizationCodeReceived(AuthorizationCodeReceivedContext context)
    {
        var asked = context.TokenEndpointRequest!;
        asked.ClientSecret = null;
        var answer = await tokens.AskAsync(asked.Parameters.Where(p => p.Value is not null), context.HttpContext.RequestAborted);
        if (!answer.Granted)
        {
            throw new OpenIdConnectProtocolException($"The provider did not redeem the code: {answer.Message.Error} {answer.Message.ErrorDescription}");
        }

        context.HandleCodeRedemption(answer.Message);
    }

    /// <summary>The nonce and what else binds the token to this sign-in: the handler leaves that to whoever redeems the code.</summary>
    public override Task TokenValidated(TokenValidatedContext context)
    {
        context.Options.ProtocolValidator.ValidateTokenResponse(new OpenIdConnectProtocolValidationContext
        {
            ClientId = context.Options.ClientId,
            ProtocolMessage = context.TokenEndpointResponse,
            ValidatedIdToken = context.SecurityToken,
            Nonce = context.Nonce,
        });
        return Task.CompletedTask;
    }

    public override Task UserInformationReceived(UserInformationReceivedContext context)
    {
        context.Principal!.AddIdentity(UserInfo.ToIdentity(context.User.RootElement, (ClaimsIdentity)context.Principal.Identity!));
        return Task.CompletedTask;
    }

    public override async Task TicketReceived(TicketReceivedContext context)
    {
        var answer = callers.CreateForSession(context.Principal!);
        if (answer.Error is { } error and not AccessDeniedReason.TenantNotNamed)
        {
            context.HandleResponse();
            Refuse(
                context.HttpContext,
                error == AccessDeniedReason.NoTenant ? SignInFailure.NoTenant : SignInFailure.Failed,
                fault: null,
                AccessDeniedLog.WithoutTenant(context.HttpContext, context.Principal));
            return;
        }

        if (answer.Known)
        {
            var caller = RequestOrigin.Of(context.HttpContext).PutOn(answer.Caller, RequestId.Of(context.HttpContext));
            try
            {
                await events.SignedInAsync(caller);
            }
            catch (Exception fault)
            {
                context.HandleResponse();
                Refuse(context.HttpContext, SignInFailure.Unrecorded, fault, caller);
                return;
            }

            context.Properties!.SetString(Session.TenantItem, caller.TenantId);
        }
        else
        {
            // It is told of once there is a tenant to tell.
            context.ReturnUri = TenantChoice.AddressFor(context.ReturnUri ?? "/");
        }

        await cookie.EndNamedAsync(context.HttpContext);
    }

    public override Task AccessDenied(AccessDeniedContext context)
    {
        context.HandleResponse();
        Refuse(context.HttpContext, SignInFailure.Denied, fault: null);
        return Task.CompletedTask;
    }

    public override async Task RemoteFailure(RemoteFailureContext context)
    {
        context.HandleResponse();
        // The handler itself fails a callback whose state or correlation cookie is missing, spent or of another process; the rest comes from the provider or its tokens.
        var stale = context.Failure is AuthenticationFailureException { InnerException: null };
        // Whoever goes back to the provider's page once they are signed in comes here with what is spent; they want to go on.
        if (stale && (await context.HttpContext.AuthenticateAsync(SignInSchemes.Session)).Succeeded)
        {
            context.Response.Redirect(LocalUrl.Or(context.Properties?.RedirectUri));
            return;
        }

        Refuse(context.HttpContext, stale ? SignInFailure.Expired : IsAway(context.Failure) ? SignInFailure.Away : SignInFailure.Failed, context.Failure);
    }

    /// <summary>Whether a fault means that the provider could not be reached, rather than that it said something wrong.</summary>
    public static bool IsAway(Exception? fault) =>
        fault is HttpRequestException or IOException or TaskCanceledException || (fault?.InnerException is { } inner && IsAway(inner));

    private void Refuse(HttpContext context, SignInFailure reason, Exception? fault, Caller? person = null)
    {
        events.Refused(reason, RequestOrigin.Of(context), RequestId.Of(context), fault, person);
        context.Response.Redirect(SignInFailures.PageFor(reason));
    }
}
