using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace SalesOs.Dashboard.Persistence.Sqlite;

/// <summary>Brings the database file to the state that the program relies on, before anything else touches it.</summary>
public static class SqliteSetup
{
    /// <summary>Earlier ones can lose pages in WAL mode.</summary>
    private static readonly Version OldestSqlite = new(3, 53, 3);

    /// <summary>Writes into the database that it has a mark beside it; nothing else uses this number.</summary>
    internal const string MarkedSql = "PRAGMA application_id=1";

    /// <summary>The database in these files; nothing holds them for this process alone.</summary>
    public static IServiceCollection AddDatabase(this IServiceCollection services, DatabaseLocation location) => services
        .AddSingleton(location)
        .AddSingleton<IDatabaseEngine, SqliteEngine>()
        .AddDbContextFactory<DashboardDbContext>(options => options
            .UseSqlite(location.ConnectionString)
            .AddInterceptors(new DurableConnections())
            // It is thrown on to whoever knows what it means; a caller who has gone away is no error.
            .ConfigureWarnings(events => events.Log((RelationalEventId.TransactionError, LogLevel.Debug))))
        .AddDatabase();

    /// <summary>As <see cref="AddDatabase"/>, with what holds the files for this process alone and watches them.</summary>
    internal static IServiceCollection AddHeldDatabase(this IServiceCollection services, DatabaseLocation location) => services
        .AddSingleton(_ =>
        {
            MakeDirectory(location);
            return InstanceLock.Take(location);
        })
        .AddSingleton<OpenedStore>()
        .AddSingleton<StartChecks>()
        .AddDatabase(location);

    /// <summary>Checks SQLite, turns WAL on and applies the migrations.</summary>
    /// <param name="suspicious">Looks the database through first, as after a process that did not come to its end.</param>
    /// <exception cref="StartupFaultException">The database is newer than the program, damaged, or can't be written.</exception>
    public static async Task PrepareAsync(
        DatabaseLocation location, IDbContextFactory<DashboardDbContext> factory, CancellationToken cancellationToken, bool suspicious = false)
    {
        try
        {
            // SQLite gives its other files the mode of the database's.
            if (!File.Exists(location.RealFile))
            {
                await DurableFile.Create(location.RealFile).DisposeAsync();
            }

            // Not by way of EF, which would log a file that is no database as an error of its own.
            await using var connection = new SqliteConnection(location.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            if (Version.Parse(connection.ServerVersion) < OldestSqlite)
            {
                throw new StartupFaultException($"Database:Provider: SQLite {connection.ServerVersion} is too old; {OldestSqlite} or later is needed.");
            }

            if (suspicious && await SqliteCheck.DamageAsync(connection, SqliteCheck.Quick, cancellationToken) is { } damage)
            {
                throw new StartupFaultException($"Data:Directory: the database {location.DatabaseFile} is damaged ({damage}). Put a backup in place: dotnet SalesOs.Dashboard.dll restore FILE");
            }

            if (await ScalarAsync(connection, "PRAGMA journal_mode=WAL", cancellationToken) is not "wal")
            {
                throw new StartupFaultException("Database:ConnectionString: the file system can't hold a SQLite write-ahead log; use a local disk.");
            }

            await using var db = await factory.CreateDbContextAsync(cancellationToken);
            await SchemaFloor.RaiseAsync(db, $"Data:Directory: the database {location.DatabaseFile}", cancellationToken);
            // EF Core waits for ever for this lock of its own, which a program that is killed while it holds it leaves behind
            // (https://github.com/dotnet/efcore/issues/38958). Only one program has the database open: the instance lock sees to that.
            await db.Database.ExecuteSqlRawAsync("""DROP TABLE IF EXISTS "__EFMigrationsLock";""", cancellationToken);
            await db.Database.MigrateAsync(cancellationToken);
        }
        catch (SqliteException fault)
        {
            throw new StartupFaultException($"Data:Directory: the database {location.DatabaseFile} can't be opened: {fault.Message}");
        }
    }

    /// <summary>Makes the folders of the database and the master key, their owner's alone.</summary>
    /// <exception cref="StartupFaultException">A folder can't be made.</exception>
    public static void MakeDirectory(DatabaseLocation location)
    {
        try
        {
            Make(location.Directory);
            Make(Path.GetDirectoryName(location.DatabaseFile)!);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartupFaultException($"Data:Directory: {location.Directory} can't be made: {fault.Message}");
        }
    }

    private static void Make(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, PrivateFiles.Folder);
        }
    }

    private static async Task<object?> ScalarAsync(SqliteConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary><c>synchronous</c> belongs to a connection, not to the file: each one that opens is told.</summary>
    private sealed class DurableConnections : DbConnectionInterceptor
    {
        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA synchronous=FULL";
            command.ExecuteNonQuery();
        }

        public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA synchronous=FULL";
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
