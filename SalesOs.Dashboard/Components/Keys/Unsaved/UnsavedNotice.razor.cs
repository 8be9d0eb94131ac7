using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Components.Keys.Unsaved;

/// <summary>
/// Tells whoever made a key that nobody has said to have saved its values, once they can't be shown any more: after a restart, or when their time is over. Others see
/// that of one key as a fact, on its page.
/// </summary>
public sealed partial class UnsavedNotice : IDisposable
{
    private LiveKeys? live;
    private Guid? troubled;

    [Parameter, EditorRequired]
    public string TenantId { get; set; } = null!;

    /// <summary>Whose page this stands on; null: all keys that the reader made.</summary>
    [Parameter]
    public Guid? KeyId { get; set; }

    [Parameter]
    public EventCallback<ApiKeyView> Rotate { get; set; }

    [Parameter]
    public EventCallback<ApiKeyView> Delete { get; set; }

    private IReadOnlyList<UnsavedKey> Shown { get; set; } = [];

    public void Dispose()
    {
        Pending.Gone -= OnGone;
        live?.Dispose();
    }

    protected override Task OnInitializedAsync() => LoadAsync();

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            Pending.Gone += OnGone;
            live = new LiveKeys(Feed, TenantId, Clock, news => Follow(news.Change));
        }
    }

    private void OnGone(object? sender, RevealGone e) => Follow(KeyChange.Keys);

    private void Follow(KeyChange change)
    {
        if (change == KeyChange.Keys)
        {
            _ = InvokeAsync(async () =>
            {
                await LoadAsync();
                StateHasChanged();
            });
        }
    }

    private async Task LoadAsync()
    {
        try
        {
            if (await Session.PeekAsync() is { } caller)
            {
                Shown = (KeyId is { } id ? await Reveals.UnsavedAsync(id, caller) : await Reveals.UnsavedAsync(caller)).Value ?? [];
            }
        }
        catch (ObjectDisposedException)
        {
            // The program is stopping.
        }
        catch (Exception fault)
        {
            // What is on the page stays; the next change asks again.
            LogNotLoaded(Log, fault);
        }
    }

    private async Task SavedAsync(ApiKeyView key)
    {
        troubled = null;
        if (await Session.GetAsync() is not { } caller)
        {
            return;
        }

        try
        {
            await Reveals.AcknowledgeAsync(key.Id, caller);
        }
        catch (Exception fault)
        {
            LogNotAcknowledged(Log, key.Id, fault);
            troubled = key.Id;
        }

        await LoadAsync();
    }

    [LoggerMessage(5105, LogLevel.Warning, "Whether there are API keys whose values nobody saved could not be looked up.")]
    private static partial void LogNotLoaded(ILogger logger, Exception fault);

    [LoggerMessage(5106, LogLevel.Error, "That the values of the API key {KeyId} were saved could not be recorded in the audit log.")]
    private static partial void LogNotAcknowledged(ILogger logger, Guid keyId, Exception fault);
}
