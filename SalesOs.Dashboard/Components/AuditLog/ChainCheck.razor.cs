using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Components.AuditLog;

/// <summary>Recomputes the chain when the reader asks and says what was found; exports what the page shows.</summary>
public sealed partial class ChainCheck : IDisposable
{
    private readonly CancellationTokenSource leaving = new();

    /// <summary>What an export takes: that which the page shows, on all its pages. Null while it is not known.</summary>
    [Parameter]
    public AuditFilter? Filter { get; set; }

    /// <summary>Entries that an export would hold.</summary>
    [Parameter]
    public long Count { get; set; }

    private bool Checking { get; set; }

    private bool Failed { get; set; }

    private ChainVerdict? Verdict { get; set; }

    private AuditEntryView? Head { get; set; }

    private SignedCheckpoint? Checkpoint { get; set; }

    private AuditPublicKey? PublicKey { get; set; }

    public void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
    }

    private async Task VerifyAsync()
    {
        if (Checking)
        {
            return;
        }

        (Checking, Failed, Verdict) = (true, false, null);
        StateHasChanged();
        try
        {
            if (await Session.GetAsync() is not { } caller)
            {
                return;
            }

            Head = (await CurrentUser.ListAsync(new AuditFilter(PerPage: 1), caller, leaving.Token)).Value?.Entries.FirstOrDefault();
            var signed = (await CurrentUser.CheckpointsAsync(page: 1, perPage: 1, caller, leaving.Token)).Value;
            (Checkpoint, PublicKey) = (signed?.Checkpoints.FirstOrDefault(), signed?.PublicKey);
            Verdict = (await CurrentUser.VerifyAsync(caller, full: true, leaving.Token)).Value;
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
        }
        catch (Exception fault)
        {
            LogVerifyFailed(Log, fault);
            Failed = true;
        }
        finally
        {
            Checking = false;
        }
    }

    [LoggerMessage(5201, LogLevel.Error, "The audit log could not be verified.")]
    private static partial void LogVerifyFailed(ILogger logger, Exception fault);
}
