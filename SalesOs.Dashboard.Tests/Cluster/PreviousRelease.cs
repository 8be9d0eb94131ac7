using System.Diagnostics;
using System.Formats.Tar;
using System.Xml.Linq;
using SalesOs.Dashboard.Tests.Architecture;

namespace SalesOs.Dashboard.Tests.Cluster;

/// <summary>
/// The program of the release before this one, built from the repository's history into a folder of its own that goes with it. Which commit that is stands in Directory.Build.props
/// (<c>PreviousRelease</c>); the environment variable <c>PREVIOUS_RELEASE</c> names another.
/// </summary>
internal sealed class PreviousRelease : IDisposable
{
    /// <summary>With the others on a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly string folder = Directory.CreateTempSubdirectory("salesos-release-").FullName;

    private PreviousRelease(string commit) => Commit = commit;

    public string Commit { get; }

    /// <summary>The assembly to start.</summary>
    public string Program => Path.Combine(folder, "SalesOs.Dashboard", "bin", "Debug", "net10.0", "SalesOs.Dashboard.dll");

    /// <summary>Skips the test where the history does not hold the commit, as in a shallow clone.</summary>
    public static async Task<PreviousRelease> BuildAsync()
    {
        var commit = Environment.GetEnvironmentVariable("PREVIOUS_RELEASE") is { Length: > 0 } named
            ? named
            : XDocument.Load(Path.Combine(Repository.Top, "Directory.Build.props")).Descendants("PreviousRelease").ShouldHaveSingleItem().Value;
        if (await RunAsync("git", "-C", Repository.Top, "cat-file", "-e", commit + "^{commit}") is { } missing)
        {
            Assert.Skip($"The release before this one, {commit}, is not in the repository's history here (git fetch --unshallow gets it): {missing}");
        }

        var release = new PreviousRelease(commit);
        try
        {
            var archive = Path.Combine(release.folder, "release.tar");
            (await RunAsync("git", "-C", Repository.Top, "archive", "--output", archive, commit)).ShouldBeNull();
            await TarFile.ExtractToDirectoryAsync(archive, release.folder, overwriteFiles: false);
            (await RunAsync(
                "dotnet", "build", Path.Combine(release.folder, "SalesOs.Dashboard"), "-c", "Debug", "-v", "quiet", "-nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-p:RunAnalyzers=false"))
                .ShouldBeNull();
            return release;
        }
        catch
        {
            release.Dispose();
            throw;
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <returns>What it said; null where it did what it should.</returns>
    private static async Task<string?> RunAsync(params string[] line)
    {
        var start = new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        // `dotnet test` tells its children which MSBuild it is.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        try
        {
            using var run = Process.Start(start)!;
            var told = Task.WhenAll(run.StandardOutput.ReadToEndAsync(), run.StandardError.ReadToEndAsync());
            await run.WaitForExitAsync().WaitAsync(Patience);
            return run.ExitCode == 0 ? null : string.Concat(await told);
        }
        catch (System.ComponentModel.Win32Exception fault)
        {
            return fault.Message;
        }
    }
}
