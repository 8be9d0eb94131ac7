using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.SignIn;

/// <summary>The access token of a person's own session, for their programs that call the management API.</summary>
public abstract class SessionToken
{
    /// <summary>
    /// The token, once <c>session.token_shown</c> is in the audit log. Needs <c>admin.integrations</c> or <c>audit.integrations</c>. <c>NotFound</c>: nobody is signed in any
    /// more, or the provider has given no token that still holds.
    /// </summary>
    /// <exception cref="Exception">The entry could not be written. Nothing is shown.</exception>
    public abstract Task<Result<ShownToken>> ShowAsync();
}

/// <summary>An access token on its way to the person whose it is. Not a record, whose text would show it.</summary>
/// <param name="expiresAt">As the provider has said.</param>
public sealed class ShownToken(string text, DateTimeOffset expiresAt)
{
    public string Text { get; } = text;

    public DateTimeOffset ExpiresAt { get; } = expiresAt;

    /// <summary>Masked, so that neither a log nor a debugger's text shows the token.</summary>
    public override string ToString() => "ShownToken { *** }";
}

/// <summary>Takes the token from the ticket of the circuit's session.</summary>
internal sealed class CircuitSessionToken(SessionCaller caller, Sessions sessions, OpenCircuit circuit, Database database, AuditLog audit, TimeProvider clock) : SessionToken
{
    public override async Task<Result<ShownToken>> ShowAsync()
    {
        // The provider is asked anew where that is due, and its answer brings a fresh token.
        if (await caller.GetAsync() is not { } person)
        {
            return new Error(ErrorReason.NotFound);
        }

        if (!person.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        if ((await sessions.PeekAsync(circuit.SessionId))?.Ticket.Properties is not { } kept
            || kept.GetTokenValue("access_token") is not { Length: > 0 } token
            || !DateTimeOffset.TryParse(kept.GetTokenValue("expires_at"), CultureInfo.InvariantCulture, out var expiresAt)
            || expiresAt <= clock.GetUtcNow())
        {
            return new Error(ErrorReason.NotFound);
        }

        await database.WriteAsync(person.TenantId, db => audit.AppendAsync(db, new AuditEvent(AuditActions.TokenShown), person));
        return new ShownToken(token, expiresAt);
    }
}
