using System.Net.Sockets;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>
/// A caller that never pauses: each request goes out as soon as the one before is answered, over the same connection until an answer ends it. It knows no
/// retry, which <see cref="HttpClient"/> does in silence. When a new connection is refused it is done: where to go from there is the load balancer's to know.
/// </summary>
internal sealed class SteadyCaller(Uri address, Func<RawRequest> next, Action<RawRequest, RawAnswer> answered)
{
    /// <summary>Requests that went out on an open connection and got no answer.</summary>
    public List<string> Failed { get; } = [];

    public int Answered { get; private set; }

    public async Task RunAsync()
    {
        while (true)
        {
            using var client = new TcpClient { NoDelay = true };
            try
            {
                await client.ConnectAsync(address.DnsSafeHost, address.Port);
            }
            catch (SocketException)
            {
                return;
            }

            await UseAsync(client.GetStream());
        }
    }

    private async Task UseAsync(NetworkStream connection)
    {
        for (var number = 1; ; number++)
        {
            var request = next();
            RawAnswer answer;
            try
            {
                await connection.WriteAsync(request.ToBytes(address.Authority));
                answer = await RawAnswer.ReadAsync(connection, hasBody: true);
            }
            catch (IOException fault)
            {
                Failed.Add($"{request.Method} {request.Target}, the connection's request {number}: {fault.GetType().Name} {fault.Message}");
                return;
            }

            Answered++;
            answered(request, answer);
            if (answer["Connection"] == "close")
            {
                return;
            }
        }
    }
}
