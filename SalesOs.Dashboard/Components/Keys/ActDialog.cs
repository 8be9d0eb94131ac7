using Microsoft.AspNetCore.Components;
using MudBlazor;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Components.Keys;

/// <summary>
/// A dialog that does one thing, once: busy from the first click on and closed when it is done, and what a second click brings meanwhile over a slow line does nothing.
/// When it is refused or fails, it stays open with what was typed, says why, and it can be tried again.
/// </summary>
public abstract partial class ActDialog : ComponentBase
{
    /// <summary>
    /// Names the one act of this dialog to the service: what was asked under the same name before makes no second key, even when its answer was lost and the page began anew.
    /// </summary>
    [Parameter]
    public Guid Once { get; set; } = Guid.NewGuid();

    [CascadingParameter]
    protected IMudDialogInstance Dialog { get; set; } = null!;

    [Inject]
    protected FaultWords FaultWords { get; set; } = null!;

    [Inject]
    private ILogger<ActDialog> Log { get; set; } = null!;

    /// <summary>It is done, and waits to be proven on every node.</summary>
    private bool recorded;
    private bool left;

    /// <summary>It acts, or has acted.</summary>
    protected bool Busy { get; private set; }

    /// <summary>The dialog has more than one thing to do, and is free again after each.</summary>
    protected virtual bool StaysOpen => false;

    /// <summary>Why it was not done, in words.</summary>
    protected string? Refused { get; set; }

    /// <summary>What is said when it could not be done and nobody knows why.</summary>
    protected virtual string NotDone => FaultWords.NotDone;

    /// <param name="act">What it answers is an error, or null when it is done.</param>
    protected async Task ActAsync(Func<Task<Error?>> act)
    {
        if (Busy)
        {
            return;
        }

        (Busy, Refused) = (true, null);
        try
        {
            Refused = await TryAsync(act);
            while (recorded)
            {
                // Each time it is asked, the service waits some seconds for the proof.
                StateHasChanged();
                Refused = await TryAsync(act);
            }

            if (Refused is null)
            {
                await DoneAsync();
            }
        }
        finally
        {
            // Until the browser has drawn it closed, a dialog still hears what was clicked in it before.
            Busy = Refused is null && !StaysOpen;
        }
    }

    protected virtual Task DoneAsync()
    {
        Dialog.Close();
        return Task.CompletedTask;
    }

    protected void Leave()
    {
        left = true;
        Dialog.Cancel();
    }

    /// <returns>Why it was not done, in words; null when it is.</returns>
    private async Task<string?> TryAsync(Func<Task<Error?>> act)
    {
        try
        {
            var error = await act();
            if (recorded && error?.Reason == ErrorReason.NotFound)
            {
                // What was to be deleted is gone, and proven to be.
                error = null;
            }

            recorded = error?.Reason == ErrorReason.NotProven && !left;
            return error is null ? null : FaultWords.Say(error);
        }
        catch (Exception fault)
        {
            recorded = false;
            LogNotDone(Log, GetType().Name, fault);
            return NotDone;
        }
    }

    [LoggerMessage(5104, LogLevel.Error, "What {Dialog} was asked for could not be done.")]
    private static partial void LogNotDone(ILogger logger, string dialog, Exception fault);
}
