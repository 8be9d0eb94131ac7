namespace SalesOs.Dashboard.Tests.Architecture;

/// <summary>The sources that this test assembly was built from.</summary>
public static class Repository
{
    public static string Top { get; } = FindTop();

    /// <summary>Hand-written sources and build files; what tools write (<c>obj</c>, <c>bin</c>, migrations) is left out.</summary>
    public static IReadOnlyList<SourceFile> Read() =>
    [
        .. from extension in new[] { "*.cs", "*.razor", "*.csproj", "*.props", "*.targets" }
           from file in Directory.EnumerateFiles(Top, extension, SearchOption.AllDirectories)
           let path = Path.GetRelativePath(Top, file).Replace(Path.DirectorySeparatorChar, '/')
           where path.Split('/') is var folders && !folders.Contains("obj") && !folders.Contains("bin") && !folders.Contains("node_modules")
           where !path.StartsWith("SalesOs.Dashboard/Persistence/Migrations/", StringComparison.Ordinal)
           select new SourceFile(path, File.ReadAllText(file)),
    ];

    /// <summary>All that is written by hand and may cite something: sources, documents, scripts. What tools write or fetch is left out.</summary>
    public static IReadOnlyList<SourceFile> ReadTexts() =>
    [
        .. from pattern in new[] { "*.cs", "*.razor", "*.md", "*.js", "*.mjs", "*.css", "*.sh", "*.props", "*.csproj", "Dockerfile", "mutations", "run" }
           from file in Directory.EnumerateFiles(Top, pattern, new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
           let path = Path.GetRelativePath(Top, file).Replace(Path.DirectorySeparatorChar, '/')
           where !path.Split('/').Any(folder => folder is "obj" or "bin" or "node_modules" or ".git" or "artifacts" or "data" or "Migrations")
           select new SourceFile(path, File.ReadAllText(file)),
    ];

    private static string FindTop()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SalesOs.Dashboard.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No SalesOs.Dashboard.sln above {AppContext.BaseDirectory}: the house rules need the sources.");
    }
}
