using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SalesOs.Dashboard.Tests.Notices.Webhooks;

/// <summary>One request as it came: header names in lower case.</summary>
internal sealed record ReceivedRequest(string Line, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>Listens on every address of this machine, counts who connects, and answers each request with the same bytes and then closes.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private const byte TlsHandshake = 0x16;

    private readonly TcpListener listener = new(IPAddress.IPv6Any, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;
    private readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int connections;

    /// <param name="answer">Null: it never answers.</param>
    public Receiver(string? answer = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
    {
        Answer = answer;
        listener.Server.DualMode = true;
        listener.Start();
        accepting = AcceptAsync();
    }

    public string? Answer { get; set; }

    /// <summary>After the answer the connection stays open.</summary>
    public bool StaysOpen { get; set; }

    /// <summary>What happens between a request and its answer.</summary>
    public Func<Task>? BeforeAnswer { get; set; }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public int Connections => Volatile.Read(ref connections);

    public System.Collections.Concurrent.ConcurrentQueue<ReceivedRequest> Requests { get; } = new();

    /// <summary>The first request has come.</summary>
    public Task FirstAsync() => first.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public Uri Url(string host = "127.0.0.1", string scheme = "http") => new(string.Create(CultureInfo.InvariantCulture, $"{scheme}://{host}:{Port}/notices?team=7"));

    public static string Answering(int status, string body = "", string headers = "") =>
        string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} Whatever\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}Connection: close\r\n\r\n{body}");

    public async ValueTask DisposeAsync()
    {
        if (!accepting.IsCompleted)
        {
            await stop.CancelAsync();
            listener.Stop();
            await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stop.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync(stop.Token);
            Interlocked.Increment(ref connections);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                Requests.Enqueue(await ReadAsync(stream));
                first.TrySetResult();
                if (Answer is null)
                {
                    await Task.Delay(Timeout.Infinite, stop.Token);
                }

                await (BeforeAnswer?.Invoke() ?? Task.CompletedTask);
                await stream.WriteAsync(Encoding.UTF8.GetBytes(Answer!), stop.Token);
                if (StaysOpen)
                {
                    await Task.Delay(Timeout.Infinite, stop.Token);
                }
            }
            catch (Exception fault) when (fault is IOException or OperationCanceledException or FormatException)
            {
            }
        }
    }

    private async Task<ReceivedRequest> ReadAsync(NetworkStream stream)
    {
        var read = new List<byte>();
        var buffer = new byte[4096];
        int end;
        while ((end = Encoding.Latin1.GetString([.. read]).IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0)
        {
            var size = await stream.ReadAsync(buffer, stop.Token);
            if (size == 0)
            {
                throw new FormatException("It ended early.");
            }

            read.AddRange(buffer[..size]);
            if (read[0] == TlsHandshake)
            {
                throw new FormatException("It is not spoken here.");
            }
        }

        var lines = Encoding.Latin1.GetString([.. read[..end]]).Split("\r\n");
        var headers = lines[1..].Select(line => line.Split(": ", 2)).ToDictionary(h => h[0].ToLowerInvariant(), h => h[1], StringComparer.Ordinal);
        var body = read[(end + 4)..];
        while (body.Count < int.Parse(headers.GetValueOrDefault("content-length", "0"), CultureInfo.InvariantCulture))
        {
            body.AddRange(buffer[..await stream.ReadAsync(buffer, stop.Token)]);
        }

        return new ReceivedRequest(lines[0], headers, [.. body]);
    }
}
