using System.Text.RegularExpressions;

namespace SalesOs.Dashboard.Tests.Architecture;

/// <summary>The databases that the program runs on are named in the folders of their engines alone, so that nothing above them learns which one it is.</summary>
public static class ProviderNames
{
    /// <summary>What chooses the engine.</summary>
    private const string Choice = "SalesOs.Dashboard/Persistence/DatabaseSetup.cs";

    private static readonly string[] Folders = ["SalesOs.Dashboard/Persistence/Sqlite/", "SalesOs.Dashboard/Persistence/Postgres/"];

    /// <summary>Commands that copy a whole database, each engine's in its own way.</summary>
    private static readonly string[] Copying = [.. new[] { "BackupCommand", "RestoreCommand", "MoveCommand" }.Select(name => $"SalesOs.Dashboard/Hosting/{name}.cs")];

    private static readonly Regex Name = Pattern.Of(@"\w*(?:Sqlite|SQLitePCL|Npgsql|Postgres)\w*", RegexOptions.IgnoreCase);
    private static readonly Regex Dialect = Pattern.Of(@"""[^""\n]*\b(?:PRAGMA|rowid|VACUUM|sqlite_\w+|pg_\w+|ctid)\b", RegexOptions.IgnoreCase);

    public static IEnumerable<Violation> Of(SourceFile file)
    {
        if (!file.IsProgram || !file.IsSource || file.Path == Choice || Folders.Any(folder => file.Path.StartsWith(folder, StringComparison.Ordinal)))
        {
            return [];
        }

        var names = Name.Matches(file.Code).Where(_ => !Copying.Contains(file.Path));
        return names.Concat(Dialect.Matches(file.Text))
            .Select(match => file.Breaks(match.Index, "ask IDatabaseEngine; a database is named in its engine's folder alone: " + match.Value));
    }
}
