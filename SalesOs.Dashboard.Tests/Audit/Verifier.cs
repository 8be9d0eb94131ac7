using System.Diagnostics;
using System.Text.Json;
using SalesOs.Dashboard.Tests.Architecture;

namespace SalesOs.Dashboard.Tests.Audit;

/// <summary>What the offline verifier says of one file.</summary>
internal sealed record OfflineVerdict(bool Whole, long Entries, long? FirstBad, string? Reason)
{
    public static OfflineVerdict Of(string line)
    {
        var json = JsonElement.Parse(line);
        return new OfflineVerdict(
            json.GetProperty("whole").GetBoolean(),
            json.TryGetProperty("entries", out var entries) ? entries.GetInt64() : 0,
            json.TryGetProperty("first_bad", out var first) && first is { ValueKind: JsonValueKind.Number } bad ? bad.GetInt64() : null,
            json.TryGetProperty("reason", out var reason) ? reason.GetString() : null);
    }
}

/// <summary>Runs <c>docs/audit/verify.mjs</c> with the Node.js of this machine, in a folder of its own.</summary>
internal sealed class Verifier : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("salesos-verify-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public string Put(string name, string text)
    {
        File.WriteAllText(Path.Combine(folder, name), text);
        return name;
    }

    /// <summary>One verdict for each file, in order; the exit code says whether all are whole.</summary>
    public async Task<IReadOnlyList<OfflineVerdict>> RunAsync(params IEnumerable<string> arguments)
    {
        var (code, output, errors) = await StartAsync(["--json", .. arguments]);
        errors.ShouldBeEmpty();
        IReadOnlyList<OfflineVerdict> verdicts = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(OfflineVerdict.Of)];
        code.ShouldBe(verdicts.All(v => v.Whole) ? 0 : 1);
        return verdicts;
    }

    public async Task<(int Code, string Output, string Errors)> StartAsync(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(NodeJs.Program) { UseShellExecute = false, WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(Repository.Top, "docs", "audit", "verify.mjs"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var node = Process.Start(start)!;
        var output = node.StandardOutput.ReadToEndAsync();
        var errors = node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync();
        return (node.ExitCode, await output, await errors);
    }
}
