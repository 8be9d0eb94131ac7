using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.SignIn;

/// <summary>Who is signed in to this page, asked anew before each action: a page lives long, and what it was opened with may no longer hold.</summary>
public abstract class SessionCaller
{
    /// <summary>
    /// The caller of a person's act, which keeps the session open; roles are mapped anew, and the provider is asked again when that is due. Null when nobody
    /// is signed in, has not chosen a tenant, or the session has ended: do nothing then. A circuit's page is led away by itself; a request's goes to the sign-in.
    /// </summary>
    public abstract Task<Caller?> GetAsync();

    /// <summary>The same for what the page does by itself, such as live figures: it does not keep the session open.</summary>
    public abstract Task<Caller?> PeekAsync();
}

/// <summary>Finds the session of the circuit's or the request's identity among the open ones.</summary>
internal sealed class OpenSessionCaller(
    Sessions sessions,
    SessionChecks checks,
    CallerFactory factory,
    OpenCircuit circuit,
    IHttpContextAccessor http,
    TimeProvider time) : SessionCaller
{
    public override Task<Caller?> GetAsync() => FindAsync(renew: true);

    public override Task<Caller?> PeekAsync() => FindAsync(renew: false);

    private async Task<Caller?> FindAsync(bool renew)
    {
        if (circuit.Origin is { } origin)
        {
            // The request that a circuit began with is over or not this action's, so the circuit's own session counts.
            if (renew)
            {
                circuit.Acted();
            }

            var acting = await CallerOf(renew ? await sessions.FindAsync(circuit.SessionId, renew) : await sessions.PeekAsync(circuit.SessionId));
            return circuit.Ended is null && acting is not null ? origin.PutOn(acting, Guid.CreateVersion7(time.GetUtcNow()).ToString()) : null;
        }

        return http.HttpContext is { } context && await CallerOf(await sessions.PeekAsync(context.User, renew)) is { } caller
            ? RequestOrigin.Of(context).PutOn(caller, RequestId.Of(context))
            : null;
    }

    private async Task<Caller?> CallerOf(Session? session) =>
        session is not null && await checks.CurrentAsync(session) is { } current ? factory.CreateForSession(current.Principal, current.Tenant).Caller : null;
}
