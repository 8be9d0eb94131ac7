using System.Text.Json.Nodes;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.SignIn;

/// <summary>Told of every sign-in, sign-out and refusal. A refused sign-in belongs to no tenant.</summary>
public sealed partial class SignInEvents
{
    private const int LongestFault = 500;

    private readonly Database database;
    private readonly AuditLog audit;
    private readonly ILogger<SignInEvents> logger;

    public SignInEvents(Database database, AuditLog audit, ILogger<SignInEvents> logger)
    {
        this.database = database;
        this.audit = audit;
        this.logger = logger;
    }

    public async Task SignedInAsync(Caller caller)
    {
        await RecordAsync(AuditActions.SignedIn, caller);
        LogSignedIn(caller.Subject, caller.TenantId);
    }

    public async Task SignedOutAsync(Caller caller)
    {
        await RecordAsync(AuditActions.SignedOut, caller);
        LogSignedOut(caller.Subject, caller.TenantId);
    }

    /// <summary>The provider ended the session, by a logout there or by no longer vouching for the person.</summary>
    public async Task EndedByProviderAsync(Caller caller)
    {
        await database.WriteAsync(caller.TenantId, db => audit.AppendAsync(db, new AuditEvent(AuditActions.SignedOut, Detail: new JsonObject { ["by"] = "provider" }), caller));
        LogEndedByProvider(caller.Subject, caller.TenantId);
    }

    /// <param name="fault">What went wrong, where something did.</param>
    public Task RefusedAsync(SignInRefusal reason, string? address, string requestId, Exception? fault)
    {
        if (reason is SignInRefusal.Failed or SignInRefusal.Away)
        {
            LogFailed(OneLine(fault), requestId);
        }
        else
        {
            LogRefused(SignInRefusals.CodeOf(reason), requestId);
        }

        return Task.CompletedTask;
    }

    private Task RecordAsync(string action, Caller caller) =>
        database.WriteAsync(caller.TenantId, db => audit.AppendAsync(db, new AuditEvent(action), caller));

    /// <summary>The text may quote what came in the query.</summary>
    internal static string OneLine(Exception? fault) =>
        fault is null ? "" : new string([.. $"{fault.GetType().Name}: {fault.Message}".Select(c => char.IsControl(c) ? ' ' : c).Take(LongestFault)]);

    [LoggerMessage(4001, LogLevel.Information, "{Subject} of tenant {Tenant} signed in.")]
    private partial void LogSignedIn(string subject, string tenant);

    [LoggerMessage(4002, LogLevel.Information, "{Subject} of tenant {Tenant} signed out.")]
    private partial void LogSignedOut(string subject, string tenant);

    [LoggerMessage(4005, LogLevel.Information, "The identity provider ended the session of {Subject} of tenant {Tenant}.")]
    private partial void LogEndedByProvider(string subject, string tenant);

    [LoggerMessage(4003, LogLevel.Information, "A sign-in was refused ({Reason}); request {RequestId}.")]
    private partial void LogRefused(string reason, string requestId);

    [LoggerMessage(4004, LogLevel.Warning, "A sign-in failed; request {RequestId}. {Fault}")]
    private partial void LogFailed(string fault, string requestId);
}
