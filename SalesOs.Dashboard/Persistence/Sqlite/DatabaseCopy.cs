using Microsoft.Data.Sqlite;

namespace SalesOs.Dashboard.Persistence.Sqlite;

/// <summary>Whole copies of the database: out of a running one into a file, and out of a file into its place.</summary>
public static class DatabaseCopy
{
    /// <summary>
    /// Copies the database as it is at one moment into a new file, while others read and write it. The copy holds no more than the rows:
    /// nothing of what was deleted, and no master key.
    /// </summary>
    /// <exception cref="StartupFaultException">There is no database, the file is there already or can't be written, or the copy is not whole.</exception>
    public static async Task MakeAsync(DatabaseLocation location, string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(location.DatabaseFile))
        {
            throw new StartupFaultException($"Data:Directory: there is no database {location.DatabaseFile}.");
        }

        BackupFile.DemandNew(file);
        var part = file + ".part";
        try
        {
            File.Delete(part);
            await DurableFile.Create(part).DisposeAsync();
            await using (var source = new SqliteConnection(Alone(location.ConnectionString)))
            {
                await source.OpenAsync(cancellationToken);
                await ExecuteAsync(source, "VACUUM INTO @file", part, cancellationToken);
            }

            await DemandWholeAsync(part, part, cancellationToken);
            DurableFile.Flush(part);
            DurableFile.Rename(part, file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or SqliteException)
        {
            Remove(part);
            throw new StartupFaultException($"{file}: can't be written: {fault.Message}");
        }
        catch
        {
            Remove(part);
            throw;
        }
    }

    /// <summary>Copies a backup beside the database, where it can be looked through and brought up to date without touching either.</summary>
    /// <returns>Where the copy lies; the next one takes its place.</returns>
    /// <exception cref="StartupFaultException">The backup can't be read, is not whole, or is no database of this program.</exception>
    public static async Task<DatabaseLocation> StageAsync(DatabaseLocation location, string backup, CancellationToken cancellationToken)
    {
        var staged = location.RealFile + ".restoring";
        try
        {
            Remove(staged);
            await using (var from = new FileStream(backup, FileMode.Open, FileAccess.Read, FileShare.Read))
            await using (var to = DurableFile.Create(staged))
            {
                await from.CopyToAsync(to, cancellationToken);
            }

            await DemandWholeAsync(staged, backup, cancellationToken);
            return location.At(staged);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or SqliteException)
        {
            Remove(staged);
            throw new StartupFaultException($"{backup}: can't be read or copied: {fault.Message}");
        }
        catch
        {
            Remove(staged);
            throw;
        }
    }

    /// <summary>Puts a staged copy where the database is and the database aside. The lock must be held, and marked until this returns.</summary>
    /// <param name="aside">The name that the database gets, and with <c>-wal</c> behind it its write-ahead log.</param>
    /// <exception cref="IOException">A file can't be renamed.</exception>
    public static async Task PutInPlaceAsync(DatabaseLocation location, DatabaseLocation staged, string aside, CancellationToken cancellationToken)
    {
        await using (var connection = new SqliteConnection(Alone(staged.ConnectionString)))
        {
            await connection.OpenAsync(cancellationToken);
            await ExecuteAsync(connection, "PRAGMA wal_checkpoint(TRUNCATE)", file: null, cancellationToken);
        }

        DurableFile.Flush(staged.DatabaseFile);
        var file = location.RealFile;
        if (File.Exists(file))
        {
            DurableFile.Rename(file, aside);
        }

        // Left in place it would be replayed onto the other database.
        if (File.Exists(file + "-wal"))
        {
            DurableFile.Rename(file + "-wal", aside + "-wal");
        }

        File.Delete(file + "-shm");
        DurableFile.Rename(staged.DatabaseFile, file);
    }

    /// <summary>Deletes a copy and what SQLite puts beside it.</summary>
    public static void Remove(string file)
    {
        foreach (var part in (string[])["", "-wal", "-shm", "-journal"])
        {
            File.Delete(file + part);
        }
    }

    /// <summary>Reads all of a file, and writes nothing.</summary>
    /// <param name="named">In what is thrown.</param>
    /// <exception cref="StartupFaultException">It is damaged, or no database of this program.</exception>
    public static async Task DemandWholeAsync(string file, string named, CancellationToken cancellationToken)
    {
        await using var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        await copy.OpenAsync(cancellationToken);
        if (await SqliteCheck.DamageAsync(copy, SqliteCheck.Full, cancellationToken) is { } damage)
        {
            throw new StartupFaultException($"{named}: is not a whole database: {damage}");
        }

        await using var command = copy.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM sqlite_master WHERE name IN ('__EFMigrationsHistory', 'api_keys', 'audit_entries')";
        if (await command.ExecuteScalarAsync(cancellationToken) is not 3L)
        {
            throw new StartupFaultException($"{named}: is no database of this program.");
        }
    }

    /// <summary>Never makes a database, and keeps no connection for later.</summary>
    private static string Alone(string connectionString) =>
        new SqliteConnectionStringBuilder(connectionString) { Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString();

    private static async Task ExecuteAsync(SqliteConnection connection, string sql, string? file, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        // It takes as long as the disk needs.
        command.CommandTimeout = 0;
        if (file is not null)
        {
            command.Parameters.AddWithValue("@file", file);
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
