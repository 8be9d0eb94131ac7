using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.SignIn;

/// <summary>What happens when the browser comes back from the identity provider.</summary>
internal sealed class ProviderAnswers : OpenIdConnectEvents
{
    private readonly SessionCookie cookie;
    private readonly CallerFactory callers;
    private readonly SignInEvents events;

    public ProviderAnswers(SessionCookie cookie, CallerFactory callers, SignInEvents events)
    {
        this.cookie = cookie;
        this.callers = callers;
        this.events = events;
    }

    public override async Task TicketReceived(TicketReceivedContext context)
    {
        var answer = callers.CreateForSession(context.Principal!);
        if (!answer.Known)
        {
            context.HandleResponse();
            await RefuseAsync(context.HttpContext, SignInRefusal.NoTenant, fault: null);
            return;
        }

        await cookie.EndNamedAsync(context.HttpContext);
        await events.SignedInAsync(RequestOrigin.Of(context.HttpContext).PutOn(answer.Caller, RequestId.Of(context.HttpContext)));
    }

    public override Task AccessDenied(AccessDeniedContext context)
    {
        context.HandleResponse();
        return RefuseAsync(context.HttpContext, SignInRefusal.Denied, fault: null);
    }

    public override Task RemoteFailure(RemoteFailureContext context)
    {
        context.HandleResponse();
        // The handler itself fails a callback whose state or correlation cookie is missing, spent or of another process; the rest comes from the provider or its tokens.
        var stale = context.Failure is AuthenticationFailureException { InnerException: null };
        return RefuseAsync(context.HttpContext, stale ? SignInRefusal.Expired : SignInRefusal.Failed, context.Failure);
    }

    private async Task RefuseAsync(HttpContext context, SignInRefusal reason, Exception? fault)
    {
        await events.RefusedAsync(reason, RequestOrigin.Of(context).Address, RequestId.Of(context), fault);
        context.Response.Redirect(SignInRefusals.PageFor(reason));
    }
}
