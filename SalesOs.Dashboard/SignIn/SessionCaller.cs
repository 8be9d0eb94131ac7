using Microsoft.AspNetCore.Components.Authorization;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.SignIn;

/// <summary>Who is signed in to this page, asked anew before each action: a page lives long, and what it was opened with may no longer hold.</summary>
public abstract class SessionCaller
{
    /// <summary>
    /// The caller of a person's act, which keeps the session open; roles are mapped anew. Null when nobody is signed in or the session has ended,
    /// by sign-out elsewhere, by idling or by age: show the sign-in then.
    /// </summary>
    public abstract Task<Caller?> GetAsync();

    /// <summary>The same for what the page does by itself, such as live figures: it does not keep the session open.</summary>
    public abstract Task<Caller?> PeekAsync();
}

/// <summary>Finds the session of the circuit's or the request's identity among the open ones.</summary>
internal sealed class OpenSessionCaller : SessionCaller
{
    private readonly Sessions sessions;
    private readonly CallerFactory factory;
    private readonly CircuitOrigin circuit;
    private readonly IHttpContextAccessor http;
    private readonly IServiceProvider services;

    public OpenSessionCaller(Sessions sessions, CallerFactory factory, CircuitOrigin circuit, IHttpContextAccessor http, IServiceProvider services)
    {
        this.sessions = sessions;
        this.factory = factory;
        this.circuit = circuit;
        this.http = http;
        this.services = services;
    }

    public override Task<Caller?> GetAsync() => FindAsync(renew: true);

    public override Task<Caller?> PeekAsync() => FindAsync(renew: false);

    private async Task<Caller?> FindAsync(bool renew)
    {
        if (circuit.Origin is { } origin)
        {
            // The request that a circuit began with is over or not this action's, so the circuit's own state counts.
            var state = await services.GetRequiredService<AuthenticationStateProvider>().GetAuthenticationStateAsync();
            var act = Guid.CreateVersion7(services.GetRequiredService<TimeProvider>().GetUtcNow());
            return CallerOf(sessions.Find(state.User, renew)) is { } acting ? origin.PutOn(acting, act.ToString()) : null;
        }

        return http.HttpContext is { } context && CallerOf(sessions.Find(context.User, renew)) is { } caller
            ? RequestOrigin.Of(context).PutOn(caller, RequestId.Of(context))
            : null;
    }

    private Caller? CallerOf(Session? session) => session is null ? null : factory.CreateForSession(session.Principal, session.ChosenTenant).Caller;
}
