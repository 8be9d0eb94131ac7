using System.Globalization;
using SalesOs.Dashboard.Tests.Architecture;
using SalesOs.Dashboard.Tests.Hosting;
using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Cluster;

/// <summary>
/// Three nodes as processes of their own behind a real nginx with the very settings of docs/deploy/nginx.conf, but for addresses and files. For a class with
/// <see cref="OnPostgresAttribute"/>.
/// </summary>
internal sealed class NodesBehindNginx : IAsyncDisposable
{
    public const int Count = NodeProcesses.Count;

    private readonly NodeProcesses nodes;

    private NodesBehindNginx(NodeProcesses nodes) => this.nodes = nodes;

    public Nginx Nginx { get; private set; } = null!;

    /// <summary>Of their database.</summary>
    public string Connection => nodes.Connection;

    /// <param name="provider">Settings of the identity provider, which all nodes share.</param>
    public static Task<NodesBehindNginx> StartAsync(params string[] provider) => StartAsync(program: null, provider);

    /// <param name="program">Another release than this one; null: this one.</param>
    /// <param name="provider">Settings of the identity provider, which all nodes share.</param>
    public static async Task<NodesBehindNginx> StartAsync(string? program, string[] provider)
    {
        var all = new NodesBehindNginx(await NodeProcesses.StartAsync(["--Redis:PatienceMilliseconds=5000", "--Proxy:KnownProxies:0=127.0.0.1", .. provider], program));
        all.Nginx = await Nginx.StartAsync(all.Documented);
        return all;
    }

    public Task KillAsync(int node) => nodes.KillAsync(node);

    /// <returns>The exit code.</returns>
    public Task<int> TerminateAsync(int node) => nodes.TerminateAsync(node);

    /// <summary>Starts a node that has ended, at its old address.</summary>
    /// <param name="program">Another release than this one.</param>
    public Task BeginAsync(int node, string? program = null) => nodes.BeginAsync(node, program);

    public async ValueTask DisposeAsync()
    {
        if (Nginx is not null)
        {
            await Nginx.DisposeAsync();
        }

        await nodes.DisposeAsync();
    }

    private string Documented(string listen, string certificate, string key)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Top, "docs", "deploy", "nginx.conf"));
        (string There, string Here)[] changes =
        [
            .. nodes.Addresses.Select((address, node) => (string.Create(CultureInfo.InvariantCulture, $"node{node + 1}:8080"), address.Authority)),
            ("listen 8443 ", $"listen {listen} "),
            // Tests run in Development, where the session's cookie has no prefix.
            ("__Host-salesos=", "salesos="),
            ("/etc/nginx/certificates/server.pem", certificate),
            ("/etc/nginx/certificates/server.key", key),
        ];
        foreach (var (there, here) in changes)
        {
            text.ShouldContain(there);
            text = text.Replace(there, here, StringComparison.Ordinal);
        }

        return text;
    }
}
