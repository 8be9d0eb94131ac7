using System.Text.Json;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Audit;

namespace SalesOs.Dashboard.SignIn;

/// <summary>
/// The provider says that it has ended a session, and so it ends here too, with its open pages
/// (<see href="https://openid.net/specs/openid-connect-backchannel-1_0.html">OpenID Connect Back-Channel Logout 1.0</see>).
/// </summary>
internal sealed partial class BackchannelLogout(
    ProviderTokens provider,
    Sessions sessions,
    CallerFactory callers,
    SignInEvents events,
    TimeProvider time,
    RepeatedLines lines,
    ILogger<BackchannelLogout> logger)
{
    public const string Path = "/signout-backchannel-oidc";

    private const string LogoutEvent = "http://schemas.openid.net/event/backchannel-logout";

    /// <summary>Of a token that names no end, and what is remembered of any beyond its own.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    /// <summary>200 when the sessions that the token means have ended, be there none; 400 when the token doesn't hold.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (await FaultAsync(context) is { } fault)
        {
            lines.Tell("Back-channel logouts that were refused", () => LogRefused(fault));
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsJsonAsync(new { error = "invalid_request", error_description = fault });
        }
    }

    private async Task<string?> FaultAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
        {
            return "Send logout_token in a form.";
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (form["logout_token"] is not [{ Length: > 0 } text])
        {
            return "Send one logout_token.";
        }

        var result = await provider.ValidateAsync(text, asked =>
        {
            var ends = asked.LifetimeValidator!;
            // Older providers name no end; the age of such a token counts.
            asked.LifetimeValidator = (notBefore, expires, token, given) =>
                ends(notBefore, expires ?? ((JsonWebToken)token).IssuedAt + Life, token, given);
        });
        if (!result.IsValid || result.SecurityToken is not JsonWebToken token)
        {
            return "The token's signature, issuer, audience or time does not hold.";
        }

        var subject = token.TryGetPayloadValue("sub", out string sub) ? sub : null;
        var providerSession = token.TryGetPayloadValue("sid", out string sid) ? sid : null;
        if (token.TryGetClaim("nonce", out _))
        {
            return "A logout token has no nonce.";
        }

        if (!token.TryGetPayloadValue("events", out JsonElement named)
            || named.ValueKind != JsonValueKind.Object
            || !named.TryGetProperty(LogoutEvent, out var logout)
            || logout.ValueKind != JsonValueKind.Object)
        {
            return "The token tells of no logout.";
        }

        if (string.IsNullOrEmpty(subject) && string.IsNullOrEmpty(providerSession))
        {
            return "The token names neither sub nor sid.";
        }

        if (token.IssuedAt == default || string.IsNullOrEmpty(token.Id))
        {
            return "The token lacks iat or jti.";
        }

        // All have ended before the first is told of.
        if (await sessions.EndMeantAsync(Used(token), providerSession, subject) is not { } meant)
        {
            return "The token was used before.";
        }

        foreach (var session in meant)
        {
            if (callers.CreateForSession(session.Principal, session.Tenant) is { Known: true, Caller: { } caller })
            {
                await events.EndedByProviderAsync(caller);
            }
        }

        return null;
    }

    private UsedLogoutToken Used(JsonWebToken token)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var until = (token.ValidTo > now ? token.ValidTo : now) + Life;
        return new UsedLogoutToken { Digest = SessionRow.DigestOf(token.Id), Until = new DateTimeOffset(until, TimeSpan.Zero) };
    }

    [LoggerMessage(4030, LogLevel.Warning, "A back-channel logout was refused: {Fault}")]
    private partial void LogRefused(string fault);
}
