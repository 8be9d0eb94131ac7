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
    public const int Count = 3;

    private readonly string directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;
    private readonly int[] ports = [.. Enumerable.Range(0, Count).Select(_ => Nginx.FreePort())];
    private readonly ProgramProcess?[] nodes = new ProgramProcess?[Count];
    private readonly RedisServer redis;
    private string[] settings = [];

    private NodesBehindNginx(RedisServer redis) => this.redis = redis;

    public Nginx Nginx { get; private set; } = null!;

    /// <param name="provider">Settings of the identity provider, which all nodes share.</param>
    public static async Task<NodesBehindNginx> StartAsync(params string[] provider)
    {
        var all = new NodesBehindNginx(await RedisServer.StartAsync());
        all.settings =
        [
            .. (await TestEngine.SettingsAsync(all.directory)).Select(s => $"--{s.Key}={s.Value}"),
            $"--Redis:ConnectionString={all.redis.ConnectionString}",
            "--Redis:PatienceMilliseconds=5000",
            "--Proxy:KnownProxies:0=127.0.0.1",
            .. provider,
        ];
        await Task.WhenAll(Enumerable.Range(0, Count).Select(all.BeginAsync));
        all.Nginx = await Nginx.StartAsync(all.Documented);
        return all;
    }

    public async Task KillAsync(int node) => await nodes[node]!.KillAsync();

    /// <returns>The exit code.</returns>
    public Task<int> TerminateAsync(int node) => nodes[node]!.TerminateAsync();

    /// <summary>Starts a node that has ended, at its old address.</summary>
    public async Task BeginAsync(int node)
    {
        if (nodes[node] is { } ended)
        {
            await ended.DisposeAsync();
        }

        var own = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"node{node}"));
        Directory.CreateDirectory(own);
        (nodes[node], _) = await ProgramProcess.StartAsync(own, [.. settings, string.Create(CultureInfo.InvariantCulture, $"--urls=http://127.0.0.1:{ports[node]}"), $"--Node:Name=node{node}"]);
    }

    public async ValueTask DisposeAsync()
    {
        if (Nginx is not null)
        {
            await Nginx.DisposeAsync();
        }

        foreach (var node in nodes.OfType<ProgramProcess>())
        {
            await node.DisposeAsync();
        }

        await redis.DisposeAsync();
        await TestEngine.RemoveAsync(directory);
        Directory.Delete(directory, recursive: true);
    }

    private string Documented(string listen, string certificate, string key)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Top, "docs", "deploy", "nginx.conf"));
        (string There, string Here)[] changes =
        [
            .. ports.Select((port, node) => (string.Create(CultureInfo.InvariantCulture, $"node{node + 1}:8080"), string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"))),
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
