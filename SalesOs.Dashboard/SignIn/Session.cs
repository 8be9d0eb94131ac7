using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace SalesOs.Dashboard.SignIn;

/// <summary>One sign-in of one browser, as its row was when it was read. The tokens of the identity provider lie in the ticket's properties and never leave the process unsealed.</summary>
public sealed class Session
{
    /// <summary>Item of the ticket's properties: the tenant that the session begins in.</summary>
    internal const string TenantItem = "tenant";

    internal Session(SessionRow row, AuthenticationTicket ticket)
    {
        RowId = row.Id;
        Id = row.Id.ToString();
        KeyDigest = row.KeyDigest;
        Ticket = ticket;
        Subject = ticket.Principal.FindFirst("sub")?.Value ?? "";
        Tenant = row.Tenant;
        StartedAt = row.StartedAt;
        UsedAt = row.UsedAt;
        CheckedAt = row.CheckedAt;
        Version = row.Version;
    }

    /// <summary>The same, used and checked later.</summary>
    internal Session(Session before, SessionState now)
    {
        (RowId, Id, KeyDigest, Ticket, Subject) = (before.RowId, before.Id, before.KeyDigest, before.Ticket, before.Subject);
        (Tenant, StartedAt, Version) = (before.Tenant, before.StartedAt, before.Version);
        (UsedAt, CheckedAt) = (now.UsedAt, now.CheckedAt);
    }

    /// <summary>Names the session inside the program; it opens nothing.</summary>
    public string Id { get; }

    public string Subject { get; }

    public DateTimeOffset StartedAt { get; }

    /// <summary>The latest act of the person, exact to a minute.</summary>
    public DateTimeOffset UsedAt { get; }

    /// <summary>When the provider was last asked about the person.</summary>
    public DateTimeOffset CheckedAt { get; }

    public ClaimsPrincipal Principal => Ticket.Principal;

    /// <summary>The tenant that the session acts in; null while a person of several has not chosen.</summary>
    public string? Tenant { get; }

    internal Guid RowId { get; }

    /// <summary>SHA-256 over the secret that the cookie holds: whoever has that has the session.</summary>
    internal byte[] KeyDigest { get; }

    internal AuthenticationTicket Ticket { get; }

    internal int Version { get; }
}
