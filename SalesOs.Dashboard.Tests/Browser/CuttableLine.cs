using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>The connection between a browser's pages and their circuits, which a test can cut and mend; plain requests go on.</summary>
internal sealed class CuttableLine
{
    private readonly ConcurrentBag<IWebSocketRoute> open = [];
    private volatile bool cut;

    private CuttableLine()
    {
    }

    /// <summary>Before the first page is opened.</summary>
    public static async Task<CuttableLine> LayAsync(IBrowserContext window)
    {
        var line = new CuttableLine();
        await window.RouteWebSocketAsync(new Regex("/_blazor"), socket =>
        {
            if (line.cut)
            {
                _ = socket.CloseAsync();
                return;
            }

            socket.ConnectToServer();
            line.open.Add(socket);
        });
        return line;
    }

    public async Task CutAsync()
    {
        cut = true;
        while (open.TryTake(out var socket))
        {
            await socket.CloseAsync();
        }
    }

    public void Mend() => cut = false;
}
