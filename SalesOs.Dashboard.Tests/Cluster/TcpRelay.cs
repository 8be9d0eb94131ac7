using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SalesOs.Dashboard.Tests.Cluster;

/// <summary>A line between a node and a server of this machine, which a test can cut, let hang, and mend.</summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, bool> open = new();
    private readonly CancellationTokenSource over = new();
    private readonly int to;
    private readonly Task accepting;
    private TaskCompletionSource? hung;
    private volatile bool cut;

    /// <param name="to">The server's port.</param>
    public TcpRelay(int to)
    {
        this.to = to;
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>Ends each connection on which this text comes to the server; null: none.</summary>
    public string? Refuses { get; set; }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Closes what is open, and whatever is opened from now on.</summary>
    public void Cut()
    {
        cut = true;
        foreach (var client in open.Keys)
        {
            client.Dispose();
        }
    }

    /// <summary>From now on nothing gets through in either direction, and nobody is told.</summary>
    public void Hang() => Volatile.Write(ref hung, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>What was held back goes on; what was cut can be opened again.</summary>
    public void Mend()
    {
        cut = false;
        Interlocked.Exchange(ref hung, null)?.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        Mend();
        Cut();
        listener.Stop();
        await accepting;
        over.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                _ = CarryAsync(await listener.AcceptTcpClientAsync(over.Token));
            }
            catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // It is over, or whoever came has gone.
            }
        }
    }

    private async Task CarryAsync(TcpClient near)
    {
        using var client = near;
        using var server = new TcpClient();
        (client.NoDelay, server.NoDelay) = (true, true);
        open[client] = true;
        open[server] = true;
        try
        {
            if (!cut)
            {
                await server.ConnectAsync(IPAddress.Loopback, to);
                await Task.WhenAny(PumpAsync(client, server, toServer: true), PumpAsync(server, client, toServer: false));
            }
        }
        catch (SocketException)
        {
            // The server is away.
        }
        catch (ObjectDisposedException)
        {
            // It was cut meanwhile.
        }
        finally
        {
            open.TryRemove(client, out _);
            open.TryRemove(server, out _);
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient into, bool toServer)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer) is > 0 and var read)
            {
                if (Volatile.Read(ref hung) is { } held)
                {
                    await held.Task;
                }

                if (toServer && Refuses is { } text && buffer.AsSpan(0, read).IndexOf(Encoding.UTF8.GetBytes(text)) >= 0)
                {
                    return;
                }

                await into.GetStream().WriteAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One of both has gone.
        }
    }
}
