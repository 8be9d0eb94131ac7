using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace SalesOs.Dashboard.Benchmarks.Load;

/// <summary>The program under load, a process of its own on a core of its own.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process process;
    private readonly string directory;

    private ServerProcess(Process process, string directory, Uri address, IReadOnlyList<LoadKey> reusable, IReadOnlyList<LoadKey> singleUse)
    {
        this.process = process;
        this.directory = directory;
        Address = address;
        Reusable = reusable;
        SingleUse = singleUse;
    }

    public Uri Address { get; }

    /// <summary>Keys without single use: one request may be sent again and again.</summary>
    public IReadOnlyList<LoadKey> Reusable { get; }

    public IReadOnlyList<LoadKey> SingleUse { get; }

    public static ServerProcess Start(int core, int keys)
    {
        var directory = Directory.CreateTempSubdirectory("salesos-load-").FullName;
        var start = new ProcessStartInfo("taskset", ["-c", core.ToString(CultureInfo.InvariantCulture), "dotnet", Assembly.GetExecutingAssembly().Location, "serve", directory, keys.ToString(CultureInfo.InvariantCulture)])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        var address = new Uri(process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The server did not start."));
        return new ServerProcess(process, directory, address, ReadKeys(), ReadKeys());

        List<LoadKey> ReadKeys() => [.. Enumerable.Range(0, keys).Select(_ => process.StandardOutput.ReadLine()!.Split(' ')).Select(p => new LoadKey(p[0], p[1], p[2]))];
    }

    /// <summary>CPU time of the process since its start.</summary>
    public TimeSpan Cpu()
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    public long AllocatedBytes()
    {
        using var client = new HttpClient { BaseAddress = Address };
        return long.Parse(client.GetStringAsync(new Uri(LoadServer.Allocated, UriKind.Relative)).GetAwaiter().GetResult(), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
        Directory.Delete(directory, recursive: true);
    }
}
