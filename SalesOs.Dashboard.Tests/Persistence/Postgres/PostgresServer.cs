using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace SalesOs.Dashboard.Tests.Persistence.Postgres;

/// <summary>A real PostgreSQL server of Debian's package, with data of its own; it ends with the tests, however they end.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>What is lost when the machine stops is lost with the tests anyway.</summary>
    private static readonly string[] Fast = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"];

    private static readonly Lazy<Task<PostgresServer>> One = new(() => StartAsync());

    private readonly string binaries;
    private readonly string data;
    private readonly string[] settings;
    private Process? process;

    private PostgresServer(string binaries, string data, string[] settings)
    {
        this.binaries = binaries;
        this.data = data;
        this.settings = settings;
    }

    /// <summary>One for all tests that do not stop it.</summary>
    public static Task<PostgresServer> Shared => One.Value;

    public int Port { get; private set; }

    /// <summary>The folder of <c>psql</c> and <c>pg_dump</c>.</summary>
    public string Binaries => binaries;

    /// <param name="durable">Every commit is on the disk.</param>
    public static async Task<PostgresServer> StartAsync(bool durable = false)
    {
        var data = Directory.CreateTempSubdirectory("salesos-postgres-").FullName;
        var server = new PostgresServer(Find(), data, durable ? [] : Fast);
        if (Environment.UserName == "root")
        {
            await RunAsync("chown", "postgres", data);
        }

        // By a locale's order, so that what is to be sorted by its bytes must say so.
        await RunAsync([.. server.Command("initdb", "-D", data, "-U", "salesos", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US")]);
        server.Port = FreePort();
        await server.BeginAsync();
        return server;
    }

    /// <summary>A new and empty database.</summary>
    /// <param name="template">What it begins with.</param>
    /// <returns>Its connection string.</returns>
    public async Task<string> MakeAsync(string template = "template0")
    {
        var name = "salesos_" + Guid.NewGuid().ToString("N");
        await using var connection = new NpgsqlConnection(ConnectionOf("postgres") + ";Pooling=false;Command Timeout=60");
        await connection.OpenAsync();
        // Copied file by file, as every version before 15 does, it takes half the time.
        var strategy = connection.PostgreSqlVersion.Major >= 15 ? " STRATEGY file_copy" : "";
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name} TEMPLATE {template}{strategy}", connection);
        await command.ExecuteNonQueryAsync();
        return ConnectionOf(name);
    }

    public Task DropAsync(string connectionString) =>
        ExecuteAsync($"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");

    public string ConnectionOf(string database) => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username=salesos;Database={database}");

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionOf("postgres") + ";Pooling=false;Command Timeout=60");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The files of a database, as they are on the disk after a checkpoint.</summary>
    public async Task<IReadOnlyList<string>> FilesAsync(string connectionString)
    {
        await ExecuteAsync("CHECKPOINT");
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT oid::bigint FROM pg_database WHERE datname = current_database()", connection);
        return Directory.GetFiles(Path.Combine(data, "base", ((long)(await command.ExecuteScalarAsync())!).ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>Starts it, on its port and its data.</summary>
    public async Task BeginAsync()
    {
        string[] arguments =
        [
            "-D", data, "-p", Port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=400",
            "-c", "logging_collector=off", .. settings,
        ];
        // It ends when nobody holds the other end of this pipe any more, and takes its data with it unless it is told to keep it.
        const string Watch = "\"${@:2}\" >/dev/null 2>&1 </dev/null & server=$!; read -r word; kill -INT $server; wait $server; [[ $word == keep ]] || rm -rf \"$1\"";
        var start = new ProcessStartInfo("bash", ["-c", Watch, "bash", data, .. Command("postgres", arguments)])
        {
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        process = Process.Start(start)!;
        for (var tries = 0; ; tries++)
        {
            try
            {
                await ExecuteAsync("SELECT 1");
                return;
            }
            catch (Exception fault) when (fault is NpgsqlException or SocketException && tries < 200)
            {
                await Task.Delay(50);
            }
        }
    }

    /// <summary>Ends it as an administrator does, at once: sessions are told.</summary>
    public async Task EndAsync()
    {
        await process!.StandardInput.WriteLineAsync("keep");
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            await EndAsync();
        }

        Directory.Delete(data, recursive: true);
    }

    private static string Find()
    {
        var found = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderBy(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0)
                .Select(folder => Path.Combine(folder, "bin")).LastOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")))
            : null;
        if (found is null)
        {
            const string Missing = "PostgreSQL was not found; test.sh gets it.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                throw new InvalidOperationException(Missing);
            }

            Assert.Skip(Missing);
        }

        return found!;
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private IEnumerable<string> Command(string program, params string[] arguments) =>
        [.. Environment.UserName == "root" ? new[] { "setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups" } : [], Path.Combine(binaries, program), .. arguments];

    private static async Task RunAsync(params string[] line)
    {
        using var run = Process.Start(new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = "/" })!;
        var told = await Task.WhenAll(run.StandardOutput.ReadToEndAsync(), run.StandardError.ReadToEndAsync());
        await run.WaitForExitAsync();
        run.ExitCode.ShouldBe(0, string.Concat(told));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
