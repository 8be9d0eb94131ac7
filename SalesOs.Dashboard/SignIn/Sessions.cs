using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace SalesOs.Dashboard.SignIn;

/// <summary>
/// The open sessions, in memory alone: a cookie holds no more than a key to one, so that ending it here ends it everywhere, and a restart ends them all.
/// At most <see cref="Capacity"/>; beyond that the one longest unused goes. A session that ends takes its open pages with it.
/// </summary>
internal sealed class Sessions : ITicketStore
{
    public const int Capacity = 10_000;

    /// <summary>Claim of the principal that holds <see cref="Session.Id"/>.</summary>
    public const string IdClaim = "salesos:session";

    private const int KeyBytes = 32;
    private static readonly TimeSpan RenewalStep = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, Session> byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Session> byId = new(StringComparer.Ordinal);
    private readonly Lock sync = new();
    private readonly SignInSettings settings;
    private readonly OpenCircuits circuits;
    private readonly TimeProvider time;

    public Sessions(SignInSettings settings, OpenCircuits circuits, SignInMetrics metrics, TimeProvider time)
    {
        this.settings = settings;
        this.circuits = circuits;
        this.time = time;
        metrics.Watch(this);
    }

    public int Count
    {
        get
        {
            lock (sync)
            {
                return byKey.Count;
            }
        }
    }

    /// <summary>The session of a signed-in person, or null once it has ended: by sign-out anywhere, by idling, by age.</summary>
    /// <param name="renew">True when a person acted; what pages do by themselves must not keep a session open.</param>
    public Session? Find(ClaimsPrincipal principal, bool renew) => Find(principal.FindFirst(IdClaim)?.Value, renew);

    /// <param name="id"><see cref="Session.Id"/>.</param>
    /// <param name="renew">As above.</param>
    public Session? Find(string? id, bool renew)
    {
        lock (sync)
        {
            return id is not null && byId.TryGetValue(id, out var session) ? Alive(session, renew) : null;
        }
    }

    /// <summary>Those that a logout token of the provider means: of its session where it names one, else all of the person's.</summary>
    internal IReadOnlyList<Session> Of(string? providerSession, string? subject)
    {
        lock (sync)
        {
            return [.. byId.Values.Where(s => (providerSession is null || s.ProviderSession == providerSession) && (subject is null || s.Subject == subject))];
        }
    }

    /// <summary>Ends a session; its cookie and its open pages act no more. Ending it twice changes nothing.</summary>
    public void End(Session session, Termination why)
    {
        lock (sync)
        {
            Drop(session, why);
        }
    }

    /// <summary>Ends the session that a cookie names by this key, if there is one.</summary>
    internal void End(string key, Termination why)
    {
        lock (sync)
        {
            if (byKey.TryGetValue(key, out var session))
            {
                Drop(session, why);
            }
        }
    }

    /// <summary>Ends whatever is past its limits. They hold without this; it is for the pages that nobody touches.</summary>
    internal void Sweep()
    {
        lock (sync)
        {
            foreach (var session in byId.Values.ToList())
            {
                Alive(session, renew: false);
            }
        }
    }

    /// <summary>Takes over what the provider says of the person now.</summary>
    /// <param name="identities">The person's identities without the session's own.</param>
    /// <param name="tokens">Those that the provider gave anew; others stay.</param>
    internal void Update(Session session, IEnumerable<ClaimsIdentity> identities, IReadOnlyDictionary<string, string> tokens)
    {
        lock (sync)
        {
            foreach (var (name, value) in tokens)
            {
                session.Ticket.Properties.UpdateTokenValue(name, value);
            }

            session.Ticket = new AuthenticationTicket(PrincipalOf(identities, session.Id), session.Ticket.Properties, session.Ticket.AuthenticationScheme);
        }
    }

    /// <summary>Lets a session act in a tenant, or in none until one is chosen. Pages that are open show the tenant before, so they end.</summary>
    internal void Choose(Session session, string? tenant)
    {
        lock (sync)
        {
            if (session.Tenant != tenant)
            {
                session.Tenant = tenant;
                circuits.End(session.Id, Termination.TenantChanged);
            }
        }
    }

    public Task<string> StoreAsync(AuthenticationTicket ticket)
    {
        var id = Guid.CreateVersion7(time.GetUtcNow()).ToString();
        var key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(KeyBytes));
        var principal = PrincipalOf(ticket.Principal.Identities, id);
        var session = new Session(id, key, new AuthenticationTicket(principal, ticket.Properties, ticket.AuthenticationScheme), time.GetUtcNow());
        lock (sync)
        {
            if (byKey.Count >= Capacity)
            {
                Drop(byKey.Values.MinBy(s => s.UsedAt)!, Termination.Idle);
            }

            byKey.Add(key, session);
            byId.Add(id, session);
        }

        return Task.FromResult(key);
    }

    public Task RenewAsync(string key, AuthenticationTicket ticket)
    {
        lock (sync)
        {
            if (byKey.TryGetValue(key, out var session))
            {
                session.Ticket = ticket;
            }
        }

        return Task.CompletedTask;
    }

    public Task<AuthenticationTicket?> RetrieveAsync(string key) => Task.FromResult(Retrieve(key, renew: false));

    /// <summary>A page that a person opens renews the session; what pages fetch by themselves, a circuit's connection among it, does not.</summary>
    public Task<AuthenticationTicket?> RetrieveAsync(string key, HttpContext httpContext, CancellationToken cancellationToken) =>
        Task.FromResult(Retrieve(key, renew: IsOpened(httpContext.Request)));

    public Task RemoveAsync(string key)
    {
        End(key, Termination.SignedOut);
        return Task.CompletedTask;
    }

    /// <summary>Browsers say what an answer is for, at least over https; where they don't, the paths that only pages ask for are known.</summary>
    private static bool IsOpened(HttpRequest request) =>
        request.Headers["Sec-Fetch-Dest"].ToString() is "" or "document"
        && !request.Path.StartsWithSegments(CircuitConnections.Path, StringComparison.OrdinalIgnoreCase)
        && !request.Path.StartsWithSegments(SignInRoutes.StillThere, StringComparison.OrdinalIgnoreCase);

    private static ClaimsPrincipal PrincipalOf(IEnumerable<ClaimsIdentity> identities, string id) =>
        new([.. identities, new ClaimsIdentity([new Claim(IdClaim, id)])]);

    private AuthenticationTicket? Retrieve(string key, bool renew)
    {
        lock (sync)
        {
            return byKey.TryGetValue(key, out var session) ? Alive(session, renew)?.Ticket : null;
        }
    }

    private Session? Alive(Session session, bool renew)
    {
        var now = time.GetUtcNow();
        if (EndOf(session, now) is { } end)
        {
            Drop(session, end);
            return null;
        }

        if (renew && now - session.UsedAt >= RenewalStep)
        {
            session.UsedAt = now;
        }

        return session;
    }

    private Termination? EndOf(Session session, DateTimeOffset now) =>
        now - session.StartedAt >= settings.Absolute ? Termination.Age : now - session.UsedAt >= settings.Idle ? Termination.Idle : null;

    private void Drop(Session session, Termination why)
    {
        if (byId.Remove(session.Id))
        {
            byKey.Remove(session.Key);
            circuits.End(session.Id, why);
        }
    }
}
