namespace SalesOs.Dashboard.Tests.Architecture;

/// <summary>A file of the repository.</summary>
/// <param name="Path">From the top of the repository, with <c>/</c>.</param>
public sealed record SourceFile(string Path, string Text)
{
    private const string Program = "SalesOs.Dashboard/";

    /// <summary>The text with comments and literals blanked out, each character in its place.</summary>
    public string Code { get; } = Path.EndsWith(".cs", StringComparison.Ordinal) ? CodeOnly.Of(Text)
        : Path.EndsWith(".razor", StringComparison.Ordinal) ? CodeOnly.OfRazor(Text)
        : Text;

    public bool IsProgram => Path.StartsWith(Program, StringComparison.Ordinal);

    public bool IsSource => Path.EndsWith(".cs", StringComparison.Ordinal) || Path.EndsWith(".razor", StringComparison.Ordinal);

    /// <summary>The room's folder; null for a file that lies in none.</summary>
    public string? Room => IsProgram && Path[Program.Length..].Split('/') is [var room, _, ..] ? room : null;

    /// <summary>The folder within the room; null for a file that lies in none.</summary>
    public string? Folder => IsProgram && Path[Program.Length..].Split('/') is [_, var folder, _, ..] ? folder : null;

    /// <summary>Without folders and what follows the first dot.</summary>
    public string Name => Path.Split('/')[^1].Split('.')[0];

    public bool IsRazor => Path.EndsWith(".razor", StringComparison.Ordinal);

    /// <summary>What it names is open to every component beside and below it.</summary>
    public bool IsImports => Name == "_Imports";

    public Violation Breaks(int at, string rule) => new(Path, 1 + Text.AsSpan(0, at).Count('\n'), rule);
}

/// <param name="Line">From 1.</param>
public sealed record Violation(string Path, int Line, string Rule)
{
    public override string ToString() => $"{Path}:{Line}: {Rule}";
}
