using System.Collections.Concurrent;
using System.Diagnostics;
using SalesOs.Dashboard.Hosting;

namespace SalesOs.Dashboard.Tests.Hosting;

/// <summary>The built program as a process of its own, as people start it, with a free port and the platform's key.</summary>
internal sealed class ProgramProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";

    /// <summary>A start on a busy machine; no test waits this long unless something is broken.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();
    private readonly ConcurrentQueue<string> errors = new();
    private readonly TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ProgramProcess(string[] under, string[] arguments, string? release = null)
    {
        string[] line = [.. under, "dotnet", release ?? typeof(DashboardHost).Assembly.Location, .. arguments];
        var start = new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Take(output, line.Data);
        process.ErrorDataReceived += (_, line) => Take(errors, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => process.Id;

    public IReadOnlyCollection<string> Output => output;

    public IReadOnlyCollection<string> Errors => errors;

    public static Task<(ProgramProcess Program, Uri Address)> StartAsync(string directory, params string[] settings) => StartAsync(release: null, directory, settings);

    /// <param name="release">The assembly of another release; null: the program that was built with these tests.</param>
    public static Task<(ProgramProcess Program, Uri Address)> StartAsync(string? release, string directory, string[] settings) =>
        ListeningAsync(new ProgramProcess([], Serving(directory, settings), release));

    /// <summary>Starts the program by another that becomes it, such as <c>env</c>.</summary>
    public static Task<(ProgramProcess Program, Uri Address)> StartUnderAsync(string[] under, string directory, string[] settings) =>
        ListeningAsync(new ProgramProcess(under, Serving(directory, settings)));

    private static async Task<(ProgramProcess Program, Uri Address)> ListeningAsync(ProgramProcess program)
    {
        var ended = program.process.WaitForExitAsync();
        try
        {
            (await Task.WhenAny(program.listening.Task, ended).WaitAsync(Patience)).ShouldBe(program.listening.Task, string.Join('\n', program.errors));
        }
        catch
        {
            // Nobody else knows of it.
            await program.DisposeAsync();
            throw;
        }

        return (program, await program.listening.Task);
    }

    /// <summary>Starts the program and does not wait until it listens.</summary>
    public static ProgramProcess Begin(string directory) => new([], Serving(directory, []));

    /// <summary>Runs the program to its end, which it must come to by itself.</summary>
    public static async Task<(int ExitCode, IReadOnlyCollection<string> Output, IReadOnlyCollection<string> Errors)> RunAsync(string environment, params string[] settings)
    {
        await using var program = new ProgramProcess([], ["--environment=" + environment, .. settings]);
        return (await program.ExitAsync(), program.Output, program.Errors);
    }

    /// <summary>Runs one of the program's commands, such as <c>backup</c>, to its end.</summary>
    public static async Task<(int ExitCode, IReadOnlyCollection<string> Output, IReadOnlyCollection<string> Errors)> CommandAsync(params string[] arguments)
    {
        await using var program = new ProgramProcess([], arguments);
        return (await program.ExitAsync(), program.Output, program.Errors);
    }

    /// <summary>Starts the program under another, such as <c>strace</c>, that kills it; it must have ended before it listens.</summary>
    /// <returns>False when it lived to listen and was then killed here.</returns>
    public static async Task<bool> DiesAtStartAsync(string[] under, string directory, params string[] settings)
    {
        await using var program = new ProgramProcess(under, Serving(directory, settings));
        return await Task.WhenAny(program.listening.Task, program.process.WaitForExitAsync()).WaitAsync(Patience) != program.listening.Task;
    }

    private static string[] Serving(string directory, string[] settings) =>
        ["--environment=Development", $"--Data:Directory={directory}", "--urls=http://127.0.0.1:0", Api.Platform.Setting, .. settings];

    /// <summary>SIGKILL: nothing in the program runs any more.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await ExitAsync();
    }

    /// <summary>SIGTERM, and the exit code that follows.</summary>
    public async Task<int> TerminateAsync()
    {
        await SignalAsync("TERM");
        return await ExitAsync();
    }

    /// <param name="signal">Such as <c>STOP</c>.</param>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }

        process.Dispose();
    }

    private async Task<int> ExitAsync()
    {
        await process.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode;
    }

    private void Take(ConcurrentQueue<string> lines, string? line)
    {
        if (line is null)
        {
            return;
        }

        lines.Enqueue(line);
        if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
        {
            // In JSON a quote follows.
            listening.TrySetResult(new Uri(line[(at + Listening.Length)..].Split('"')[0].Trim()));
        }
    }
}
