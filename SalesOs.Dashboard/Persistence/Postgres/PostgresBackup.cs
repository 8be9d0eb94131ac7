using Npgsql;

namespace SalesOs.Dashboard.Persistence.Postgres;

/// <summary>Whole copies of a database by PostgreSQL's own tools, in its custom format, with the program's seal at their end.</summary>
internal static class PostgresBackup
{
    /// <summary>Writes what the snapshot holds into a new file, its owner's alone.</summary>
    /// <exception cref="StartupFaultException">The file is there already or can't be written, or <c>pg_dump</c> is missing, too old, or failed.</exception>
    public static async Task MakeAsync(PostgresLocation location, PostgresSnapshot snapshot, MasterKey master, string file, CancellationToken cancellationToken)
    {
        BackupFile.DemandNew(file);
        var part = file + ".part";
        try
        {
            File.Delete(part);
            await DurableFile.Create(part).DisposeAsync();
            await new PostgresTools(location).RunAsync(
                "pg_dump", snapshot.ServerVersion, file, cancellationToken, "--format=custom", "--no-owner", "--no-privileges", "--snapshot=" + snapshot.Id, $"--schema=\"{snapshot.Schema}\"", "--file=" + part);
            await BackupFile.SealAsync(part, master, cancellationToken);
            DurableFile.Flush(part);
            DurableFile.Rename(part, file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            File.Delete(part);
            throw new StartupFaultException($"{file}: can't be written: {fault.Message}");
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }

    /// <summary>Puts all of a backup, or nothing, into the database that is being filled.</summary>
    /// <exception cref="StartupFaultException">It is no backup of this program, its tables lie in another schema, or <c>pg_restore</c> is missing, too old, or failed.</exception>
    public static async Task PutAsync(PostgresLocation location, PostgresFilling filling, string file, CancellationToken cancellationToken)
    {
        var tools = new PostgresTools(location);
        var list = await tools.RunAsync("pg_restore", filling.ServerVersion, file, cancellationToken, "--list", file);
        if (!((string[])["__EFMigrationsHistory", "api_keys", "audit_entries"]).All(table => list.Contains($" TABLE DATA {filling.Schema} {table} ", StringComparison.Ordinal)))
        {
            throw new StartupFaultException($"{file}: is no backup of this program, or its tables are not in the schema {filling.Schema}.");
        }

        await tools.RunAsync(
            "pg_restore", filling.ServerVersion, file, cancellationToken,
            "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", "--schema=" + filling.Schema, "--dbname=" + DatabaseOf(location), file);
    }

    private static string DatabaseOf(PostgresLocation location)
    {
        var parts = new NpgsqlConnectionStringBuilder(location.ConnectionString);
        return parts.Database ?? parts.Username!;
    }
}
