namespace SalesOs.Dashboard.Components.Kit;

/// <summary>One load at a time: the next one gives up the one under way. To be used on the renderer's thread.</summary>
public sealed class LatestLoad : IDisposable
{
    private volatile CancellationTokenSource? underWay;

    /// <summary>May be asked on any thread.</summary>
    public bool IsUnderWay => underWay is not null;

    /// <param name="load">Must show nothing once its token is cancelled. What it throws then is of no interest any more.</param>
    public async Task RunAsync(Func<CancellationToken, Task> load)
    {
        GiveUp();
        var own = underWay = new CancellationTokenSource();
        var cancelled = own.Token;
        try
        {
            await load(cancelled);
        }
        catch (Exception) when (cancelled.IsCancellationRequested)
        {
            // Another load has taken its place, or the page has gone.
        }
        finally
        {
            if (underWay == own)
            {
                underWay = null;
                own.Dispose();
            }
        }
    }

    public void Dispose() => GiveUp();

    /// <summary>Gives up what is under way; nothing takes its place.</summary>
    public void GiveUp()
    {
        underWay?.Cancel();
        underWay?.Dispose();
        underWay = null;
    }
}
