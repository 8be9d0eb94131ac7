using System.Collections.Concurrent;
using System.Data.Common;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.StaticAssets;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.SignIn;

/// <summary>
/// The open sessions, in the database: a cookie holds no more than a key to one, so that ending it here ends it everywhere, and a restart ends none. At most
/// <see cref="Capacity"/>; beyond that the one longest unused goes. A session that ends takes its open pages with it.
/// </summary>
/// <remarks>
/// What this process ends has ended in it at once, whether or not that can be written just now. Which sessions were used is written by <see cref="SessionSweeper"/>,
/// so that no request waits for it.
/// </remarks>
internal sealed partial class Sessions : ITicketStore
{
    public const int Capacity = 10_000;

    /// <summary>Claim of the principal that holds <see cref="Session.Id"/>.</summary>
    public const string IdClaim = "salesos:session";

    /// <summary>How long what was read is good enough for what a page does by itself; it waits no longer for something newer.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RenewalStep = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Guid, Seen> seen = new();
    private readonly SessionNotes notes;
    private readonly SessionRows rows;
    private readonly SessionTickets tickets;
    private readonly SignInSettings settings;
    private readonly OpenCircuits circuits;
    private readonly TimeProvider time;
    private readonly ILogger<Sessions> logger;

    public Sessions(SessionRows rows, SessionTickets tickets, SignInSettings settings, OpenCircuits circuits, SignInMetrics metrics, TimeProvider time, ILogger<Sessions> logger)
    {
        this.rows = rows;
        notes = new SessionNotes(rows, time);
        this.tickets = tickets;
        this.settings = settings;
        this.circuits = circuits;
        this.time = time;
        this.logger = logger;
        metrics.Watch(this);
    }

    /// <summary>Of all processes that work on the database.</summary>
    public int Count => rows.Count();

    /// <summary>The session of a signed-in person as it is stored now, or null once it has ended: by sign-out anywhere, by idling, by age.</summary>
    /// <param name="id"><see cref="Session.Id"/>.</param>
    /// <param name="renew">True when a person acted; what pages do by themselves must not keep a session open.</param>
    public async Task<Session?> FindAsync(string? id, bool renew) =>
        Guid.TryParse(id, out var row) && await ReadAsync(row) is { } session ? await AliveAsync(session, renew) : null;

    /// <inheritdoc cref="FindAsync(string?, bool)"/>
    public Task<Session?> FindAsync(ClaimsPrincipal principal, bool renew) => FindAsync(IdOf(principal), renew);

    /// <summary>
    /// The same, as it was stored a second ago at most. For what pages do by themselves, and for the rest of a request, which has read it when it began. Where
    /// the database can't be read or takes longer than a second, what was last read counts.
    /// </summary>
    public async Task<Session?> PeekAsync(string? id, bool renew = false)
    {
        if (!Guid.TryParse(id, out var row))
        {
            return null;
        }

        if (seen.TryGetValue(row, out var last) && time.GetElapsedTime(last.At) < Fresh)
        {
            return await AliveAsync(last.Session, renew);
        }

        try
        {
            var reading = FindAsync(id, renew);
            return await (last is null ? reading : reading.WaitAsync(Fresh, time));
        }
        catch (Exception fault) when (last is not null && (fault is TimeoutException || IsUnreadable(fault)))
        {
            return await AliveAsync(last.Session, renew);
        }
    }

    /// <inheritdoc cref="PeekAsync(string?, bool)"/>
    public Task<Session?> PeekAsync(ClaimsPrincipal principal, bool renew = false) => PeekAsync(IdOf(principal), renew);

    /// <summary>Ends a session; its cookie and its open pages act no more. Ending it twice changes nothing.</summary>
    public Task EndAsync(Session session, Termination why) => EndAsync([session.RowId], why);

    /// <summary>Ends the session that a cookie names by this key, if there is one.</summary>
    public async Task EndAsync(string key, Termination why)
    {
        if (SessionKey.Read(key) is { } named && await ReadAsync(named.Id) is { } session && named.Opens(session))
        {
            await EndAsync([session.RowId], why);
        }
    }

    /// <summary>Ends those that a logout token of the provider means: of its session where it names one, else all of the person's.</summary>
    /// <returns>Them, as they were before; null when the token was used before.</returns>
    public async Task<IReadOnlyList<Session>?> EndMeantAsync(UsedLogoutToken token, string? providerSession, string? subject)
    {
        try
        {
            var meant = await rows.EndMeantAsync(token, providerSession, subject, Termination.Provider);
            foreach (var row in meant ?? [])
            {
                Note(row.Id, Termination.Provider, written: true);
            }

            return meant is null ? null : [.. meant.Select(Opened).OfType<Session>()];
        }
        catch (Exception fault) when (IsUnreadable(fault))
        {
            // They end here all the same; the provider is answered with an error and tells it again.
            foreach (var row in await rows.OfAsync(providerSession, subject))
            {
                Note(row.Id, Termination.Provider, written: false);
            }

            throw;
        }
    }

    /// <summary>Lets a session act in a tenant, or in none until one is chosen. Pages that are open show the tenant before, so they end.</summary>
    public async Task ChooseAsync(Session session, string? tenant)
    {
        if (session.Tenant != tenant)
        {
            await rows.ChooseAsync(session.RowId, tenant);
            seen.TryRemove(session.RowId, out _);
            circuits.End(session.Id, Termination.TenantChanged);
        }
    }

    /// <summary>Takes over what the provider says of the person now.</summary>
    /// <param name="identities">The person's identities without the session's own.</param>
    /// <param name="tokens">Those that the provider gave anew; others stay.</param>
    /// <returns>The session with it; null when it has ended meanwhile.</returns>
    public async Task<Session?> UpdateAsync(Session session, IEnumerable<ClaimsIdentity> identities, IReadOnlyDictionary<string, string> tokens)
    {
        var properties = session.Ticket.Properties.Clone();
        foreach (var (name, value) in tokens)
        {
            properties.UpdateTokenValue(name, value);
        }

        await rows.ReplaceTicketAsync(
            session.RowId, tickets.Seal(session.RowId, new AuthenticationTicket(PrincipalOf(identities, session.Id), properties, session.Ticket.AuthenticationScheme)));
        return await FindAsync(session.Id, renew: false);
    }

    public async Task<string> StoreAsync(AuthenticationTicket ticket)
    {
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var key = SessionKey.Make(id, out var digest);
        var row = new SessionRow
        {
            Id = id,
            KeyDigest = digest,
            SubjectDigest = SessionRow.DigestOf(ticket.Principal.FindFirst("sub")?.Value ?? ""),
            ProviderSessionDigest = ticket.Principal.FindFirst("sid")?.Value is { } sid ? SessionRow.DigestOf(sid) : null,
            Tenant = ticket.Properties.GetString(Session.TenantItem),
            StartedAt = now,
            UsedAt = now,
            CheckedAt = now,
            Ticket = tickets.Seal(id, new AuthenticationTicket(PrincipalOf(ticket.Principal.Identities, id.ToString()), ticket.Properties, ticket.AuthenticationScheme)),
        };
        if (await rows.AddAsync(row, Capacity) is { } longestUnused)
        {
            Note(longestUnused, Termination.Idle, written: true);
        }

        return key;
    }

    public async Task RenewAsync(string key, AuthenticationTicket ticket)
    {
        if (SessionKey.Read(key) is { } named && await ReadAsync(named.Id) is { } session && named.Opens(session))
        {
            await rows.ReplaceTicketAsync(session.RowId, tickets.Seal(session.RowId, ticket));
            seen.TryRemove(session.RowId, out _);
        }
    }

    public Task<AuthenticationTicket?> RetrieveAsync(string key) => RetrieveAsync(key, renew: false);

    /// <summary>A page that a person opens renews the session; what pages fetch by themselves, a circuit's connection among it, does not.</summary>
    public async Task<AuthenticationTicket?> RetrieveAsync(string key, HttpContext httpContext, CancellationToken cancellationToken)
    {
        // A page brings a dozen files along, which are the same for everybody.
        if (httpContext.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null)
        {
            return null;
        }

        try
        {
            return await RetrieveAsync(key, SessionCookie.IsOpened(httpContext.Request));
        }
        catch (Exception fault) when (IsUnreadable(fault) && httpContext.Features.Get<IExceptionHandlerFeature>() is not null)
        {
            // The page that tells of the fault needs nobody.
            return null;
        }
    }

    public Task RemoveAsync(string key) => EndAsync(key, Termination.SignedOut);

    /// <summary>The database, its files or the disk, rather than something wrong with the session.</summary>
    internal static bool IsUnreadable(Exception fault) => fault is DbException or StoreException || (fault.InnerException is { } inner && IsUnreadable(inner));

    private static string? IdOf(ClaimsPrincipal principal) => principal.FindFirst(IdClaim)?.Value;

    private static ClaimsPrincipal PrincipalOf(IEnumerable<ClaimsIdentity> identities, string id) =>
        new([.. identities, new ClaimsIdentity([new Claim(IdClaim, id)])]);

    private async Task<AuthenticationTicket?> RetrieveAsync(string key, bool renew) =>
        SessionKey.Read(key) is { } named && await ReadAsync(named.Id) is { } session && named.Opens(session) ? (await AliveAsync(session, renew))?.Ticket : null;

    private async Task<Session?> ReadAsync(Guid id)
    {
        if (await rows.FindAsync(id) is not { Ended: null } row || Opened(row) is not { } session)
        {
            seen.TryRemove(id, out _);
            return null;
        }

        // Of two that read at once, the one that has read the later state has the last word.
        seen.AddOrUpdate(id, _ => new Seen(session, time.GetTimestamp()), (_, last) => last.Session.Version > session.Version ? last : new Seen(session, time.GetTimestamp()));
        return session;
    }

    /// <summary>What was opened before is not opened again. Null when the ticket does not open: whoever has the cookie signs in anew.</summary>
    private Session? Opened(SessionRow row)
    {
        if (seen.TryGetValue(row.Id, out var last) && last.Session.Version == row.Version)
        {
            return new Session(row, last.Session.Ticket);
        }

        return tickets.Open(row.Id, row.Ticket) is { } ticket ? new Session(row, ticket) : null;
    }

    private async Task<Session?> AliveAsync(Session session, bool renew)
    {
        if (notes.HasEnded(session.RowId))
        {
            return null;
        }

        var now = time.GetUtcNow();
        var usedAt = notes.UsedAt(session.RowId, session.UsedAt);
        if (EndOf(session.StartedAt, usedAt, now) is { } end)
        {
            await EndAsync([session.RowId], end);
            return null;
        }

        if (renew && now - usedAt >= RenewalStep)
        {
            notes.Use(session.RowId);
        }

        return session;
    }

    private Termination? EndOf(DateTimeOffset startedAt, DateTimeOffset usedAt, DateTimeOffset now) =>
        now - startedAt >= settings.Absolute ? Termination.Age : now - usedAt >= settings.Idle ? Termination.Idle : null;

    /// <summary>A session as it was read, and when, as a timestamp of the clock.</summary>
    private sealed record Seen(Session Session, long At);
}
