using System.Text.Json.Nodes;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.SignIn;

/// <summary>Told of every sign-in, sign-out and sign-in failure. A refused sign-in belongs to no tenant, so the platform's chain has it.</summary>
public sealed partial class SignInEvents(
    Database database,
    AuditLog audit,
    RepeatedEvents repeated,
    RepeatedLines lines,
    SignInMetrics metrics,
    ILogger<SignInEvents> logger)
{
    private const int LongestFault = 500;
    private const string Provider = "provider";

    /// <summary>To be called before the session begins.</summary>
    /// <exception cref="Exception">The audit log can't be written: nobody may be let in.</exception>
    public async Task SignedInAsync(Caller caller)
    {
        await database.WriteAsync(caller.TenantId, async db =>
        {
            var person = await audit.AppendAsync(db, new AuditEvent(AuditActions.SignedIn), caller);
            await PersonDepartures.ReturnAsync(db, audit, person, caller);
            return true;
        });
        metrics.SignedIn();
        LogSignedIn(caller.Subject, caller.TenantId);
    }

    public async Task SignedOutAsync(Caller caller)
    {
        await RecordEndAsync(caller, "person", detail: null);
        LogSignedOut(caller.Subject, caller.TenantId);
    }

    /// <summary>The provider ended the session, by a logout there or by no longer vouching for the person.</summary>
    public async Task EndedByProviderAsync(Caller caller)
    {
        await RecordEndAsync(caller, Provider, new JsonObject { ["by"] = Provider });
        LogEndedByProvider(caller.Subject, caller.TenantId);
    }

    /// <param name="fault">What went wrong, where something did.</param>
    /// <param name="person">Whom the provider vouched for all the same.</param>
    internal void Refused(SignInFailure reason, RequestOrigin origin, string requestId, Exception? fault, Caller? person = null)
    {
        metrics.Refused(reason);
        repeated.Tell(new RepeatedEvent(
            AuditLog.Platform, AuditActions.SignInFailed, Refused: true, SignInFailures.CodeOf(reason).Replace('-', '_'), What: null, person, origin.ForAudit(requestId)));
        var code = SignInFailures.CodeOf(reason);
        lines.Tell($"Sign-ins that came to nothing ({code})", () =>
        {
            if (reason is SignInFailure.Failed or SignInFailure.Away or SignInFailure.Unrecorded)
            {
                LogFailed(OneLine(fault), requestId);
            }
            else
            {
                LogRefused(code, requestId);
            }
        });
    }

    /// <summary>A session ends whether or not that can be written; what can't is written once the database is well again.</summary>
    private async Task RecordEndAsync(Caller caller, string by, JsonObject? detail)
    {
        try
        {
            await database.WriteAsync(caller.TenantId, db => audit.AppendAsync(db, new AuditEvent(AuditActions.SignedOut, Detail: detail), caller));
        }
        catch (Exception fault)
        {
            LogEndNotRecorded(OneLine(fault), caller.Subject);
            repeated.Tell(new RepeatedEvent(caller.TenantId, AuditActions.SignedOut, Refused: false, by, What: null, caller));
        }
    }

    /// <summary>The text may quote what came in the query.</summary>
    internal static string OneLine(Exception? fault) =>
        fault is null ? "" : new string([.. $"{fault.GetType().Name}: {fault.Message}".Select(c => char.IsControl(c) ? ' ' : c).Take(LongestFault)]);

    [LoggerMessage(4001, LogLevel.Information, "{Subject} of tenant {Tenant} signed in.")]
    private partial void LogSignedIn(string subject, string tenant);

    [LoggerMessage(4002, LogLevel.Information, "{Subject} of tenant {Tenant} signed out.")]
    private partial void LogSignedOut(string subject, string tenant);

    [LoggerMessage(4005, LogLevel.Information, "The identity provider ended the session of {Subject} of tenant {Tenant}.")]
    private partial void LogEndedByProvider(string subject, string tenant);

    [LoggerMessage(4006, LogLevel.Error, "The end of the session of {Subject} could not be written to the audit log; it is kept in memory and tried again. {Fault}")]
    private partial void LogEndNotRecorded(string fault, string subject);

    [LoggerMessage(4003, LogLevel.Information, "A sign-in was refused ({Reason}); request {RequestId}.")]
    private partial void LogRefused(string reason, string requestId);

    [LoggerMessage(4004, LogLevel.Warning, "A sign-in failed; request {RequestId}. {Fault}")]
    private partial void LogFailed(string fault, string requestId);
}
