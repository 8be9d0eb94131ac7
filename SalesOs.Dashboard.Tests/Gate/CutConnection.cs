using System.Net.Sockets;
using System.Text;

namespace SalesOs.Dashboard.Tests.Gate;

/// <summary>A client that breaks off in the middle of a body.</summary>
public static class CutConnection
{
    /// <summary>Sends the head and what should be a body; gives the answer's status, or null where Kestrel cuts the line.</summary>
    /// <param name="finish">Says that no more will come.</param>
    public static async Task<int?> SendAsync(Uri address, RawRequest head, string body, bool finish)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(address.Host, address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Bytes(address, head, body));
        if (finish)
        {
            client.Client.Shutdown(SocketShutdown.Send);
        }

        try
        {
            return (await RawAnswer.ReadAsync(stream, hasBody: false)).Status;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Waits until the program reads the body, sends the beginning of one and resets the connection.</summary>
    public static async Task ResetAsync(Uri address, RawRequest head, string body)
    {
        using var client = new TcpClient { NoDelay = true, LingerState = new LingerOption(enable: true, seconds: 0) };
        await client.ConnectAsync(address.Host, address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Bytes(address, head.With("Expect: 100-continue"), ""));
        (await RawAnswer.ReadAsync(stream, hasBody: false)).Status.ShouldBe(100);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(body));
    }

    private static byte[] Bytes(Uri address, RawRequest head, string body) => Encoding.UTF8.GetBytes(
        $"{head.Method} {head.Target} HTTP/1.1\r\nHost: {address.Authority}\r\n{string.Concat(head.Headers.Select(h => h + "\r\n"))}\r\n{body}");
}
