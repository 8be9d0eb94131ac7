using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Notices;

namespace SalesOs.Dashboard.Components.Notices.Bell;

/// <summary>
/// The notices in the top bar: how many are unread, and when it is opened the latest. It looks once its circuit is there and when the feed tells of news, never pushes
/// itself before what somebody does, and until it is opened asks for a number alone.
/// </summary>
public sealed partial class NoticesBell : IDisposable
{
    private const int PerLoad = 20;
    private const int MostShown = 99;

    private LiveNotices? live;
    private bool gone;

    [Parameter, EditorRequired]
    public CurrentUser CurrentUser { get; set; } = null!;

    private int Unread { get; set; }

    /// <summary>Null until it was opened.</summary>
    private IReadOnlyList<BellNotice>? Shown { get; set; }

    private bool IsOpened { get; set; }

    private bool HasOlder { get; set; }

    private bool Failed { get; set; }

    public void Dispose()
    {
        gone = true;
        live?.Dispose();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            live = new LiveNotices(Feed, CurrentUser.TenantId, Clock, () => _ = InvokeAsync(LookAsync));
            await LookAsync();
        }
    }

    private Task OpenAsync()
    {
        IsOpened = true;
        return LookAsync();
    }

    /// <summary>By itself, which does not keep the reader's session open.</summary>
    private Task LookAsync() => TryAsync(async () =>
    {
        if (await Session.PeekAsync() is not { } caller || await Bell.UnreadAsync(caller) is not { Done: true } unread)
        {
            return;
        }

        Unread = unread.Value;
        if (IsOpened && await Bell.ListAsync(before: null, Math.Max(PerLoad, Shown?.Count ?? 0), caller) is { Done: true } latest)
        {
            HasOlder = Shown is null || Shown.Count <= PerLoad ? latest.Value.Count >= PerLoad : HasOlder;
            Shown = latest.Value;
        }
    });

    private Task OlderAsync() => TryAsync(async () =>
    {
        if (Shown is { Count: > 0 } shown && await Session.GetAsync() is { } caller && await Bell.ListAsync(shown[^1].Notice.Id, PerLoad, caller) is { Done: true } older)
        {
            HasOlder = older.Value.Count == PerLoad;
            Shown = [.. shown, .. older.Value];
        }
    });

    /// <param name="id">Null: all.</param>
    private Task ReadAsync(Guid? id) => TryAsync(async () =>
    {
        if (await Session.GetAsync() is { } caller && (await Bell.MarkReadAsync(id is { } one ? [one] : null, caller)).Done)
        {
            Shown = Shown?.Select(shown => id is null || shown.Notice.Id == id ? shown with { IsRead = true } : shown).ToList();
            Unread = await Bell.UnreadAsync(caller) is { Done: true } unread ? unread.Value : Unread;
        }
    });

    private async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
            Failed = false;
        }
        catch (ObjectDisposedException)
        {
            // The program is stopping, and this page with it.
        }
        catch (Exception fault)
        {
            LogNotLoaded(Logger, fault);
            Failed = true;
        }

        if (!gone)
        {
            StateHasChanged();
        }
    }

    [LoggerMessage(5212, LogLevel.Error, "The notices of the top bar could not be loaded.")]
    private static partial void LogNotLoaded(ILogger logger, Exception fault);
}
