using System.Threading.Tasks.Sources;

namespace SalesOs.Dashboard.Cluster;

/// <summary>A claim on its way to Redis and back; what was asked for is awaited once.</summary>
internal sealed class PendingClaim : IValueTaskSource<Settled>
{
    private ManualResetValueTaskSourceCore<Settled> source;
    private int done;

    /// <param name="since">When the request began to wait, by the steady clock.</param>
    public PendingClaim(in Claim claim, GateScripts.Kind kind, long since)
    {
        Claim = claim;
        Kind = kind;
        Since = since;
    }

    public Claim Claim { get; }

    public GateScripts.Kind Kind { get; }

    public long Since { get; }

    /// <summary>The minute that one of the hour is given back to.</summary>
    public int Minute { get; init; }

    /// <summary>How often the key was put into Redis for this claim.</summary>
    public int Turns { get; set; }

    /// <summary>Redis's clock when it did not know the claim's key, Unix seconds.</summary>
    public long AbsentAt { get; set; }

    public bool IsAwaited => Kind < GateScripts.Kind.GiveSignatureBack;

    public ValueTask<Settled> AsTask() => new(this, source.Version);

    /// <summary>The first answer counts.</summary>
    /// <param name="here">Goes on with the request on this thread, before it returns.</param>
    /// <returns>False: it was answered before.</returns>
    public bool TryAnswer(Settled settled, bool here = false)
    {
        if (!IsAwaited || Interlocked.Exchange(ref done, 1) != 0)
        {
            return false;
        }

        source.RunContinuationsAsynchronously = !here;
        source.SetResult(settled);
        return true;
    }

    public Settled GetResult(short token) => source.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        source.OnCompleted(continuation, state, token, flags);
}
