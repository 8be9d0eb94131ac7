namespace SalesOs.Dashboard.Tests.Architecture;

/// <summary>How long a class is: all its partial parts together, and the Razor file of its name.</summary>
public static class ClassSizes
{
    public const int Most = 350;

    public static IEnumerable<Violation> Check(IEnumerable<SourceFile> files) =>
        from parts in files.Where(file => file is { IsProgram: true, IsSource: true }).SelectMany(Parts).GroupBy(part => part.Name, StringComparer.Ordinal)
        let lines = parts.Sum(part => part.Lines)
        where lines > Most
        select parts.First().File.Breaks(0, $"{parts.Key} has {lines} lines in {parts.Count()} parts, more than {Most}");

    private static IEnumerable<(string Name, SourceFile File, int Lines)> Parts(SourceFile file)
    {
        var folder = file.Path[..file.Path.LastIndexOf('/')];
        return file.IsRazor
            ? [($"{folder}/{file.Name}", file, file.Text.Count('\n'))]
            : HouseNames.TypesIn(file).Select(type => ($"{folder}/{type.Name}", file, file.Code.AsSpan()[type.At..EndOf(file.Code, type.At)].Count('\n') + 1));
    }

    /// <summary>Past the declaration's body; past its semicolon when it has none.</summary>
    private static int EndOf(string code, int at)
    {
        var depth = 0;
        for (; at < code.Length; at++)
        {
            depth += code[at] switch { '{' or '(' or '[' => 1, '}' or ')' or ']' => -1, _ => 0 };
            if (depth == 0 && (code[at] is '}' or ';'))
            {
                return at + 1;
            }
        }

        return code.Length;
    }
}
