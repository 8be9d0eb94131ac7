using System.Diagnostics;
using System.Globalization;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>A disk of a few MiB, in memory, which a test can fill to the last byte. Only root may mount one.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string directory) => Directory = directory;

    public string Directory { get; }

    private string Filler => Path.Combine(Directory, "filler");

    /// <summary>Ends the test here where none may be mounted.</summary>
    public static async Task<SmallDisk> MountAsync(int mebibytes)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("salesos-disk-").FullName;
        if (!OperatingSystem.IsLinux() || !await RunAsync("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={mebibytes}m"), "tmpfs", directory))
        {
            System.IO.Directory.Delete(directory);
            Assert.Skip("No disk may be mounted here, so none can be filled.");
        }

        return new SmallDisk(directory);
    }

    public async Task FillAsync()
    {
        await using var filler = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                filler.Write(new byte[4096]);
            }
        }
        catch (IOException)
        {
            // Not a byte more.
        }
    }

    public void MakeRoom() => File.Delete(Filler);

    /// <summary>Nothing may have a file open for writing there.</summary>
    public async Task MakeReadOnlyAsync() => (await RunAsync("mount", "-o", "remount,ro", Directory)).ShouldBeTrue();

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", "-l", Directory);
        System.IO.Directory.Delete(Directory);
    }

    private static async Task<bool> RunAsync(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!;
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
