using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace SalesOs.Dashboard.Benchmarks.Load;

/// <summary>The program under load, a process of its own on a core of its own.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process process;
    private readonly bool ownsDirectory;

    private ServerProcess(Process process, string directory, bool ownsDirectory, int keys, int inRing)
    {
        this.ownsDirectory = ownsDirectory;
        this.process = process;
        Directory = directory;
        Address = new Uri(process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The server did not start."));
        Reusable = ReadKeys(keys);
        SingleUse = ReadKeys(keys);
        Limited = ReadKeys(1)[0];
        InRing = ReadKeys(Math.Min(inRing, LoadServer.MostTold));
    }

    /// <summary>Where its database is; gone with this object, unless it was there before.</summary>
    public string Directory { get; }

    public Uri Address { get; }

    /// <summary>Keys without single use: one request may be sent again and again.</summary>
    public IReadOnlyList<LoadKey> Reusable { get; }

    public IReadOnlyList<LoadKey> SingleUse { get; }

    /// <summary>A key of one request an hour, without single use.</summary>
    public LoadKey Limited { get; }

    /// <summary>Keys like <see cref="Reusable"/> that are in the ring alone.</summary>
    public IReadOnlyList<LoadKey> InRing { get; }

    /// <param name="keys">How many of <see cref="Reusable"/> and of <see cref="SingleUse"/> it makes.</param>
    /// <param name="cores">As <c>taskset</c> takes them, such as <c>0</c> or <c>0,1</c>.</param>
    /// <param name="directory">Where its database is already; else it begins with an empty one.</param>
    /// <param name="inRing">How many keys more are in the ring alone: 0, or a number that <see cref="LoadServer.MostTold"/> divides, or less than that.</param>
    /// <param name="redis">Where its gate's memory is; null: its own.</param>
    /// <param name="together">Claims go to Redis in batches; false: each in a call of its own.</param>
    public static ServerProcess Start(string cores, int keys, string? directory = null, int inRing = 0, string? redis = null, bool together = true)
    {
        var own = directory is null;
        directory ??= System.IO.Directory.CreateTempSubdirectory("salesos-load-").FullName;
        var start = new ProcessStartInfo("taskset", ["-c", cores, "dotnet", Assembly.GetExecutingAssembly().Location, "serve", directory, keys.ToString(CultureInfo.InvariantCulture), inRing.ToString(CultureInfo.InvariantCulture)])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment[LoadServer.RedisVariable] = redis;
        start.Environment[LoadServer.TogetherVariable] = together ? "yes" : "no";
        // The program's project file sets this; the benchmarks run with a configuration of their own.
        start.Environment["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0";
        return new ServerProcess(Process.Start(start)!, directory, own, keys, inRing);
    }

    /// <summary>CPU time of the process since its start.</summary>
    public TimeSpan Cpu()
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    /// <summary>Bytes of memory that the process holds now.</summary>
    public long WorkingSet()
    {
        process.Refresh();
        return process.WorkingSet64;
    }

    public long AllocatedBytes()
    {
        using var client = new HttpClient { BaseAddress = Address };
        return long.Parse(client.GetStringAsync(new Uri(LoadServer.Allocated, UriKind.Relative)).GetAwaiter().GetResult(), CultureInfo.InvariantCulture);
    }

    /// <summary>Lets it stop as it does when it is asked to, and waits for its end.</summary>
    public void Stop()
    {
        process.StandardInput.Close();
        process.WaitForExit();
    }

    public void Dispose()
    {
        Stop();
        process.Dispose();
        if (ownsDirectory)
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }

    private List<LoadKey> ReadKeys(int keys) => [.. Enumerable.Range(0, keys).Select(_ => process.StandardOutput.ReadLine()!.Split(' ')).Select(p => new LoadKey(p[0], p[1], p[2]))];
}
