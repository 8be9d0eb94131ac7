using System.Text;
using Microsoft.Playwright;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>All that a window sends and gets from now on: every WebSocket frame both ways, every address, header and body.</summary>
internal sealed class Frames
{
    private readonly List<string> sent = [];
    private readonly Lock sync = new();

    public Frames(IBrowserContext window)
    {
        window.Request += (_, request) => Add($"{request.Url} {string.Join('\n', request.Headers.Select(h => $"{h.Key}: {h.Value}"))} {(request.PostDataBuffer is { } body ? Encoding.Latin1.GetString(body) : null)}");
        window.Page += (_, page) => page.WebSocket += (_, socket) =>
        {
            socket.FrameSent += (_, frame) => Add(frame.Text ?? Encoding.Latin1.GetString(frame.Binary ?? []));
            socket.FrameReceived += (_, frame) => Add(frame.Text ?? Encoding.Latin1.GetString(frame.Binary ?? []));
        };
    }

    /// <summary>Gets all of it, a byte for each character.</summary>
    public byte[] All
    {
        get
        {
            lock (sync)
            {
                return Encoding.Latin1.GetBytes(string.Join('\n', sent));
            }
        }
    }

    public bool Hold(string text)
    {
        lock (sync)
        {
            return sent.Any(s => s.Contains(text, StringComparison.Ordinal));
        }
    }

    private void Add(string text)
    {
        lock (sync)
        {
            sent.Add(text);
        }
    }
}
