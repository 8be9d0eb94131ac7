using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Components.Frame;

/// <summary>
/// Ties an open page to its session: what the reader does in it (at most one report a minute) keeps the session open, and when the page can't go on,
/// it leaves for the page that says why.
/// </summary>
public sealed class PageLife : ComponentBase, IDisposable
{
    private DotNetObjectReference<PageLife>? self;

    [Inject]
    private SessionCaller Session { get; set; } = null!;

    [Inject]
    private OpenCircuit Circuit { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IJSRuntime Browser { get; set; } = null!;

    /// <summary>The browser saw a key, a click or a touch. It hears nothing of the session: what a task holds would be its answer.</summary>
    [JSInvokable]
    public async Task ActedAsync() => await Session.GetAsync();

    public void Dispose()
    {
        Circuit.HasEnded -= OnEnded;
        self?.Dispose();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        Circuit.HasEnded += OnEnded;
        self = DotNetObjectReference.Create(this);
        await Browser.InvokeVoidAsync("dashboard.watch", self);
        if (Circuit.Ended is not null)
        {
            await LeaveAsync();
        }
    }

    private void OnEnded(object? sender, EventArgs e) => _ = InvokeAsync(LeaveAsync);

    private async Task LeaveAsync()
    {
        try
        {
            await Browser.InvokeVoidAsync("dashboard.leave", Terminations.AddressOf(Circuit.Ended!.Value, "/" + Navigation.ToBaseRelativePath(Navigation.Uri)));
        }
        catch (Exception fault) when (fault is JSException or OperationCanceledException or InvalidOperationException)
        {
            // Nobody is there to be told: the connection is lost, and when it comes back it is turned away.
        }
    }
}
