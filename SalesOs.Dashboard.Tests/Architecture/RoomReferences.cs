using System.Text.RegularExpressions;

namespace SalesOs.Dashboard.Tests.Architecture;

/// <summary>
/// A room looks only downward. Found are: whole names (<c>SalesOs.Dashboard.Room</c>, with or without <c>global::</c>, in a <c>using</c>,
/// an alias or anywhere else), names that lean on the enclosing namespaces (<c>Room.Type</c>, <c>Dashboard.Room.Type</c>, <c>using Room;</c>),
/// and the ways around: aliases of the root, global usings, a namespace that is not the folder's.
/// </summary>
public static class RoomReferences
{
    private const string Dot = @"\s*\.\s*@?";
    private static readonly Regex Whole = Pattern.Of(@$"\bSalesOs{Dot}Dashboard{Dot}(?<room>[A-Z_]\w*)");

    private static readonly Regex Leaning = Pattern.Of(
        @$"(?<![\w@]|\.\s*|::\s*)@?(?:Dashboard{Dot})?(?<room>{Rooms.Alternatives})(?={Dot}[A-Z_])|" +
        @$"(?<!\w|\bSalesOs{Dot})\bDashboard{Dot}(?<room>{Rooms.Alternatives})\b");

    private static readonly Regex LeaningUsing = Pattern.Of(
        @$"\busing\s+(?:static\s+|@?\w+\s*=\s*)?@?(?<room>{Rooms.Alternatives})\b(?!\s+\w+\s*=)");

    private static readonly Regex AliasOfTheRoot = Pattern.Of(@$"\busing\s+@?\w+\s*=\s*(?:global\s*::\s*)?@?(?:SalesOs(?:{Dot}Dashboard)?|Dashboard)\s*;");
    private static readonly Regex GlobalUsing = Pattern.Of(@"\bglobal\s+using\s+[^;]*\b(?:SalesOs|Dashboard)\b[^;]*;|<Using\s[^>]*\bSalesOs\b[^>]*>");
    private static readonly Regex Namespace = Pattern.Of(@"(?:^|[;{}\s])@?namespace\s+(?<name>[\w.@]+(?:\s*\.\s*[\w@]+)*)");

    public static IEnumerable<Violation> Of(SourceFile file)
    {
        if (file.IsProgram && file.IsSource)
        {
            return [.. Place(file), .. Upward(file), .. WaysAround(file)];
        }

        // Build files of the program, and those that it inherits.
        return file.IsSource ? [] : GlobalUsings(file);
    }

    private static IEnumerable<Violation> Place(SourceFile file)
    {
        if (file.Room is null)
        {
            if (file.Path != "SalesOs.Dashboard/Program.cs")
            {
                yield return file.Breaks(0, "lies in no room; only Program.cs stands outside");
            }

            yield break;
        }

        if (!Rooms.Has(file.Room))
        {
            yield return file.Breaks(0, $"{file.Room} is no room of the plan");
        }

        var names = Namespace.Matches(file.Code);
        if (names.Count > 1)
        {
            yield return file.Breaks(names[1].Index, "has a second namespace");
        }

        foreach (Match name in names)
        {
            var plain = name.Groups["name"].Value.Replace("@", "", StringComparison.Ordinal);
            var room = $"SalesOs.Dashboard.{file.Room}";
            if (plain != room && !plain.StartsWith(room + ".", StringComparison.Ordinal))
            {
                yield return file.Breaks(name.Index, $"stands in the namespace {plain}, not in its folder's");
            }
        }

        // An assembly attribute needs no namespace; a type without one could be seen from every room.
        if (names.Count == 0 && file.Path.EndsWith(".cs", StringComparison.Ordinal) && HouseNames.TypesIn(file).Any())
        {
            yield return file.Breaks(0, "has a type outside its room's namespace");
        }
    }

    private static IEnumerable<Violation> Upward(SourceFile file) =>
        from pattern in new[] { Whole, Leaning, LeaningUsing }
        from Match match in pattern.Matches(file.Code)
        let room = match.Groups["room"].Value
        where !Rooms.Has(room) || !Rooms.MaySee(file.Room, room)
        select file.Breaks(match.Index, Rooms.Has(room) ? $"{file.Room ?? "Program"} looks at {room}" : $"{room} is no room of the plan");

    private static IEnumerable<Violation> WaysAround(SourceFile file) =>
        AliasOfTheRoot.Matches(file.Code).Select(match => file.Breaks(match.Index, "an alias of the root namespace hides which room is meant"))
            .Concat(GlobalUsings(file));

    private static IEnumerable<Violation> GlobalUsings(SourceFile file) =>
        file.Path.StartsWith("SalesOs.Dashboard.", StringComparison.Ordinal)
            ? []
            : GlobalUsing.Matches(file.Code).Select(match => file.Breaks(match.Index, "a global using opens a room to all others"));
}
