using System.Text.RegularExpressions;

namespace SalesOs.Dashboard.Tests.Architecture;

/// <summary>A file, a folder and a type are named for what they are in the field's words, not for being of use.</summary>
public static class HouseNames
{
    private static readonly Regex Empty = Pattern.Of("(?:Helpers?|Utils?|Utility|Utilities|Common|Managers?|Extensions|Models)$", RegexOptions.IgnoreCase);
    private static readonly Regex Type = Pattern.Of(@"\b(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?)\s+@?(?<name>(?!class\b|struct\b)[A-Z_]\w*)");

    public static IEnumerable<Violation> Of(SourceFile file)
    {
        if (!file.IsSource)
        {
            return [];
        }

        // Foo.Helpers.razor.cs is as empty a name as FooHelpers.cs.
        var inPath = file.Path.Split('/', '.').Where(part => Empty.IsMatch(part)).Select(part => file.Breaks(0, $"'{part}' in its path says nothing"));
        var types = TypesIn(file).Where(type => Empty.IsMatch(type.Name)).Select(type => file.Breaks(type.At, $"the type {type.Name} says nothing"));
        return inPath.Concat(types);
    }

    public static IEnumerable<(string Name, int At)> TypesIn(SourceFile file) =>
        Type.Matches(file.Code).Select(match => (match.Groups["name"].Value, match.Index));
}
