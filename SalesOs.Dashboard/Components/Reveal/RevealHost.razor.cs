using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.SignIn;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.Reveal;

/// <summary>
/// Shows, on whatever page, the values of a key that the reader has just made or has not yet said to have saved. It asks for them only once the circuit is there, so
/// that they are never in a prerendered page, and keeps them in no state that is persisted.
/// </summary>
public sealed partial class RevealHost : IDisposable
{
    private LiveKeys? live;
    private Guid? asked;

    [Parameter, EditorRequired]
    public CurrentUser CurrentUser { get; set; } = null!;

    private ApiKeys.Reveal? Shown { get; set; }

    private FirstRequest First { get; set; } = new FirstRequest.Waiting();

    private string? Trouble { get; set; }

    private WithheldFor? Withheld { get; set; }

    public void Dispose()
    {
        if (Cue.Shower == OnGiven)
        {
            Cue.Shower = null;
        }

        Pending.Gone -= OnGone;
        live?.Dispose();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            Cue.Shower = OnGiven;
            Pending.Gone += OnGone;
            await ShowNextAsync();
        }
    }

    private void OnGiven(Guid keyId) => _ = InvokeAsync(() => ShowAsync(keyId));

    private void OnGone(object? sender, RevealGone gone) => _ = InvokeAsync(async () =>
    {
        if (gone.KeyId != Shown?.Created.Key.Id)
        {
            return;
        }

        Forget();
        if (gone.Expired)
        {
            Withheld = WithheldFor.TimeIsOver;
            StateHasChanged();
        }
        else
        {
            await ShowNextAsync();
        }
    });

    private async Task CloseAsync()
    {
        Withheld = null;
        await ShowNextAsync();
    }

    /// <summary>The one that could not be shown before, else the oldest that waits.</summary>
    private async Task ShowNextAsync()
    {
        IReadOnlyList<Guid> waiting;
        try
        {
            waiting = await Reveals.PendingAsync(CurrentUser.TenantId, CurrentUser.Subject);
        }
        catch (ObjectDisposedException)
        {
            // The program is stopping.
            return;
        }
        catch (Exception fault)
        {
            LogNotListed(Log, fault);
            return;
        }

        await (waiting.Count == 0 ? EndAsync() : ShowAsync(asked is { } again && waiting.Contains(again) ? again : waiting[0]));
    }

    private Task EndAsync()
    {
        if (Withheld == WithheldFor.NotRecorded)
        {
            Withheld = WithheldFor.TimeIsOver;
        }

        StateHasChanged();
        return Task.CompletedTask;
    }

    private async Task ShowAsync(Guid keyId)
    {
        asked = keyId;
        if (await Session.PeekAsync() is not { } caller)
        {
            return;
        }

        try
        {
            var outcome = await Reveals.ShowAsync(keyId, caller);
            Withheld = null;
            Trouble = null;
            Shown = outcome.Value;
            asked = null;
            live?.Dispose();
            if (outcome.Done)
            {
                First = new FirstRequest.Waiting();
                live = new LiveKeys(Feed, CurrentUser.TenantId, Clock, news => _ = InvokeAsync(LookAsync), ids => ids.Contains(keyId));
                await LookAsync();
            }
        }
        catch (Exception fault)
        {
            LogNotShown(Log, keyId, fault);
            Withheld = WithheldFor.NotRecorded;
        }

        StateHasChanged();
    }

    /// <summary>Looks whether a request has come, until one was let in.</summary>
    private async Task LookAsync()
    {
        if (Shown?.Created.Key.Id is not { } keyId || First is FirstRequest.Arrived || await Session.PeekAsync() is not { } caller)
        {
            return;
        }

        try
        {
            if (await FirstOfAsync(keyId, caller) is { } first && Shown?.Created.Key.Id == keyId)
            {
                First = first;
                StateHasChanged();
            }
        }
        catch (Exception fault)
        {
            // The next request asks again.
            LogNotLooked(Log, keyId, fault);
        }
    }

    private async Task<FirstRequest?> FirstOfAsync(Guid keyId, Caller caller)
    {
        var figures = await Keys.FiguresAsync([keyId], caller);
        if (figures is { Done: true, Value: [{ UsageCount: > 0, LastUsedAt: { } at } used] })
        {
            return new FirstRequest.Arrived(at, used.LastUsedIp);
        }

        var refused = await Rejections.ListAsync(keyId, page: 1, perPage: 1, proven: null, caller);
        return refused is { Done: true, Value.Rejections: [var latest] } ? new FirstRequest.Rejected(latest) : null;
    }

    private async Task AcknowledgeAsync()
    {
        if (Shown?.Created.Key.Id is not { } keyId || await Session.GetAsync() is not { } caller)
        {
            return;
        }

        try
        {
            if (!await Reveals.AcknowledgeAsync(keyId, caller) && Shown?.Created.Key.Id == keyId)
            {
                // Gone before, so that nobody has told of it now.
                Forget();
                await ShowNextAsync();
            }
        }
        catch (Exception fault)
        {
            LogNotAcknowledged(Log, keyId, fault);
            Trouble = Words["NotAcknowledged"];
        }
    }

    private void Forget()
    {
        live?.Dispose();
        Shown = null;
        Trouble = null;
        Withheld = null;
    }

    [LoggerMessage(5110, LogLevel.Error, "The values of the new API key {KeyId} are not shown, because that could not be recorded in the audit log.")]
    private static partial void LogNotShown(ILogger logger, Guid keyId, Exception fault);

    [LoggerMessage(5111, LogLevel.Error, "That the values of the new API key {KeyId} were saved could not be recorded in the audit log.")]
    private static partial void LogNotAcknowledged(ILogger logger, Guid keyId, Exception fault);

    [LoggerMessage(5113, LogLevel.Warning, "Whether there are new API keys whose values wait to be saved could not be looked up.")]
    private static partial void LogNotListed(ILogger logger, Exception fault);

    [LoggerMessage(5112, LogLevel.Warning, "Whether a request with the new API key {KeyId} has come could not be looked up.")]
    private static partial void LogNotLooked(ILogger logger, Guid keyId, Exception fault);
}
