using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace SalesOs.Dashboard.SignIn;

/// <summary>One sign-in of one browser, kept in memory. The tokens of the identity provider lie in the ticket's properties and never leave the process.</summary>
public sealed class Session
{
    internal Session(string id, string key, AuthenticationTicket ticket, DateTimeOffset startedAt)
    {
        Id = id;
        Key = key;
        Ticket = ticket;
        StartedAt = startedAt;
        UsedAt = startedAt;
    }

    /// <summary>Names the session inside the program; it opens nothing.</summary>
    public string Id { get; }

    public DateTimeOffset StartedAt { get; }

    /// <summary>The latest act of the person, exact to a minute.</summary>
    public DateTimeOffset UsedAt { get; internal set; }

    public ClaimsPrincipal Principal => Ticket.Principal;

    /// <summary>The tenant that the person chose, for those who have several; null for the first of their token.</summary>
    public string? ChosenTenant { get; internal set; }

    /// <summary>What the cookie names it by: whoever has this has the session.</summary>
    internal string Key { get; }

    internal AuthenticationTicket Ticket { get; set; }
}
