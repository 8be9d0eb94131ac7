using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Microsoft.Playwright;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>The connection between a page and its circuit, on which a test lets messages wait and sends them on when it wants.</summary>
internal sealed class SlowLine
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Channel<(string Text, Action Send)> toServer = Channel.CreateUnbounded<(string, Action)>();
    private readonly Channel<(string Text, Action Send)> toPage = Channel.CreateUnbounded<(string, Action)>();
    private readonly Lock order = new();
    private TaskCompletionSource drawn = new();
    private bool held;

    private SlowLine()
    {
    }

    /// <summary>Before the first page is opened.</summary>
    public static async Task<SlowLine> LayAsync(IBrowserContext window)
    {
        var line = new SlowLine();
        await window.RouteWebSocketAsync(new Regex("/_blazor"), page =>
        {
            var server = page.ConnectToServer();
            page.OnMessage(message => line.Pass(line.toServer, message, server));
            server.OnMessage(message => line.Pass(line.toPage, message, page));
        });
        return line;
    }

    /// <summary>From now on every message waits.</summary>
    public void Hold()
    {
        lock (order)
        {
            held = true;
        }
    }

    /// <summary>Sends the page's messages on, up to the next event of a component.</summary>
    public Task EventToServerAsync() => SendUpToAsync(toServer, "DispatchEventAsync");

    /// <summary>Sends the server's messages on, up to the next that draws, and waits until the page has drawn.</summary>
    public async Task DrawAsync()
    {
        drawn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendUpToAsync(toPage, "JS.RenderBatch");
        await drawn.Task.WaitAsync(Patience);
    }

    /// <summary>Sends on what waits, and all that comes.</summary>
    public void Release()
    {
        // What comes meanwhile must neither overtake what waits nor begin to wait.
        lock (order)
        {
            held = false;
            foreach (var direction in (Channel<(string Text, Action Send)>[])[toServer, toPage])
            {
                while (direction.Reader.TryRead(out var message))
                {
                    message.Send();
                }
            }
        }
    }

    private static async Task SendUpToAsync(Channel<(string Text, Action Send)> direction, string what)
    {
        string text;
        do
        {
            (text, var send) = await direction.Reader.ReadAsync().AsTask().WaitAsync(Patience);
            send();
        }
        while (!text.Contains(what, StringComparison.Ordinal));
    }

    private void Pass(Channel<(string Text, Action Send)> direction, IWebSocketFrame message, IWebSocketRoute to)
    {
        var text = message.Binary is { } bytes ? Encoding.Latin1.GetString(bytes) : message.Text!;
        if (text.Contains("OnRenderCompleted", StringComparison.Ordinal))
        {
            drawn.TrySetResult();
        }

        lock (order)
        {
            if (held)
            {
                direction.Writer.TryWrite((text, Send));
            }
            else
            {
                Send();
            }
        }

        void Send()
        {
            if (message.Binary is { } binary)
            {
                to.Send(binary);
            }
            else
            {
                to.Send(message.Text!);
            }
        }
    }
}
