using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Benchmarks.Load;

/// <summary>A key of the server under load.</summary>
internal sealed record LoadKey(string ApiKey, string Secret, string Id);

/// <summary>
/// One thread, many connections, each with one request under way: takes the answer of a connection, sends its next request, goes on to the next.
/// So the server always has the others to do.
/// </summary>
internal sealed class LoadClient : IDisposable
{
    private readonly Socket[] sockets;
    private readonly byte[] buffer = new byte[16 * 1024];

    public LoadClient(Uri server, int connections)
    {
        sockets = [.. Enumerable.Range(0, connections).Select(_ =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Connect(IPAddress.Loopback, server.Port);
            return socket;
        })];
    }

    /// <summary>Answers other than 200 since the start.</summary>
    public long Refused { get; private set; }

    /// <summary>Sends requests for a span of time and waits for all answers.</summary>
    /// <param name="next">The bytes of the next request; called before each is sent.</param>
    /// <returns>How many were answered.</returns>
    public long Run(TimeSpan span, Func<ReadOnlyMemory<byte>> next)
    {
        var started = Stopwatch.GetTimestamp();
        return RunWhile(_ => Stopwatch.GetElapsedTime(started) < span, next);
    }

    /// <summary>As <see cref="Run(TimeSpan, Func{ReadOnlyMemory{byte}})"/>, for a number of requests.</summary>
    public long Run(long requests, Func<ReadOnlyMemory<byte>> next) => RunWhile(sent => sent < requests, next);

    /// <summary>Sends one request over the first connection and waits for its answer.</summary>
    public double MicrosecondsOf(ReadOnlyMemory<byte> request)
    {
        var started = Stopwatch.GetTimestamp();
        sockets[0].Send(request.Span);
        Receive(sockets[0]);
        return Stopwatch.GetElapsedTime(started).TotalMicroseconds;
    }

    private long RunWhile(Func<long, bool> more, Func<ReadOnlyMemory<byte>> next)
    {
        var underWay = new bool[sockets.Length];
        long sent = 0;
        long answered = 0;
        for (var i = 0; i < sockets.Length; i++, sent++)
        {
            underWay[i] = true;
            sockets[i].Send(next().Span);
        }

        for (var i = 0; answered < sent; i = (i + 1) % sockets.Length)
        {
            if (!underWay[i])
            {
                continue;
            }

            Receive(sockets[i]);
            answered++;
            underWay[i] = more(sent);
            if (underWay[i])
            {
                sockets[i].Send(next().Span);
                sent++;
            }
        }

        return answered;
    }

    public void Dispose()
    {
        foreach (var socket in sockets)
        {
            socket.Dispose();
        }
    }

    private void Receive(Socket socket)
    {
        var have = 0;
        while (true)
        {
            var read = socket.Receive(buffer.AsSpan(have));
            if (read == 0)
            {
                throw new IOException("The server closed a connection under load.");
            }

            have += read;
            var answer = buffer.AsSpan(0, have);
            var end = answer.IndexOf("\r\n\r\n"u8);
            if (end >= 0 && have >= end + 4 + BodyLength(answer[..end]))
            {
                if (!answer.StartsWith("HTTP/1.1 200"u8))
                {
                    Refused++;
                }

                return;
            }
        }
    }

    private static int BodyLength(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("Content-Length: "u8);
        if (at < 0)
        {
            // Refusals are chunked, and short enough to come in one piece.
            return 0;
        }

        _ = Utf8Parser.TryParse(head[(at + 16)..], out int length, out _);
        return length;
    }

    /// <summary>The bytes of a signed request, as a client would send it.</summary>
    public static byte[] Request(LoadKey key, string method, string target, byte[] body, long timestamp)
    {
        var authorization = RequestSigner.Authorization(key.ApiKey, key.Secret, timestamp, method, target, body);
        var head = $"{method} {target} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: load\r\nAuthorization: {authorization}\r\n"
            + (method == "POST" ? $"Content-Type: application/octet-stream\r\nContent-Length: {body.Length}\r\n" : "") + "\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }
}
