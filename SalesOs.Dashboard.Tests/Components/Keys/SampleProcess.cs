using System.Diagnostics;
using SalesOs.Dashboard.Components.Keys.Samples;

namespace SalesOs.Dashboard.Tests.Components.Keys;

/// <summary>Runs samples by the runtimes of their languages.</summary>
internal static class SampleProcess
{
    public const string KeyName = "SALESOS_API_KEY";
    public const string SecretName = "SALESOS_API_KEY_SECRET";

    /// <summary>The programs that samples need, by the beginning of the command that runs them.</summary>
    private static readonly Dictionary<string, string[]> Runtimes = new(StringComparer.Ordinal)
    {
        ["bash"] = ["bash", "openssl", "curl", "od"],
        ["node"] = ["node"],
        ["python3"] = ["python3"],
        ["dotnet run"] = ["dotnet"],
        ["php"] = ["php"],
    };

    public static bool CanRun(Sample sample) => Runtimes[sample.Command].All(IsThere);

    /// <summary>Where programs are missing, what could not be run is told: as a skip, or under CI as a failure.</summary>
    public static void DemandAll()
    {
        var missing = Runtimes.Values.SelectMany(programs => programs).Where(program => !IsThere(program)).ToList();
        if (missing.Count > 0)
        {
            var what = $"Not on this machine, so its samples were not run: {string.Join(", ", missing)}. test.sh installs it.";
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", what);
            Assert.Fail(what);
        }
    }

    /// <param name="command">Words with spaces between them.</param>
    public static async Task<(int Exit, string Output, string Errors)> RunAsync(string folder, string command, params IEnumerable<(string Name, string Value)> environment)
    {
        var words = command.Split(' ');
        var start = new ProcessStartInfo(words[0], words[1..]) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["no_proxy"] = "127.0.0.1";
        // What the test host was started with is not a user's.
        start.Environment.Remove("MSBuildSDKsPath");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var running = Process.Start(start)!;
        var errors = running.StandardError.ReadToEndAsync();
        var output = await running.StandardOutput.ReadToEndAsync();
        await running.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        return (running.ExitCode, output, await errors);
    }

    private static bool IsThere(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(directory => File.Exists(Path.Combine(directory, program)));
}
