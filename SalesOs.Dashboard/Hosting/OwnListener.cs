using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using SalesOs.Dashboard.Usage.Revocations;

namespace SalesOs.Dashboard.Hosting;

/// <summary>Reaches the program through the first socket that it listens on, on this machine, whatever stands before it in the network.</summary>
internal sealed class OwnListener : IOwnListener, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly IServer server;
    private readonly string host;
    private readonly HttpClient client;

    public OwnListener(IServer server, IConfiguration configuration)
    {
        this.server = server;
        host = RequestAddress.ServedHost(configuration);
        client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            // A probe that found a connection closed by a server that stops would be sent twice.
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectCallback = ConnectAsync,
            // The certificate is the program's own and names its public address, not this socket: there is nobody to be mistaken for.
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        })
        {
            Timeout = Patience,
        };
    }

    public async Task<int?> GetAsync(string target, IReadOnlyList<(string Name, string Value)> headers, CancellationToken cancellationToken)
    {
        // There is none before the server has started.
        if (server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is not { } listening)
        {
            return null;
        }

        var address = BindingAddress.Parse(listening);

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{address.Scheme}://{host}{target}"));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return (int)answer.StatusCode;
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public void Dispose() => client.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var endpoint = EndPointOf(BindingAddress.Parse(server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First()));
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, endpoint is UnixDomainSocketEndPoint ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(endpoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Where the server is bound to one address, that one; a name or a wildcard is bound to this machine's own address too.</summary>
    private static EndPoint EndPointOf(BindingAddress address) =>
        address.IsUnixPipe ? new UnixDomainSocketEndPoint(address.UnixPipePath)
        : IPAddress.TryParse(address.Host, out var ip) && !ip.Equals(IPAddress.Any) && !ip.Equals(IPAddress.IPv6Any) ? new IPEndPoint(ip, address.Port)
        : new IPEndPoint(IPAddress.Loopback, address.Port);
}
