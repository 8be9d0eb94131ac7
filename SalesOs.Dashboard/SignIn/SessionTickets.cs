using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.IdentityModel.Tokens;

namespace SalesOs.Dashboard.SignIn;

/// <summary>Seals what a session stores of a person: claims, and the provider's tokens. A sealed ticket opens in its own session's row alone.</summary>
internal sealed class SessionTickets(IDataProtectionProvider protection)
{
    private const string Purpose = "salesos/session/v1";

    /// <summary>Not inside a change of the database (<see cref="ProtectionKeys"/>).</summary>
    public byte[] Seal(Guid sessionId, AuthenticationTicket ticket) => ProtectorOf(sessionId).Protect(TicketSerializer.Default.Serialize(ticket));

    /// <summary>Null when it was changed, belongs to another session, or its key is gone.</summary>
    public AuthenticationTicket? Open(Guid sessionId, byte[] sealedTicket)
    {
        try
        {
            return TicketSerializer.Default.Deserialize(ProtectorOf(sessionId).Unprotect(sealedTicket)) is { } ticket
                // A token's claims are told apart by case, which the serializer does not keep.
                ? new AuthenticationTicket(
                    new ClaimsPrincipal(ticket.Principal.Identities.Select(i => new CaseSensitiveClaimsIdentity(i))),
                    ticket.Properties,
                    ticket.AuthenticationScheme)
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private IDataProtector ProtectorOf(Guid sessionId) => protection.CreateProtector(Purpose, sessionId.ToString());
}
