using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Net.Http.Headers;
using SalesOs.Dashboard.Gate;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Hosting;

/// <summary>How the server listens, and whom it believes about where a request came from.</summary>
internal static class KestrelSetup
{
    /// <summary>Connections at a time; beyond them a new one is closed at once, so that those that are open go on.</summary>
    private const int MaxConnections = 10_000;

    /// <summary>Of these, the most that may be web sockets, each of which is an open page of the dashboard.</summary>
    private const int MaxWebSockets = 5_000;

    public static void AddKestrel(this WebApplicationBuilder builder)
    {
        // A bare line feed ends a line for Kestrel but not for every proxy before it: what two programs cut differently can be smuggled.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Kestrel would turn a credential away that is not UTF-8, unseen by the gate's record; as Latin-1 each byte is a character, none of which belongs there.
            kestrel.RequestHeaderEncodingSelector = name => name.Equals(HeaderNames.Authorization, StringComparison.OrdinalIgnoreCase) ? Encoding.Latin1 : null;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = MaxWebSockets;
            // The gate has a limit of its own, which may be set higher than the server's.
            kestrel.Limits.MaxRequestBodySize = Math.Max(kestrel.Limits.MaxRequestBodySize ?? 0, GateOptions.From(builder.Configuration).MaxBodyBytes);
            // A token that names 300 groups is some 16 KB long, and cookies may come beside it.
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
            // No connection has more memory for what comes in than its headers may take.
            kestrel.Limits.MaxRequestBufferSize = kestrel.Limits.MaxRequestHeadersTotalSize;
            kestrel.Limits.MaxRequestHeaderCount = 64;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        });
        builder.Services.AddSingleton<Listeners>();
        builder.Services.AddOptions<SocketTransportOptions>().Configure<Listeners>((sockets, listeners) =>
        {
            sockets.CreateBoundListenSocket = listeners.Bind;
            // What a connection may have sent ahead of whoever reads it (1 MiB by default); the gate keeps a longer body itself, in the room that there is for all.
            sockets.MaxReadBufferSize = 16 * 1024;
        });
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            // Through as many proxies as are known, one behind the other; the first that is not is the caller.
            forwarded.ForwardLimit = null;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var proxy in builder.Configuration.GetSection("Proxy:KnownProxies").Get<string[]>() ?? [])
            {
                forwarded.KnownProxies.Add(IPAddress.Parse(proxy));
            }

            foreach (var network in builder.Configuration.GetSection("Proxy:KnownNetworks").Get<string[]>() ?? [])
            {
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
            }
        });
    }

    /// <summary>One line per fault, each beginning with the setting's key.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration)
    {
        foreach (var address in (configuration["Urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!IsAddress(address))
            {
                yield return $"Urls: '{address}' is not an address to listen on, such as http://localhost:5080 or http://+:8080.";
            }
        }
    }

    /// <summary>Starts the program; from now on it takes requests.</summary>
    /// <exception cref="StartupFaultException">The address is taken, or not this machine's to listen on.</exception>
    /// <exception cref="OperationCanceledException">It was told to stop meanwhile.</exception>
    public static async Task ListenAsync(this WebApplication app, CancellationToken cancellationToken = default)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is SocketException or IOException { InnerException: AddressInUseException })
        {
            throw new StartupFaultException($"Urls: can't listen on {app.Configuration["Urls"]}: {fault.Message} Stop the program that does, or choose another address.");
        }
    }

    /// <summary>Forwarded headers are believed from the configured proxies alone; with none configured they are not even read.</summary>
    public static void UseProxies(this WebApplication app)
    {
        var proxy = app.Configuration.GetSection("Proxy");
        if (proxy.GetSection("KnownProxies").GetChildren().Any() || proxy.GetSection("KnownNetworks").GetChildren().Any())
        {
            app.UseForwardedHeaders();
        }
    }

    private static bool IsAddress(string text)
    {
        try
        {
            return BindingAddress.Parse(text) is { Scheme: "http" or "https", PathBase: "" };
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
