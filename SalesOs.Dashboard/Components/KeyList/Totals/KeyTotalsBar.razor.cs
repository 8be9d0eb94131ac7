using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Components.KeyList.Totals;

/// <summary>
/// The figures, each a filter. They load by themselves once the page is there, so the table never waits for them; they follow the keys at once
/// and what usage changes in them every ten seconds; what could not be loaded is tried again as soon.
/// </summary>
public sealed partial class KeyTotalsBar : IDisposable
{
    public static readonly TimeSpan UsageInterval = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource gone = new();
    private LiveKeys? live;
    private ITimer? later;
    private long loadedAt;
    private bool waits;
    private bool loading;
    private bool again;

    [Parameter, EditorRequired]
    public KeysAddress Address { get; set; } = null!;

    [Parameter, EditorRequired]
    public string TenantId { get; set; } = null!;

    private KeyTotals? Totals { get; set; }

    private bool Failed { get; set; }

    private IEnumerable<(string Name, long? Count, KeysAddress Target, bool IsCurrent)> Figures =>
    [
        Figure("Active", Totals?.Active, Address with { Status = KeyStatus.Active, Mark = null }),
        Figure("Paused", Totals?.Paused, Address with { Status = KeyStatus.Paused, Mark = null }),
        Figure(nameof(KeyMark.Expiring), Totals?.Expiring, Address with { Status = null, Mark = KeyMark.Expiring }),
        Figure(nameof(KeyMark.Unused), Totals?.Unused, Address with { Status = null, Mark = KeyMark.Unused }),
        Figure(nameof(KeyMark.Excess), Totals?.Excess, Address with { Status = null, Mark = KeyMark.Excess }),
        Figure(nameof(KeyMark.Ended), Totals?.Ended, Address with { Status = null, Mark = KeyMark.Ended }),
    ];

    public void Dispose()
    {
        live?.Dispose();
        later?.Dispose();
        gone.Cancel();
        gone.Dispose();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            later = Clock.CreateTimer(_ => _ = InvokeAsync(LoadAsync), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            live = new LiveKeys(Feed, TenantId, Clock, news => _ = InvokeAsync(() => FollowAsync(news.Change)));
            await LoadAsync();
        }
    }

    /// <summary>The figure alone, without what else the list is narrowed by: it counts all of them.</summary>
    private (string Name, long? Count, KeysAddress Target, bool IsCurrent) Figure(string name, long? count, KeysAddress target) =>
        (name, count, target.Unfiltered() with { Status = target.Status, Mark = target.Mark }, target.Status == Address.Status && target.Mark == Address.Mark);

    private async Task FollowAsync(KeyChange change)
    {
        if (change == KeyChange.Keys)
        {
            await LoadAsync();
        }
        else if (!waits)
        {
            waits = true;
            var wait = UsageInterval - Clock.GetElapsedTime(loadedAt);
            later?.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task LoadAsync()
    {
        if (loading)
        {
            again = true;
            return;
        }

        loading = true;
        try
        {
            do
            {
                (again, waits) = (false, false);
                loadedAt = Clock.GetTimestamp();
                await LoadOnceAsync();
            }
            while (again && !gone.IsCancellationRequested);
        }
        finally
        {
            loading = false;
        }

        if (!gone.IsCancellationRequested)
        {
            if (Failed)
            {
                later?.Change(UsageInterval, Timeout.InfiniteTimeSpan);
            }

            StateHasChanged();
        }
    }

    private async Task LoadOnceAsync()
    {
        try
        {
            if (await Session.PeekAsync() is { } caller)
            {
                var outcome = await Overview.TotalsAsync(caller, gone.Token);
                (Totals, Failed) = outcome.Done ? (outcome.Value, false) : (Totals, true);
            }
        }
        catch (Exception) when (gone.IsCancellationRequested)
        {
            // The page has gone, and what it waited for with it.
        }
        catch (Exception fault)
        {
            LogTotalsFailed(Log, fault);
            Failed = true;
        }
    }

    [LoggerMessage(5102, LogLevel.Warning, "The figures above the list of API keys could not be loaded.")]
    private static partial void LogTotalsFailed(ILogger logger, Exception fault);
}
