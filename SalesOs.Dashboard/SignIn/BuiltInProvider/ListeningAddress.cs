using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace SalesOs.Dashboard.SignIn.BuiltInProvider;

/// <summary>The address that the program itself can be reached at from this machine.</summary>
internal sealed class ListeningAddress(IServer server, IConfiguration configuration)
{
    /// <summary>
    /// The first address that the server listens on, with <c>localhost</c> in place of a wildcard. The port is the true one once the server has started;
    /// before that, and under a test server that has none, the settings' address.
    /// </summary>
    public Uri Origin => Parse(server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
        ?? configuration["urls"]?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault()
        ?? "http://localhost");

    private static Uri Parse(string address)
    {
        var parsed = BindingAddress.Parse(address);
        var host = parsed.Host is "+" or "*" or "0.0.0.0" or "[::]" ? "localhost" : parsed.Host;
        return new UriBuilder(parsed.Scheme, host, parsed.Port).Uri;
    }
}
