using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.SignIn;

/// <summary>
/// Asks the provider again, with the refresh token, what only it knows (guarantee T2): a person who was disabled, a role or a tenant that was taken away.
/// An act waits for the answer when it is due; for pages that are open it is asked meanwhile, so that an act seldom has to.
/// </summary>
internal sealed partial class SessionChecks(
    Sessions sessions,
    OpenCircuits circuits,
    ProviderTokens provider,
    CallerFactory callers,
    SignInEvents events,
    SignInSettings settings,
    TimeProvider time,
    ILogger<SessionChecks> logger) : PeriodicJob(TimeSpan.FromSeconds(5), time)
{
    /// <summary>An act waits no longer for a provider that hangs; its answer still acts when it comes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const int AtOnce = 8;

    /// <summary>The session as the provider knows it, asked anew if that was longer ago than <c>Session:RecheckSeconds</c>; null when it has ended by that.</summary>
    public async Task<Session?> CurrentAsync(Session session)
    {
        var check = Begin(session);
        if (!check.IsCompleted)
        {
            await Task.WhenAny(check, Task.Delay(Patience, Clock));
        }

        return sessions.Find(session.Id, renew: false);
    }

    protected override Task RoundAsync(CancellationToken cancellationToken) => Parallel.ForEachAsync(
        circuits.SessionIds.Select(id => sessions.Find(id, renew: false)).OfType<Session>(),
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
        async (session, _) => await Begin(session));

    [LoggerMessage(4022, LogLevel.Error, "Signed-in people could not be checked with the identity provider; it is tried again in 5 seconds.")]
    protected override partial void Failed(Exception fault);

    /// <summary>The question under way, or a new one if it is due.</summary>
    private Task Begin(Session session)
    {
        lock (session.Sync)
        {
            if (session.Check is { IsCompleted: false } running)
            {
                return running;
            }

            if (Clock.GetUtcNow() - session.CheckedAt < settings.Recheck || session.Ticket.Properties.GetTokenValue(OpenIdConnectParameterNames.RefreshToken) is not { } refreshToken)
            {
                return Task.CompletedTask;
            }

            return session.Check = Task.Run(() => CheckAsync(session, refreshToken));
        }
    }

    private async Task CheckAsync(Session session, string refreshToken)
    {
        try
        {
            var answer = await provider.AskAsync(
                [KeyValuePair.Create("grant_type", OpenIdConnectGrantTypes.RefreshToken), KeyValuePair.Create("refresh_token", refreshToken)],
                CancellationToken.None);
            if (answer.Granted)
            {
                await TakeOverAsync(session, answer.Message);
            }
            else if (answer.Message.Error == "invalid_grant")
            {
                await EndAsync(session);
            }
            else
            {
                LogRefused(answer.Message.Error);
            }
        }
        catch (Exception fault)
        {
            // Whether the person may still act is not known then; see docs/decisions/0008.
            LogUnknown(session.Subject, SignInEvents.OneLine(fault));
        }
        finally
        {
            session.CheckedAt = Clock.GetUtcNow();
        }
    }

    private async Task TakeOverAsync(Session session, OpenIdConnectMessage tokens)
    {
        // A refresh token that is good once is spent now, whatever becomes of the rest.
        sessions.Update(session, Own(session), Given(tokens));
        var token = Own(session).First(i => !UserInfo.IsFrom(i));
        if (tokens.IdToken is { Length: > 0 } idToken)
        {
            var result = await provider.ValidateAsync(idToken);
            token = result.IsValid ? result.ClaimsIdentity : throw result.Exception;
            if (token.FindFirst("sub")?.Value != session.Subject)
            {
                throw new InvalidOperationException("The provider answered with somebody else's token.");
            }
        }

        var told = await provider.UserInfoAsync(tokens.AccessToken, token, CancellationToken.None);
        sessions.Update(session, told is null ? [token] : [token, told], new Dictionary<string, string>(StringComparer.Ordinal));
        var own = callers.TenantsOf(session.Principal);
        if (own.Count == 0)
        {
            await EndAsync(session);
        }
        else if (session.Tenant is { } tenant && own.All(t => t.Id != tenant))
        {
            sessions.Choose(session, own.Count == 1 ? own[0].Id : null);
        }
    }

    private async Task EndAsync(Session session)
    {
        var answer = callers.CreateForSession(session.Principal, session.Tenant);
        sessions.End(session, Termination.Provider);
        if (answer.Known)
        {
            await events.EndedByProviderAsync(answer.Caller);
        }
    }

    private static IEnumerable<ClaimsIdentity> Own(Session session) => session.Principal.Identities.Where(i => !i.HasClaim(c => c.Type == Sessions.IdClaim));

    private Dictionary<string, string> Given(OpenIdConnectMessage tokens)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in (ReadOnlySpan<(string, string?)>)[("access_token", tokens.AccessToken), ("refresh_token", tokens.RefreshToken), ("id_token", tokens.IdToken)])
        {
            if (!string.IsNullOrEmpty(value))
            {
                given[name] = value;
            }
        }

        if (int.TryParse(tokens.ExpiresIn, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            given["expires_at"] = Clock.GetUtcNow().AddSeconds(seconds).ToString("o", CultureInfo.InvariantCulture);
        }

        return given;
    }

    [LoggerMessage(4020, LogLevel.Warning, "The identity provider could not be asked about {Subject}, whose session goes on. {Fault}")]
    private partial void LogUnknown(string subject, string fault);

    [LoggerMessage(4021, LogLevel.Error, "The identity provider refuses to renew tokens ({Error}): check how the dashboard is registered there. Sessions go on unchecked.")]
    private partial void LogRefused(string? error);
}
