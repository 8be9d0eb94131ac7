using System.Text.RegularExpressions;

namespace SalesOs.Dashboard.Tests.Architecture;

/// <summary>
/// A folder of Components looks only downward. Found are, as for rooms, names with the folder in them; and names without, which Razor brings in unseen: a tag,
/// an <c>@inject</c>, a layout, a base, and in C# what lies in no folder.
/// </summary>
public static class ComponentReferences
{
    private const string Room = "Components";
    private const string Dot = @"\s*\.\s*@?";

    private static readonly Regex Whole = Pattern.Of(@$"(?<!\bAspNetCore{Dot})\bComponents{Dot}(?<folder>[A-Z_]\w*)");
    private static readonly Regex Leaning = Pattern.Of(@$"(?<![\w@]|\.\s*|::\s*)@?(?<folder>{ComponentFloors.Alternatives})(?={Dot}[A-Z_])");
    private static readonly Regex LeaningUsing = Pattern.Of(@$"\busing\s+(?:static\s+|@?\w+\s*=\s*)?@?(?<folder>{ComponentFloors.Alternatives})\b(?!\s+\w+\s*=)");
    private static readonly Regex AliasOfTheRoom = Pattern.Of(@"\busing\s+@?\w+\s*=\s*[\w.:@\s]*\bComponents\s*;");
    private static readonly Regex Namespace = Pattern.Of(@"(?:^|[;{}\s])@?namespace\s+SalesOs\.Dashboard\.Components(?:\.(?<folder>\w+))?");
    private static readonly Regex RazorType = Pattern.Of(@"</?(?<types>[A-Z]\w*)|^@(?:inject|inherits|layout|implements|typeparam)[ \t]+(?<types>[^\r\n]+)|\btypeof\((?<types>[^)]+)\)", RegexOptions.Multiline);
    private static readonly Regex Word = Pattern.Of(@"(?<![\w.])[A-Z]\w*");

    /// <summary>Each type of Components and the folders that have one of its name; null: no folder.</summary>
    private static readonly Lazy<ILookup<string, string?>> Types = new(() => Repository.Read()
        .Where(file => file is { Room: Room, IsSource: true } && !file.IsImports)
        .SelectMany(file => HouseNames.TypesIn(file).Select(type => type.Name).Append(file.Name).Select(name => (Name: name, file.Folder)))
        .Distinct()
        .ToLookup(type => type.Name, type => type.Folder, StringComparer.Ordinal));

    public static IEnumerable<Violation> Of(SourceFile file)
    {
        if (file.Room != Room || !file.IsSource)
        {
            return [];
        }

        // What the room's own imports name is open to every component of it.
        var own = file.Folder ?? (file.IsImports ? "Kit" : null);
        return own is null ? [] : [.. Place(file, own), .. ByFolder(file, own), .. ByType(file, own)];
    }

    private static IEnumerable<Violation> Place(SourceFile file, string own)
    {
        if (!ComponentFloors.Has(own))
        {
            yield return file.Breaks(0, $"{own} is no folder of the plan of Components");
        }

        foreach (Match name in Namespace.Matches(file.Code))
        {
            if (name.Groups["folder"].Value != own)
            {
                yield return file.Breaks(name.Index, $"stands in the namespace {name.Groups["folder"].Value} of Components, not in its folder's");
            }
        }
    }

    private static IEnumerable<Violation> ByFolder(SourceFile file, string own) =>
        new[] { Whole, Leaning, LeaningUsing }.SelectMany(pattern => pattern.Matches(file.Code))
            .Where(match => !ComponentFloors.MaySee(own, match.Groups["folder"].Value))
            .Select(match => file.Breaks(match.Index, $"{own} looks at {match.Groups["folder"].Value}"))
            .Concat(AliasOfTheRoom.Matches(file.Code).Select(match => file.Breaks(match.Index, "an alias of Components hides which folder is meant")));

    private static IEnumerable<Violation> ByType(SourceFile file, string own)
    {
        var names = file.IsRazor ? RazorType.Matches(file.Code).SelectMany(InMatch) : Word.Matches(file.Code).Select(word => (word.Value, word.Index));
        return from found in names
               let folders = Types.Value[found.Value].ToList()
               where folders.Count > 0 && (file.IsRazor ? !folders.Exists(folder => ComponentFloors.MaySee(own, folder)) : folders.TrueForAll(folder => folder is null))
               select file.Breaks(found.Index, $"{own} looks at {found.Value} of {folders[0] ?? "the top"}");
    }

    private static IEnumerable<(string Value, int Index)> InMatch(Match match)
    {
        var types = match.Groups["types"];
        return Word.Matches(types.Value).Select(word => (word.Value, types.Index + word.Index));
    }
}
