namespace SalesOs.Dashboard.Tests;

/// <summary>Playwright's own Node.js: always there, new enough and the same everywhere.</summary>
internal static class NodeJs
{
    public static string Program { get; } = Directory.EnumerateFiles(
        Path.Combine(AppContext.BaseDirectory, ".playwright", "node"), OperatingSystem.IsWindows() ? "node.exe" : "node", SearchOption.AllDirectories).First();
}
