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
/// One thread, many connections, each with one request under way: looks at one connection after the other, and where an answer is there sends the next
/// request. It never sleeps, since waking it would cost the server more than serving it does, and so the server always has the other connections to do.
/// </summary>
internal sealed class LoadClient : IDisposable
{
    private readonly Connection[] connections;

    public LoadClient(Uri server, int connections) => this.connections = [.. Enumerable.Range(0, connections).Select(_ => new Connection(server.Port))];

    /// <summary>Answers other than 200 since the start.</summary>
    public long Refused { get; private set; }

    /// <summary>Sends requests for a span of time and waits for all answers.</summary>
    /// <param name="next">The bytes of the next request; called before each is sent.</param>
    /// <returns>How many were answered.</returns>
    public long Run(TimeSpan span, Func<ReadOnlyMemory<byte>> next) => Run(span, next, next, times: null);

    /// <summary>As <see cref="Run(TimeSpan, Func{ReadOnlyMemory{byte}})"/>, with the first connection's requests from elsewhere.</summary>
    /// <param name="times">Takes the microseconds of each answer on the first connection.</param>
    public long Run(TimeSpan span, Func<ReadOnlyMemory<byte>> next, Func<ReadOnlyMemory<byte>> first, ICollection<double>? times)
    {
        var started = Stopwatch.GetTimestamp();
        return RunWhile(_ => Stopwatch.GetElapsedTime(started) < span, next, first, times);
    }

    /// <summary>As <see cref="Run(TimeSpan, Func{ReadOnlyMemory{byte}})"/>, for a number of requests.</summary>
    public long Run(long requests, Func<ReadOnlyMemory<byte>> next) => RunWhile(sent => sent < requests, next, next, times: null);

    /// <summary>Sends one request over the first connection and waits for its answer.</summary>
    /// <param name="sleeping">Leaves its core to others until the answer comes.</param>
    public double MicrosecondsOf(ReadOnlyMemory<byte> request, bool sleeping = false)
    {
        connections[0].Send(request.Span);
        if (sleeping)
        {
            connections[0].Sleep();
        }

        while (!Receive(connections[0]))
        {
        }

        return connections[0].Elapsed.TotalMicroseconds;
    }

    public void Dispose()
    {
        foreach (var connection in connections)
        {
            connection.Dispose();
        }
    }

    private long RunWhile(Func<long, bool> more, Func<ReadOnlyMemory<byte>> next, Func<ReadOnlyMemory<byte>> first, ICollection<double>? times)
    {
        long sent = 0;
        long answered = 0;
        for (; sent < connections.Length; sent++)
        {
            connections[sent].Send((sent == 0 ? first : next)().Span);
        }

        for (var i = 0; answered < sent; i = (i + 1) % connections.Length)
        {
            var connection = connections[i];
            if (!connection.UnderWay || !Receive(connection))
            {
                continue;
            }

            answered++;
            if (i == 0)
            {
                times?.Add(connection.Elapsed.TotalMicroseconds);
            }

            if (more(sent))
            {
                connection.Send((i == 0 ? first : next)().Span);
                sent++;
            }
        }

        return answered;
    }

    private bool Receive(Connection connection)
    {
        if (!connection.TryReceive(out var succeeded))
        {
            return false;
        }

        Refused += succeeded ? 0 : 1;
        return true;
    }

    private sealed class Connection : IDisposable
    {
        private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private readonly byte[] buffer = new byte[16 * 1024];
        private long sentAt;
        private int have;

        public Connection(int port)
        {
            socket.Connect(IPAddress.Loopback, port);
            socket.Blocking = false;
        }

        public bool UnderWay { get; private set; }

        public TimeSpan Elapsed => Stopwatch.GetElapsedTime(sentAt);

        public void Send(ReadOnlySpan<byte> request)
        {
            UnderWay = true;
            sentAt = Stopwatch.GetTimestamp();
            // Far smaller than the socket's buffer, which is empty: it goes out whole.
            socket.Send(request);
        }

        /// <summary>Until something has come.</summary>
        public void Sleep() => socket.Poll(-1, SelectMode.SelectRead);

        /// <summary>True once the answer is there whole.</summary>
        public bool TryReceive(out bool succeeded)
        {
            succeeded = false;
            var read = socket.Receive(buffer.AsSpan(have), SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
            {
                return false;
            }

            if (read == 0 || error != SocketError.Success)
            {
                throw new IOException("The server closed a connection under load.");
            }

            have += read;
            var answer = buffer.AsSpan(0, have);
            var end = answer.IndexOf("\r\n\r\n"u8);
            if (end < 0 || have < end + 4 + BodyLength(answer[..end]))
            {
                return false;
            }

            succeeded = answer.StartsWith("HTTP/1.1 200"u8);
            have = 0;
            UnderWay = false;
            return true;
        }

        public void Dispose() => socket.Dispose();
    }

    private static int BodyLength(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("Content-Length: "u8);
        if (at < 0)
        {
            // Errors are chunked, and short enough to come in one piece.
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
