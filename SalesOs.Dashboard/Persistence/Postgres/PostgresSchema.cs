using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace SalesOs.Dashboard.Persistence.Postgres;

/// <summary>Brings the database to the state that the program relies on, before anything else touches it.</summary>
internal static class PostgresSchema
{
    /// <summary>Ranges of pages and the end of a lost commit can be asked for from here on.</summary>
    private static readonly Version Oldest = new(14, 0);

    /// <summary>Of the program's own; nothing else in the database uses this number.</summary>
    internal const long Migrating = 0x53414C45534F5302;

    /// <summary>Checks the server and applies the migrations, one process at a time.</summary>
    /// <exception cref="StartupFaultException">The server or the database is not fit, or is newer than the program.</exception>
    /// <param name="isFilling">By a restore or a move, which alone may use a database that is not yet whole.</param>
    public static async Task PrepareAsync(
        PostgresLocation location, NpgsqlDataSource source, IDbContextFactory<DashboardDbContext> factory, CancellationToken cancellationToken, bool isFilling = false)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        if (connection.PostgreSqlVersion < Oldest)
        {
            throw new StartupFaultException($"Database:Provider: PostgreSQL {connection.PostgreSqlVersion} is too old; {Oldest.Major} or later is needed.");
        }

        if (await ScalarAsync(connection, "SHOW server_encoding", cancellationToken) is not "UTF8")
        {
            throw new StartupFaultException($"Database:ConnectionString: the database {location.Name} can't hold every text. Make it with ENCODING 'UTF8'.");
        }

        await ScalarAsync(connection, FormattableString.Invariant($"SELECT pg_advisory_lock({Migrating})"), cancellationToken);
        try
        {
            if (!isFilling && await PostgresFilling.IsBegunAsync(connection, cancellationToken))
            {
                throw new StartupFaultException(
                    $"Database:ConnectionString: the database {location.Name} is being filled by a restore or a move, or one did not come to its end. Let it end, or make the database anew and run it again.");
            }

            await using var db = await factory.CreateDbContextAsync(cancellationToken);
            db.Database.SetCommandTimeout(TimeSpan.Zero);
            // Asked for what is not there, EF would log an error at each first start.
            await db.GetService<IHistoryRepository>().CreateIfNotExistsAsync(cancellationToken);
            await SchemaFloor.RaiseAsync(db, $"Database:ConnectionString: the database {location.Name}", cancellationToken);
            await PostgresMigrations.ApplyAsync(db, location, cancellationToken);
        }
        finally
        {
            await ScalarAsync(connection, FormattableString.Invariant($"SELECT pg_advisory_unlock({Migrating})"), CancellationToken.None);
        }
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Only numbers of the program's own are in it.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
