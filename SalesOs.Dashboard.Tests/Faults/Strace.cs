using System.Diagnostics;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>
/// <c>strace</c> on a running program: it tells the system calls, or makes them fail. Where it is missing or may not trace, a test that needs it is
/// skipped and says why; with <c>CI=true</c> it fails.
/// </summary>
internal sealed class Strace : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly Lazy<Task<string?>> Missing = new(ProbeAsync);

    private readonly Process process;
    private readonly string log;

    private Strace(Process process, string log)
    {
        this.process = process;
        this.log = log;
    }

    /// <summary>Ends the test here where there is no strace to use.</summary>
    public static async Task DemandAsync()
    {
        if (await Missing.Value is { } reason)
        {
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(reason);
            }

            Assert.Skip(reason);
        }
    }

    /// <summary>The command line that starts a program and makes the system calls fail from its first one on; the program is the child, not strace.</summary>
    public static string[] Starting(params string[] arguments) =>
        // Not with --seccomp-bpf, under which an injected signal does not arrive.
        ["strace", "-D", "-f", "-o", "/dev/null", .. arguments];

    /// <summary>Traces all threads of the process from now on.</summary>
    public static async Task<Strace> AttachAsync(int processId, params string[] arguments)
    {
        var log = Path.GetTempFileName();
        string[] line = ["-f", "-o", log, .. arguments, "-p", processId.ToString(System.Globalization.CultureInfo.InvariantCulture)];
        var process = Process.Start(new ProcessStartInfo("strace", line) { RedirectStandardError = true, UseShellExecute = false })!;
        using var patience = new CancellationTokenSource(Patience);
        string? said;
        do
        {
            said = await process.StandardError.ReadLineAsync(patience.Token);
        }
        while (said is not null && !said.Contains(" attached", StringComparison.Ordinal));
        if (said is null)
        {
            throw new InvalidOperationException("strace could not attach.");
        }

        // What it says of each thread would fill the pipe.
        _ = process.StandardError.ReadToEndAsync();
        return new Strace(process, log);
    }

    /// <summary>Lets the program go on alone.</summary>
    /// <returns>What was traced, a system call a line.</returns>
    public async Task<IReadOnlyList<string>> DetachAsync()
    {
        using (var interrupt = Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await interrupt.WaitForExitAsync();
        }

        await process.WaitForExitAsync().WaitAsync(Patience);
        return await File.ReadAllLinesAsync(log);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await DetachAsync();
        }

        process.Dispose();
        File.Delete(log);
    }

    private static async Task<string?> ProbeAsync()
    {
        try
        {
            using var sleeper = Process.Start("sleep", ["60"]);
            try
            {
                await using var strace = await AttachAsync(sleeper.Id, "-e", "trace=none");
            }
            finally
            {
                sleeper.Kill();
            }

            return null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "strace is not installed (test.sh installs it), so no fault can be injected.";
        }
        catch (Exception fault) when (fault is InvalidOperationException or OperationCanceledException)
        {
            return "strace may not trace here (ptrace is not allowed), so no fault can be injected.";
        }
    }
}
