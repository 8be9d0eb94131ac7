using Microsoft.AspNetCore.Components.Routing;

namespace SalesOs.Dashboard.Components.Frame;

/// <summary>How many requests wait for the reader; it looks when the page opens and whenever they go somewhere.</summary>
public sealed partial class ApprovalCount : IDisposable
{
    private int count;

    public void Dispose() => Navigation.LocationChanged -= OnLocationChanged;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            Navigation.LocationChanged += OnLocationChanged;
            await CountAsync();
        }
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) => _ = InvokeAsync(CountAsync);

    private async Task CountAsync()
    {
        try
        {
            var found = await Session.PeekAsync() is { } caller ? await Requests.CountAsync(caller) : 0;
            if (found != count)
            {
                count = found;
                StateHasChanged();
            }
        }
        catch (Exception fault)
        {
            LogNotCounted(Logger, fault);
        }
    }

    [LoggerMessage(5262, LogLevel.Warning, "The requests for approval could not be counted.")]
    private static partial void LogNotCounted(ILogger logger, Exception fault);
}
