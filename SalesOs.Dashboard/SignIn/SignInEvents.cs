using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.SignIn;

/// <summary>Told of every sign-in, sign-out and refusal. A refused sign-in belongs to no tenant.</summary>
public sealed partial class SignInEvents
{
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

    /// <param name="fault">What went wrong, where something did. Its text may quote the query, so only its type is logged.</param>
    public Task RefusedAsync(SignInRefusal reason, string? address, string requestId, Exception? fault)
    {
        LogRefused(SignInRefusals.CodeOf(reason), fault?.GetType().Name, requestId);
        return Task.CompletedTask;
    }

    private Task RecordAsync(string action, Caller caller) =>
        database.WriteAsync(caller.TenantId, db => audit.AppendAsync(db, new AuditEvent(action), caller));

    [LoggerMessage(4001, LogLevel.Information, "{Subject} of tenant {Tenant} signed in.")]
    private partial void LogSignedIn(string subject, string tenant);

    [LoggerMessage(4002, LogLevel.Information, "{Subject} of tenant {Tenant} signed out.")]
    private partial void LogSignedOut(string subject, string tenant);

    [LoggerMessage(4003, LogLevel.Information, "A sign-in was refused ({Reason}, {Fault}); request {RequestId}.")]
    private partial void LogRefused(string reason, string? fault, string requestId);
}
