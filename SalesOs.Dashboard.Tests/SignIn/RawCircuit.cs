using System.Net;
using System.Net.WebSockets;
using System.Text;

namespace SalesOs.Dashboard.Tests.SignIn;

/// <summary>The browser's end of a circuit by hand: SignalR's handshake, then BlazorPack (MessagePack in frames that begin with their length).</summary>
internal sealed class RawCircuit : IDisposable
{
    private const int Invocation = 1;
    private const byte Completion = 3;
    private const byte WithResult = 3;

    /// <summary>What never comes fails the test instead of holding it up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ClientWebSocket socket;

    private RawCircuit(ClientWebSocket socket) => this.socket = socket;

    /// <summary>The status that refused the connection, or the connection.</summary>
    public static async Task<(HttpStatusCode Status, RawCircuit? Circuit)> ConnectAsync(Uri dashboard, string? cookie, params string[] origins)
    {
        var socket = new ClientWebSocket();
        socket.Options.Proxy = null;
        socket.Options.CollectHttpResponseDetails = true;
        foreach (var origin in origins)
        {
            socket.Options.SetRequestHeader("Origin", origin);
        }

        if (cookie is not null)
        {
            socket.Options.SetRequestHeader("Cookie", $"salesos={cookie}");
        }

        try
        {
            await socket.ConnectAsync(new UriBuilder(dashboard) { Scheme = "ws", Path = "/_blazor" }.Uri, CancellationToken.None);
        }
        catch (WebSocketException)
        {
            using (socket)
            {
                return (socket.HttpStatusCode, null);
            }
        }

        var circuit = new RawCircuit(socket);
        await circuit.SendAsync(Encoding.UTF8.GetBytes("{\"protocol\":\"blazorpack\",\"version\":1}\u001e"));
        return (HttpStatusCode.SwitchingProtocols, circuit);
    }

    /// <summary>A frame of BlazorPack that calls a method of the hub.</summary>
    public static byte[] Call(string method, params string[] arguments)
    {
        List<byte> body = [0x96, Invocation, 0x80, .. Text("1"), .. Text(method), 0xdc, (byte)(arguments.Length >> 8), (byte)arguments.Length];
        body.AddRange(arguments.SelectMany(Text));
        body.Add(0x90);
        return Frame([.. body]);
    }

    public static byte[] Frame(byte[] body)
    {
        List<byte> frame = [];
        var length = body.Length;
        do
        {
            frame.Add((byte)((length & 0x7f) | (length > 0x7f ? 0x80 : 0)));
            length >>= 7;
        }
        while (length > 0);
        return [.. frame, .. body];
    }

    public Task SendAsync(byte[] message) => socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);

    /// <summary>Begins a circuit that shows nothing; true when the hub has given it an id.</summary>
    public async Task<bool> StartAsync(Uri dashboard)
    {
        await SendAsync(Call("StartCircuit", dashboard.AbsoluteUri, dashboard.AbsoluteUri, "[]", ""));
        byte[] completion = [Completion, 0x80, 0xa1, (byte)'1', WithResult];
        while (await ReceiveAsync() is { } message)
        {
            var at = message.AsSpan().IndexOf(completion);
            if (at >= 0)
            {
                return message[at + completion.Length] != 0xc0;
            }
        }

        return false;
    }

    /// <summary>The page's first word in a circuit that has begun, with which the server opens it.</summary>
    public Task OpenAsync() => SendAsync(Call("UpdateRootComponents", """{"batchId":1,"operations":[]}""", ""));

    /// <summary>Waits until the server has closed the connection.</summary>
    public async Task ClosedAsync()
    {
        while (await ReceiveAsync() is not null)
        {
        }
    }

    public void Dispose() => socket.Dispose();

    private async Task<byte[]?> ReceiveAsync()
    {
        var buffer = new byte[64 * 1024];
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var received = await socket.ReceiveAsync(buffer, patience.Token);
            return received.MessageType == WebSocketMessageType.Close ? null : buffer[..received.Count];
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    private static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [0xda, (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }
}
