using Microsoft.AspNetCore.Components;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>Says that an edit is saved and takes it back on a click, for ten seconds; then it goes by itself.</summary>
public sealed partial class UndoNotice : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private ITimer? timer;

    [Parameter, EditorRequired]
    public string Said { get; set; } = "";

    /// <summary>Nothing to be undone when there is none.</summary>
    [Parameter]
    public EventCallback Undo { get; set; }

    /// <summary>The time is over.</summary>
    [Parameter, EditorRequired]
    public EventCallback Over { get; set; }

    public void Dispose() => timer?.Dispose();

    protected override void OnInitialized() =>
        timer = Clock.CreateTimer(_ => _ = InvokeAsync(() => Over.InvokeAsync()), state: null, Patience, Timeout.InfiniteTimeSpan);

    private Task TakeBackAsync()
    {
        timer?.Dispose();
        return Undo.InvokeAsync();
    }
}
