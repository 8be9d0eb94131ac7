using System.Globalization;
using SalesOs.Dashboard.Tests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestPipelineStartup(typeof(FilesInMemory))]

namespace SalesOs.Dashboard.Tests;

/// <summary>
/// What the tests write goes to memory where the machine has enough of it: making and dropping databases on a disk took a fifth of the whole run. Programs that a test starts
/// write there too, and nothing is left of it.
/// </summary>
internal sealed class FilesInMemory : ITestPipelineStartup
{
    private const string Memory = "/dev/shm";
    private const string Prefix = "salesos-tests-";
    private const long Enough = 4L << 30;

    private string? folder;

    public ValueTask StartAsync(IMessageSink diagnosticMessageSink)
    {
        if (Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace >= Enough)
        {
            RemoveThoseOfKilledRuns();
            folder = Path.Combine(Memory, Prefix + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            // PostgreSQL runs as another user there.
            Directory.CreateDirectory(folder, (UnixFileMode)0b111_101_101);
            Environment.SetEnvironmentVariable("TMPDIR", folder);
        }

        return default;
    }

    public ValueTask StopAsync()
    {
        if (folder is not null)
        {
            Remove(folder);
        }

        return default;
    }

    private static void RemoveThoseOfKilledRuns()
    {
        foreach (var left in Directory.GetDirectories(Memory, Prefix + "*").Where(left => !Directory.Exists("/proc/" + Path.GetFileName(left)[Prefix.Length..])))
        {
            Remove(left);
        }
    }

    /// <summary>A program that is about to end may still write; what is left then the next run removes.</summary>
    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
        }
    }
}
