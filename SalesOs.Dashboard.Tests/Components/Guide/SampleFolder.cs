using System.Text.Json;
using SalesOs.Dashboard.Tests.Components.Keys;
using static SalesOs.Dashboard.Tests.Components.Guide.GuideDashboard;

namespace SalesOs.Dashboard.Tests.Components.Guide;

/// <summary>Where samples are saved and run; it goes with the test.</summary>
internal sealed class SampleFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("salesos-samples-").FullName;

    /// <summary>All samples of the guide, each once.</summary>
    public static async Task<IReadOnlyList<Block>> PrintedAsync(GuideDashboard house, string language)
    {
        var printed = new List<Block>();
        foreach (var name in Names)
        {
            printed.AddRange(Blocks(await house.MarkdownAsync(language, name)).Where(block => block.File is not null));
        }

        return [.. printed.Distinct()];
    }

    /// <summary>Saves a sample and runs it: it must end well.</summary>
    /// <returns>The JSON of the answer that it prints, or <c>default</c> where there is none.</returns>
    public async Task<JsonElement> RunAsync(Block sample, params IEnumerable<(string Name, string Value)> environment)
    {
        await File.WriteAllTextAsync(System.IO.Path.Combine(Path, sample.File!), sample.Code);
        var (exit, output, errors) = await SampleProcess.RunAsync(Path, sample.Run, environment);
        exit.ShouldBe(0, $"{sample.Tab}, {sample.File}: {output}{errors}");
        return output.IndexOf('{', StringComparison.Ordinal) is >= 0 and var start ? JsonElement.Parse(output[start..]) : default;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
