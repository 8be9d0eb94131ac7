using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Frame;

/// <summary>A calm line on every open page, from the moment on in which the program is told to stop.</summary>
public sealed partial class RestartNotice : IDisposable
{
    private CancellationTokenRegistration told;

    [Inject]
    private Stopping Stopping { get; set; } = null!;

    [Inject]
    private Words<FrameTexts> Words { get; set; } = null!;

    public void Dispose() => told.Unregister();

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            told = Stopping.Token.Register(() => _ = InvokeAsync(StateHasChanged));
        }
    }
}
