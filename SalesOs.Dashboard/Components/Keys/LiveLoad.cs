using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Components.Keys;

/// <summary>What a page does of its own accord when it is loaded live. All of it is called on the renderer's thread.</summary>
/// <param name="Invoke">Goes to the renderer's thread.</param>
/// <param name="Draw">Draws the page anew.</param>
/// <param name="Load">Loads everything; true: by itself, not as an act of the reader. Gives whether there is something to show.</param>
/// <param name="Move">Loads what moves of these keys (null: of all). Gives whether something reads differently now.</param>
public sealed record LivePage(Func<Func<Task>, Task> Invoke, Action Draw, Func<Caller, bool, CancellationToken, Task<bool>> Load, Func<Caller, IReadOnlySet<Guid>?, Task<bool>> Move);

/// <summary>
/// Loads an open page of keys when the reader comes to an address, once after each of their acts, and by itself when the feed tells of a change. One load at a
/// time: the next one gives up the one under way. What was shown before stays until the answer is there.
/// </summary>
public sealed partial class LiveLoad(LivePage page, SessionCaller session, KeyFeed feed, TimeProvider clock, ILogger<LiveLoad> log) : IDisposable
{
    private readonly LatestLoad latest = new();
    private LiveKeys? live;
    private bool isMoving;
    private bool again;
    private bool gone;

    /// <summary>The latest load gave nothing to show.</summary>
    public bool Failed { get; set; }

    /// <summary>What is shown is about to change: who comes back to its address has to load it anew.</summary>
    public bool IsUnderWay => latest.IsUnderWay;

    /// <param name="concerns">Whether a change of these keys is worth looking; null: every change of the tenant is. While the page loads, every change is: its keys are not known yet.</param>
    public void Follow(string tenantId, Func<IReadOnlyCollection<Guid>, bool>? concerns = null) =>
        live = new LiveKeys(feed, tenantId, clock, news => _ = page.Invoke(() => FollowAsync(news)), concerns is null ? null : ids => latest.IsUnderWay || concerns(ids));

    /// <param name="byItself">Not the reader's act, so it does not keep their session open.</param>
    public async Task LoadAsync(bool byItself = false)
    {
        if (gone)
        {
            return;
        }

        await latest.RunAsync(async cancelled =>
        {
            live?.Forget();
            try
            {
                // Without a caller the frame leads the reader away.
                if (await (byItself ? session.PeekAsync() : session.GetAsync()) is { } caller && await page.Load(caller, byItself, cancelled) is var loaded && !cancelled.IsCancellationRequested)
                {
                    Failed = !loaded;
                }
            }
            catch (Exception fault) when (!cancelled.IsCancellationRequested)
            {
                LogNotLoaded(log, fault);
                Failed = true;
            }
        });
        // What is loaded is shown without it.
        _ = MoveAgainAsync();
    }

    /// <summary>
    /// Loads what moves, and draws it if something reads differently. One at a time, and not beside a load, which may show other keys and may have read before: whoever comes
    /// meanwhile is followed by another of all keys.
    /// </summary>
    public async Task MoveAsync(IReadOnlySet<Guid>? ids = null)
    {
        if (gone || isMoving || latest.IsUnderWay)
        {
            again = true;
            return;
        }

        isMoving = true;
        try
        {
            if (await TryAsync(caller => page.Move(caller, ids)))
            {
                page.Draw();
            }
        }
        finally
        {
            isMoving = false;
        }

        await MoveAgainAsync();
    }

    private Task MoveAgainAsync()
    {
        if (!again || gone || isMoving || latest.IsUnderWay)
        {
            return Task.CompletedTask;
        }

        again = false;
        return MoveAsync();
    }

    /// <summary>Loads something that the page can do without: what is on it stays, and the next change asks again.</summary>
    /// <returns>What <paramref name="load"/> gives; false when it could not be asked.</returns>
    public async Task<bool> TryAsync(Func<Caller, Task<bool>> load)
    {
        try
        {
            return await session.PeekAsync() is { } caller && await load(caller);
        }
        catch (ObjectDisposedException)
        {
            // The program is stopping.
        }
        catch (Exception fault)
        {
            LogNotMoved(log, fault);
        }

        return false;
    }

    /// <summary>Does something to keys for the reader and then loads the page once: what the feed tells of it meanwhile is in that load.</summary>
    /// <returns>Why it was not done; null when it is, or when nobody is signed in any more.</returns>
    public async Task<Error?> ActAsync<T>(Func<Caller, Task<Result<T>>> act, Action<T> done)
    {
        if (await session.GetAsync() is not { } caller)
        {
            return null;
        }

        live?.Pause();
        try
        {
            var result = await act(caller);
            if (!result.Done)
            {
                return result.Error;
            }

            done(result.Value);
            await LoadAsync();
            page.Draw();
            return null;
        }
        finally
        {
            live?.Resume();
        }
    }

    public void Dispose()
    {
        gone = true;
        live?.Dispose();
        latest.Dispose();
    }

    private async Task FollowAsync(KeyNews news)
    {
        if (news.Change == KeyChange.Keys)
        {
            await LoadAsync(byItself: true);
            page.Draw();
        }
        else
        {
            await MoveAsync(news.Ids);
        }
    }

    [LoggerMessage(5100, LogLevel.Error, "A page of API keys could not be loaded.")]
    private static partial void LogNotLoaded(ILogger logger, Exception fault);

    [LoggerMessage(5101, LogLevel.Warning, "The figures on a page of API keys could not be refreshed.")]
    private static partial void LogNotMoved(ILogger logger, Exception fault);
}

/// <summary>Makes the <see cref="LiveLoad"/> of a page.</summary>
public sealed class LiveLoads(SessionCaller session, KeyFeed feed, TimeProvider clock, ILogger<LiveLoad> log)
{
    public LiveLoad For(LivePage page) => new(page, session, feed, clock, log);
}
