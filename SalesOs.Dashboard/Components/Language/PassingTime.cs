namespace SalesOs.Dashboard.Components.Language;

/// <summary>Tells the times on a page every half minute that they may read differently now; one timer per circuit.</summary>
public sealed class PassingTime(TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    private ITimer? timer;

    /// <summary>Raised on a timer's thread: go to the renderer's own before touching a component.</summary>
    public event EventHandler? Passed;

    /// <summary>Starts the pulse; a prerendered page never does, so it leaves no timer behind.</summary>
    public void Start() => timer ??= clock.CreateTimer(_ => Pulse(), state: null, Period, Period);

    public void Pulse() => Passed?.Invoke(this, EventArgs.Empty);

    public void Dispose() => timer?.Dispose();
}
