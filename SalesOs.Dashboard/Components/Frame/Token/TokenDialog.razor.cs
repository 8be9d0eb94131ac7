using Microsoft.AspNetCore.Components;
using MudBlazor;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Components.Frame.Token;

/// <summary>
/// Shows the access token of the reader's own session when they ask for it. It exists in an open page alone: a dialog is in no answer to a request, and it is forgotten
/// when it closes.
/// </summary>
public sealed partial class TokenDialog : IDisposable
{
    private bool busy;
    private string? said;
    private string? trouble;

    /// <summary>The tenant that the page is about, where the reader has several; null: they have one.</summary>
    [Parameter]
    public string? Tenant { get; set; }

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    private ShownToken? Shown { get; set; }

    private bool IsExpired => Shown?.ExpiresAt <= Clock.GetUtcNow();

    public void Dispose() => Passing.Passed -= OnPassed;

    protected override void OnInitialized() => Passing.Passed += OnPassed;

    private void OnPassed(object? sender, EventArgs e) => _ = InvokeAsync(StateHasChanged);

    private async Task ShowAsync()
    {
        (busy, trouble) = (true, null);
        try
        {
            var answer = await Session.ShowAsync();
            Shown = answer.Value;
            trouble = answer.Done ? null : Words["None"];
        }
        catch (Exception fault)
        {
            LogNotShown(Log, fault);
            trouble = Words["NotShown"];
        }
        finally
        {
            busy = false;
        }
    }

    [LoggerMessage(5130, LogLevel.Error, "That an access token is shown could not be recorded; it was not shown.")]
    private static partial void LogNotShown(ILogger logger, Exception fault);
}
