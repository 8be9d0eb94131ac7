using System.Globalization;
using System.Security.Cryptography;
using Npgsql;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Tests.Hosting;
using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Cluster;

/// <summary>Three nodes as processes of their own, each at an address that it keeps. For a class with <see cref="OnPostgresAttribute"/>.</summary>
internal sealed class NodeProcesses : IAsyncDisposable
{
    public const int Count = 3;

    private readonly string directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;
    private readonly int[] ports = [.. Enumerable.Range(0, Count).Select(_ => Nginx.FreePort())];
    private readonly ProgramProcess?[] nodes = new ProgramProcess?[Count];
    private readonly string[] settings;
    private readonly bool ownsPostgres;

    private NodeProcesses(RedisServer redis, PostgresServer postgres, bool ownsPostgres, string[] settings) =>
        (Redis, Postgres, this.ownsPostgres, this.settings) = (redis, postgres, ownsPostgres, settings);

    public RedisServer Redis { get; }

    public PostgresServer Postgres { get; }

    /// <summary>Of the database, with no line between.</summary>
    public string Connection { get; private set; } = null!;

    public string MasterKeyFile => Path.Combine(directory, "master.key");

    /// <summary>Each node's line to Redis, where it was asked for.</summary>
    public IReadOnlyList<TcpRelay> ToRedis { get; private set; } = [];

    /// <summary>Each node's line to PostgreSQL, where it was asked for.</summary>
    public IReadOnlyList<TcpRelay> ToPostgres { get; private set; } = [];

    public IReadOnlyList<Uri> Addresses => [.. ports.Select(port => new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")))];

    /// <summary>What this node has told so far.</summary>
    public IReadOnlyCollection<string> OutputOf(int node) => nodes[node]!.Output;

    /// <param name="program">Another release than this one, which begins with an empty database.</param>
    /// <param name="relayed">Each node has lines of its own that can be cut.</param>
    /// <param name="ownPostgres">A server that may be stopped, in place of the one of all tests.</param>
    public static async Task<NodeProcesses> StartAsync(string[] settings, string? program = null, bool relayed = false, bool ownPostgres = false)
    {
        var redis = await RedisServer.StartAsync();
        var all = new NodeProcesses(redis, ownPostgres ? await PostgresServer.StartAsync() : await PostgresServer.Shared, ownPostgres, settings);
        await all.MakeDatabaseAsync(isEmpty: ownPostgres || program is not null);
        if (relayed)
        {
            all.ToRedis = [.. Enumerable.Range(0, Count).Select(_ => new TcpRelay(redis.Port))];
            all.ToPostgres = [.. Enumerable.Range(0, Count).Select(_ => new TcpRelay(all.Postgres.Port))];
        }

        try
        {
            await Task.WhenAll(Enumerable.Range(0, Count).Select(node => all.BeginAsync(node, program)));
        }
        catch
        {
            await all.DisposeAsync();
            throw;
        }

        return all;
    }

    /// <summary>A client of one node that waits for its answers as long as a program does that is patient.</summary>
    public HttpClient NewClient(int node) => new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Addresses[node], Timeout = TimeSpan.FromSeconds(30) };

    public async Task KillAsync(int node) => await nodes[node]!.KillAsync();

    /// <returns>The exit code.</returns>
    public Task<int> TerminateAsync(int node) => nodes[node]!.TerminateAsync();

    /// <summary>It does nothing any more until it is told to go on.</summary>
    public Task HoldAsync(int node) => nodes[node]!.SignalAsync("STOP");

    public Task GoOnAsync(int node) => nodes[node]!.SignalAsync("CONT");

    /// <summary>Starts a node that has ended, at its old address.</summary>
    /// <param name="program">Another release than this one.</param>
    public async Task BeginAsync(int node, string? program = null)
    {
        if (nodes[node] is { } ended)
        {
            await ended.DisposeAsync();
            nodes[node] = null;
        }

        var own = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"node{node}"));
        Directory.CreateDirectory(own);
        (nodes[node], _) = await ProgramProcess.StartAsync(program, own, [.. SettingsOf(node), .. settings]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes.OfType<ProgramProcess>())
        {
            await node.DisposeAsync();
        }

        foreach (var line in ToRedis.Concat(ToPostgres))
        {
            await line.DisposeAsync();
        }

        await Redis.DisposeAsync();
        if (ownsPostgres)
        {
            await Postgres.DisposeAsync();
        }
        else if (Connection is not null)
        {
            await Postgres.DropAsync(Connection);
        }

        Directory.Delete(directory, recursive: true);
    }

    private async Task MakeDatabaseAsync(bool isEmpty)
    {
        if (!isEmpty)
        {
            Connection = (await TestEngine.SettingsAsync(directory)).Single(setting => setting.Key == "Database:ConnectionString").Value;
            return;
        }

        Connection = await Postgres.MakeAsync();
        await File.WriteAllTextAsync(MasterKeyFile, Convert.ToBase64String(RandomNumberGenerator.GetBytes(MasterKey.Size)));
        File.SetUnixFileMode(MasterKeyFile, UnixFileMode.UserRead);
    }

    private IEnumerable<string> SettingsOf(int node)
    {
        var (redis, postgres) = ToRedis.Count == 0 ? (Redis.Port, Postgres.Port) : (ToRedis[node].Port, ToPostgres[node].Port);
        return
        [
            "--Database:Provider=Postgres",
            $"--Database:ConnectionString={new NpgsqlConnectionStringBuilder(Connection) { Port = postgres }.ConnectionString}",
            $"--MasterKey:File={MasterKeyFile}",
            string.Create(CultureInfo.InvariantCulture, $"--Redis:ConnectionString=127.0.0.1:{redis}"),
            string.Create(CultureInfo.InvariantCulture, $"--urls=http://127.0.0.1:{ports[node]}"),
            string.Create(CultureInfo.InvariantCulture, $"--Node:Name=node{node}"),
        ];
    }
}
