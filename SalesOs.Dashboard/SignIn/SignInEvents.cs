using SalesOs.Dashboard.Access;

namespace SalesOs.Dashboard.SignIn;

/// <summary>Told of every sign-in, sign-out and refusal. A refused sign-in belongs to no tenant.</summary>
public sealed partial class SignInEvents
{
    private readonly ILogger<SignInEvents> logger;

    public SignInEvents(ILogger<SignInEvents> logger) => this.logger = logger;

    public Task SignedInAsync(Caller caller)
    {
        LogSignedIn(caller.Subject, caller.TenantId);
        return Task.CompletedTask;
    }

    public Task SignedOutAsync(Caller caller)
    {
        LogSignedOut(caller.Subject, caller.TenantId);
        return Task.CompletedTask;
    }

    /// <param name="fault">What went wrong, where something did. Its text may quote the query, so only its type is logged.</param>
    public Task RefusedAsync(SignInRefusal reason, string? address, string requestId, Exception? fault)
    {
        LogRefused(SignInRefusals.CodeOf(reason), fault?.GetType().Name, requestId);
        return Task.CompletedTask;
    }

    [LoggerMessage(4001, LogLevel.Information, "{Subject} of tenant {Tenant} signed in.")]
    private partial void LogSignedIn(string subject, string tenant);

    [LoggerMessage(4002, LogLevel.Information, "{Subject} of tenant {Tenant} signed out.")]
    private partial void LogSignedOut(string subject, string tenant);

    [LoggerMessage(4003, LogLevel.Information, "A sign-in was refused ({Reason}, {Fault}); request {RequestId}.")]
    private partial void LogRefused(string reason, string? fault, string requestId);
}
