using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Components.Frame;

/// <summary>A calm line on every open page, from the moment on in which the program is told to stop.</summary>
public sealed partial class RestartNotice : IDisposable
{
    private CancellationTokenRegistration told;

    public void Dispose() => told.Unregister();

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            told = Stopping.Token.Register(() => _ = InvokeAsync(StateHasChanged));
        }
    }
}
