using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace SalesOs.Dashboard.SignIn;

/// <summary>One sign-in of one browser, kept in memory. The tokens of the identity provider lie in the ticket's properties and never leave the process.</summary>
public sealed class Session
{
    /// <summary>Item of the ticket's properties: the tenant that the session begins in.</summary>
    internal const string TenantItem = "tenant";

    internal Session(string id, string key, AuthenticationTicket ticket, DateTimeOffset startedAt)
    {
        Id = id;
        Key = key;
        Ticket = ticket;
        Subject = ticket.Principal.FindFirst("sub")?.Value ?? "";
        ProviderSession = ticket.Principal.FindFirst("sid")?.Value;
        Tenant = ticket.Properties.GetString(TenantItem);
        StartedAt = startedAt;
        UsedAt = startedAt;
        CheckedAt = startedAt;
    }

    /// <summary>Names the session inside the program; it opens nothing.</summary>
    public string Id { get; }

    public string Subject { get; }

    public DateTimeOffset StartedAt { get; }

    /// <summary>The latest act of the person, exact to a minute.</summary>
    public DateTimeOffset UsedAt { get; internal set; }

    /// <summary>When the provider was last asked about the person.</summary>
    public DateTimeOffset CheckedAt { get; internal set; }

    public ClaimsPrincipal Principal => Ticket.Principal;

    /// <summary>The tenant that the session acts in; null while a person of several has not chosen.</summary>
    public string? Tenant { get; internal set; }

    /// <summary>The provider's own name for its session (<c>sid</c>), where it gives one.</summary>
    internal string? ProviderSession { get; }

    /// <summary>What the cookie names it by: whoever has this has the session.</summary>
    internal string Key { get; }

    internal AuthenticationTicket Ticket { get; set; }

    internal Lock Sync { get; } = new();

    /// <summary>The question to the provider that is under way, so that it is asked once however many wait for the answer.</summary>
    internal Task? Check { get; set; }
}
