using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SalesOs.Dashboard.Cluster;

namespace SalesOs.Dashboard.Tests.Cluster;

/// <summary>A redis-server of the test's own on a free port, that can be stopped, held and emptied.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private static readonly string? Program = ((string[])["/usr/bin/redis-server", "/usr/local/bin/redis-server"]).FirstOrDefault(File.Exists);

    private readonly string directory = Directory.CreateTempSubdirectory("salesos-redis-").FullName;
    private readonly bool keepsFile;
    private Process? process;

    private RedisServer(int port, bool keepsFile) => (Port, this.keepsFile) = (port, keepsFile);

    public int Port { get; }

    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <param name="keepsFile">Writes an append-only file, and begins with what stands there.</param>
    public static async Task<RedisServer> StartAsync(bool keepsFile = false)
    {
        if (Program is null)
        {
            const string Missing = "redis-server was not found; test.sh gets it.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                throw new InvalidOperationException(Missing);
            }

            Assert.Skip(Missing);
        }

        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var server = new RedisServer(((IPEndPoint)free.LocalEndpoint).Port, keepsFile);
        free.Stop();
        await server.BeginAsync();
        return server;
    }

    /// <remarks>The client's own patience is longer than any that a test sets.</remarks>
    public ClusterOptions Options(int patienceMilliseconds = 5000, int window = 30) =>
        new(window, new RedisOptions(ConnectionString + ",asyncTimeout=30000", "test", TimeSpan.FromMilliseconds(patienceMilliseconds)));

    public async Task BeginAsync()
    {
        process = Process.Start(new ProcessStartInfo(
            Program!,
            ["--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", keepsFile ? "yes" : "no", "--appendfsync", "always", "--dir", directory, "--enable-debug-command", "yes", "--loglevel", "warning"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        for (var tries = 0; ; tries++)
        {
            try
            {
                (await AskAsync("PING")).ShouldStartWith("+PONG");
                return;
            }
            catch (Exception fault) when (fault is SocketException or IOException or ShouldAssertException && tries < 500)
            {
                await Task.Delay(10);
            }
        }
    }

    /// <summary>As with kill -9.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    public Task HoldAsync() => SignalAsync("-STOP");

    public Task GoOnAsync() => SignalAsync("-CONT");

    /// <summary>Sends one command in a line, and gives what comes back first.</summary>
    public async Task<string> AskAsync(string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
        var buffer = new byte[64 * 1024];
        return Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer));
    }

    /// <summary>What a snapshot of all that it holds looks like, without compression.</summary>
    public async Task<byte[]> DumpAsync()
    {
        await AskAsync("CONFIG SET rdbcompression no");
        (await AskAsync("SAVE")).ShouldStartWith("+OK");
        return await File.ReadAllBytesAsync(Path.Combine(directory, "dump.rdb"));
    }

    /// <summary>How often scripts were run.</summary>
    public async Task<int> ScriptsAsync() => (await AskAsync("INFO commandstats")).Split('\n')
        .Where(line => line.StartsWith("cmdstat_eval", StringComparison.Ordinal))
        .Sum(line => int.Parse(line.Split("calls=")[1].Split(',')[0], CultureInfo.InvariantCulture));

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            await GoOnAsync();
            await KillAsync();
        }

        Directory.Delete(directory, recursive: true);
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
