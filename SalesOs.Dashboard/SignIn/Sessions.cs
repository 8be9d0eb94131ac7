using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace SalesOs.Dashboard.SignIn;

/// <summary>
/// The open sessions, in memory alone: a cookie holds no more than a key to one, so that ending it here ends it everywhere, and a restart ends them all.
/// At most <see cref="Capacity"/>; beyond that the one longest unused goes.
/// </summary>
public sealed class Sessions : ITicketStore
{
    public const int Capacity = 10_000;

    /// <summary>Claim of the principal that holds <see cref="Session.Id"/>.</summary>
    public const string IdClaim = "salesos:session";

    private const int KeyBytes = 32;
    private static readonly TimeSpan RenewalStep = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, Session> byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Session> byId = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly SignInSettings settings;
    private readonly TimeProvider time;
    private DateTimeOffset sweptAt;

    public Sessions(SignInSettings settings, TimeProvider time)
    {
        this.settings = settings;
        this.time = time;
    }

    public int Count
    {
        get
        {
            lock (gate)
            {
                return byKey.Count;
            }
        }
    }

    /// <summary>The session of a signed-in person, or null once it has ended: by sign-out anywhere, by idling, by age.</summary>
    /// <param name="renew">True when a person acted; what pages do by themselves must not keep a session open.</param>
    public Session? Find(ClaimsPrincipal principal, bool renew)
    {
        if (principal.FindFirst(IdClaim)?.Value is not { } id)
        {
            return null;
        }

        lock (gate)
        {
            return byId.TryGetValue(id, out var session) ? Alive(session, renew) : null;
        }
    }

    /// <summary>Ends a session; its cookie and its open pages act no more. Ending it twice changes nothing.</summary>
    public void End(Session session)
    {
        lock (gate)
        {
            Drop(session);
        }
    }

    public Task<string> StoreAsync(AuthenticationTicket ticket)
    {
        var id = Guid.CreateVersion7(time.GetUtcNow()).ToString();
        var key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(KeyBytes));
        var principal = new ClaimsPrincipal([.. ticket.Principal.Identities, new ClaimsIdentity([new Claim(IdClaim, id)])]);
        var now = time.GetUtcNow();
        var session = new Session(id, key, new AuthenticationTicket(principal, ticket.Properties, ticket.AuthenticationScheme), now);
        lock (gate)
        {
            MakeRoom(now);
            byKey.Add(key, session);
            byId.Add(id, session);
        }

        return Task.FromResult(key);
    }

    public Task RenewAsync(string key, AuthenticationTicket ticket)
    {
        lock (gate)
        {
            if (byKey.TryGetValue(key, out var session))
            {
                session.Ticket = ticket;
            }
        }

        return Task.CompletedTask;
    }

    public Task<AuthenticationTicket?> RetrieveAsync(string key) => Task.FromResult(Retrieve(key, renew: false));

    /// <summary>A page that a person opens renews the session; a circuit's connection, which comes back by itself, does not.</summary>
    public Task<AuthenticationTicket?> RetrieveAsync(string key, HttpContext httpContext, CancellationToken cancellationToken) =>
        Task.FromResult(Retrieve(key, renew: !httpContext.Request.Path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase)));

    public Task RemoveAsync(string key)
    {
        lock (gate)
        {
            if (byKey.TryGetValue(key, out var session))
            {
                Drop(session);
            }
        }

        return Task.CompletedTask;
    }

    private AuthenticationTicket? Retrieve(string key, bool renew)
    {
        lock (gate)
        {
            return byKey.TryGetValue(key, out var session) ? Alive(session, renew)?.Ticket : null;
        }
    }

    private Session? Alive(Session session, bool renew)
    {
        var now = time.GetUtcNow();
        if (HasEnded(session, now))
        {
            Drop(session);
            return null;
        }

        if (renew && now - session.UsedAt >= RenewalStep)
        {
            session.UsedAt = now;
        }

        return session;
    }

    private bool HasEnded(Session session, DateTimeOffset now) =>
        now - session.UsedAt >= settings.Idle || now - session.StartedAt >= settings.Absolute;

    private void MakeRoom(DateTimeOffset now)
    {
        if (now - sweptAt >= RenewalStep || byKey.Count >= Capacity)
        {
            sweptAt = now;
            foreach (var ended in byKey.Values.Where(s => HasEnded(s, now)).ToList())
            {
                Drop(ended);
            }
        }

        if (byKey.Count >= Capacity)
        {
            Drop(byKey.Values.MinBy(s => s.UsedAt)!);
        }
    }

    private void Drop(Session session)
    {
        byKey.Remove(session.Key);
        byId.Remove(session.Id);
    }
}
