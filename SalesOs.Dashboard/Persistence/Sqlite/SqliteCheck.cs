using Microsoft.Data.Sqlite;

namespace SalesOs.Dashboard.Persistence.Sqlite;

/// <summary>SQLite's own look through a database.</summary>
internal static class SqliteCheck
{
    /// <summary>Every page and row; about half a second for a million keys.</summary>
    public const string Quick = "PRAGMA quick_check(1)";

    /// <summary>As <see cref="Quick"/>, and every index against its table.</summary>
    public const string Full = "PRAGMA integrity_check(1)";

    /// <summary>The first thing that is wrong, as SQLite words it; null when nothing is.</summary>
    public static async Task<string?> DamageAsync(SqliteConnection connection, string check, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = check;
        try
        {
            var found = await command.ExecuteScalarAsync(cancellationToken) as string;
            return found == "ok" ? null : found?.ReplaceLineEndings(" ") ?? "no answer";
        }
        catch (SqliteException fault)
        {
            return fault.Message;
        }
    }
}
