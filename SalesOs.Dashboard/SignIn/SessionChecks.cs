using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.SignIn;

/// <summary>
/// Asks the provider again, with the refresh token, what only it knows (guarantee T2): a person who was disabled, a role or a tenant that was taken away.
/// An act waits for the answer when it is due; for pages that are open it is asked meanwhile, so that an act seldom has to.
/// </summary>
internal sealed partial class SessionChecks(
    Sessions sessions,
    SessionRows rows,
    OpenCircuits circuits,
    ProviderTokens provider,
    CallerFactory callers,
    SignInEvents events,
    PersonDepartures departures,
    SignInSettings settings,
    TimeProvider time,
    ILogger<SessionChecks> logger) : PeriodicJob(TimeSpan.FromSeconds(5), time)
{
    /// <summary>An act waits no longer for a provider that hangs; its answer still acts when it comes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// For how long one process alone may ask about a session: longer than a question takes, since a refresh token that is used twice looks like a theft to the
    /// provider.
    /// </summary>
    private static readonly TimeSpan Lapse = TimeSpan.FromMinutes(1);

    /// <summary>How often it is looked whether the process that asks has its answer.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private const int AtOnce = 8;

    private readonly ConcurrentDictionary<Guid, Check> latest = new();

    /// <summary>The session as the provider knows it, asked anew if that was longer ago than <c>Session:RecheckSeconds</c>; null when it has ended by that.</summary>
    public async Task<Session?> CurrentAsync(Session session)
    {
        if (!IsDue(session))
        {
            return session;
        }

        var check = Begin(session);
        if (!check.IsCompleted)
        {
            await Task.WhenAny(check, Task.Delay(Patience, Clock));
        }

        return await sessions.FindAsync(session.Id, renew: false);
    }

    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        foreach (var old in latest.Where(c => c.Value.Asking.IsCompleted && Clock.GetElapsedTime(c.Value.BegunAt) >= settings.Recheck))
        {
            latest.TryRemove(old);
        }

        await Parallel.ForEachAsync(
            circuits.SessionIds,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (id, _) =>
            {
                if (await sessions.PeekAsync(id) is { } session && IsDue(session))
                {
                    await Begin(session);
                }
            });
    }

    [LoggerMessage(4022, LogLevel.Error, "Signed-in people could not be checked with the identity provider; it is tried again in 5 seconds.")]
    protected override partial void Failed(Exception fault);

    private static string? RefreshTokenOf(Session session) => session.Ticket.Properties.GetTokenValue(OpenIdConnectParameterNames.RefreshToken);

    private bool IsDue(Session session) => Clock.GetUtcNow() - session.CheckedAt >= settings.Recheck && RefreshTokenOf(session) is not null;

    /// <summary>The question under way, or a new one: once in a period, however many wait for the answer and even where it could not be written down.</summary>
    private Task Begin(Session session)
    {
        while (true)
        {
            var known = latest.TryGetValue(session.RowId, out var check);
            if (known && (!check!.Asking.IsCompleted || Clock.GetElapsedTime(check.BegunAt) < settings.Recheck))
            {
                return check.Asking;
            }

            var asking = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var begun = new Check(Clock.GetTimestamp(), asking.Task);
            if (known ? latest.TryUpdate(session.RowId, begun, check!) : latest.TryAdd(session.RowId, begun))
            {
                _ = Task.Run(async () =>
                {
                    await CheckAsync(session);
                    asking.SetResult();
                });
                return asking.Task;
            }
        }
    }

    private async Task CheckAsync(Session session)
    {
        try
        {
            if (await rows.TakeCheckAsync(session.RowId, session.CheckedAt, Lapse))
            {
                await AskAsync(session);
            }
            else
            {
                await OthersAnswerAsync(session);
            }
        }
        catch (Exception fault)
        {
            // Whether the person may still act is not known then; see docs/decisions/0008.
            LogUnknown(session.Subject, SignInEvents.OneLine(fault));
        }
    }

    private async Task AskAsync(Session before)
    {
        try
        {
            // What was written since it was read, by a process that died while it asked.
            if (await sessions.FindAsync(before.Id, renew: false) is { } session && RefreshTokenOf(session) is { } refreshToken)
            {
                await AskAsync(session, refreshToken);
            }
        }
        finally
        {
            await rows.CheckedAsync(before.RowId, Clock.GetUtcNow());
        }
    }

    private async Task AskAsync(Session session, string refreshToken)
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
            await NoteDepartureAsync(session.Subject, answer.Message);
        }
        else
        {
            LogRefused(answer.Message.Error);
        }
    }

    /// <summary>The session has ended by now, whether or not this can be written.</summary>
    private async Task NoteDepartureAsync(string subject, OpenIdConnectMessage answer)
    {
        if (!ClosedAccount.IsSaidBy(answer))
        {
            return;
        }

        try
        {
            await departures.NoteAsync(subject);
            LogLeft(subject);
        }
        catch (Exception fault)
        {
            LogNotNoted(subject, SignInEvents.OneLine(fault));
        }
    }

    /// <summary>Another process asks: its answer is in the row when it is there.</summary>
    private async Task OthersAnswerAsync(Session session)
    {
        var begun = Clock.GetTimestamp();
        while (await sessions.FindAsync(session.Id, renew: false) is { } now && now.CheckedAt == session.CheckedAt && Clock.GetElapsedTime(begun) < Patience)
        {
            await Task.Delay(Look, Clock);
        }
    }

    private async Task TakeOverAsync(Session session, OpenIdConnectMessage tokens)
    {
        // A refresh token that is good once is spent now, whatever becomes of the rest.
        if (await sessions.UpdateAsync(session, Own(session), Given(tokens)) is not { } current)
        {
            return;
        }

        session = current;
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
        if (await sessions.UpdateAsync(session, told is null ? [token] : [token, told], new Dictionary<string, string>(StringComparer.Ordinal)) is not { } updated)
        {
            return;
        }

        session = updated;
        var own = callers.TenantsOf(session.Principal);
        if (own.Count == 0)
        {
            await EndAsync(session);
        }
        else if (session.Tenant is { } tenant && own.All(t => t.Id != tenant))
        {
            await sessions.ChooseAsync(session, own.Count == 1 ? own[0].Id : null);
        }
    }

    private async Task EndAsync(Session session)
    {
        var answer = callers.CreateForSession(session.Principal, session.Tenant);
        await sessions.EndAsync(session, Termination.Provider);
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

    [LoggerMessage(4026, LogLevel.Information, "The identity provider says that the account of {Subject} is gone or disabled: they have left, and their API keys go on working without an owner.")]
    private partial void LogLeft(string subject);

    [LoggerMessage(4027, LogLevel.Error, "The identity provider says that the account of {Subject} is gone or disabled, which could not be written: an admin has to say that they have left. {Fault}")]
    private partial void LogNotNoted(string subject, string fault);

    /// <summary>A question to the provider: when it was begun, as a timestamp of the clock, and what is done when its answer has been taken over.</summary>
    private sealed record Check(long BegunAt, Task Asking);
}
