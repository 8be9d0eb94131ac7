using System.Net;
using System.Net.Sockets;

namespace SalesOs.Dashboard.Notices.Webhooks;

/// <summary>All addresses of a host's name, as the machine resolves it.</summary>
/// <exception cref="SocketException">There is no such name, or nobody can be asked.</exception>
public delegate Task<IPAddress[]> ResolveName(string host, CancellationToken cancellationToken);

/// <summary>The name leads where no notice is to go; nothing was connected to.</summary>
public sealed class UnfitAddressException(string host) : Exception($"{host} leads to an address that webhooks do not go to.");

/// <summary>The name leads nowhere.</summary>
public sealed class UnknownHostException(string host, Exception? inner = null) : Exception($"{host} has no address.", inner);

/// <summary>
/// Connects a webhook to its receiver. The name is resolved here, once, and what is connected to are the very addresses that were looked at: a name that is
/// answered differently the next time gains nothing. One address that is forbidden forbids the name.
/// </summary>
internal sealed class WebhookConnection(WebhookOptions options, ResolveName resolve, TimeProvider clock)
{
    /// <summary>Of one address, where there are others to try.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <exception cref="UnfitAddressException">One of the addresses is forbidden.</exception>
    /// <exception cref="UnknownHostException">There is none.</exception>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public async ValueTask<Stream> OpenAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var isEncrypted = context.InitialRequestMessage.RequestUri!.Scheme == Uri.UriSchemeHttps;
        var addresses = await AddressesAsync(host, cancellationToken);
        if (!addresses.All(address => options.Allows(PublicAddress.ReachOf(address), isEncrypted)))
        {
            throw new UnfitAddressException(host);
        }

        foreach (var address in addresses[..^1])
        {
            if (await TryConnectAsync(address, port, cancellationToken) is { } stream)
            {
                return stream;
            }
        }

        return await ConnectAsync(addresses[^1], port, cancellationToken);
    }

    private async Task<IPAddress[]> AddressesAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }

        try
        {
            return await resolve(host, cancellationToken) is { Length: > 0 } addresses ? addresses : throw new UnknownHostException(host);
        }
        catch (SocketException fault)
        {
            throw new UnknownHostException(host, fault);
        }
    }

    private async Task<NetworkStream?> TryConnectAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await ConnectAsync(address, port, either.Token);
        }
        catch (Exception fault) when (fault is SocketException || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    private static async Task<NetworkStream> ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
