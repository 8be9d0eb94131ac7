using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace SalesOs.Dashboard.Persistence.Postgres;

/// <summary>The database as it is at one moment, for the program's own reading and for <c>pg_dump</c>, while others write.</summary>
internal sealed class PostgresSnapshot : IAsyncDisposable
{
    private readonly NpgsqlConnection session;
    private readonly NpgsqlTransaction transaction;

    private PostgresSnapshot(NpgsqlConnection session, NpgsqlTransaction transaction, string id, string schema)
    {
        this.session = session;
        this.transaction = transaction;
        Id = id;
        Schema = schema;
    }

    /// <summary>By which others find it.</summary>
    public string Id { get; }

    /// <summary>The schema of the program's tables.</summary>
    public string Schema { get; }

    public Version ServerVersion => session.PostgreSqlVersion;

    /// <exception cref="StartupFaultException">The database is none of this program, or not whole.</exception>
    public static async Task<PostgresSnapshot> TakeAsync(PostgresLocation location, CancellationToken cancellationToken)
    {
        var line = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(location.ConnectionString) { Pooling = false, CommandTimeout = 0 }.ToString());
        try
        {
            await line.OpenAsync(cancellationToken);
            var reading = await line.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
            await using var command = new NpgsqlCommand(
                """SELECT pg_export_snapshot(), current_schema()::text, to_regclass('"api_keys"') IS NOT NULL AND to_regclass('"audit_entries"') IS NOT NULL""", line, reading);
            await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
            {
                await reader.ReadAsync(cancellationToken);
                if (reader.GetBoolean(2))
                {
                    var snapshot = new PostgresSnapshot(line, reading, reader.GetString(0), reader.GetString(1));
                    await reader.DisposeAsync();
                    return await PostgresFilling.IsBegunAsync(line, cancellationToken)
                        ? throw new StartupFaultException($"Database:ConnectionString: the database {location.Name} is being filled by a restore or a move, or one did not come to its end.")
                        : snapshot;
                }
            }

            throw new StartupFaultException($"Database:ConnectionString: {location.Name} is no database of this program.");
        }
        catch
        {
            await line.DisposeAsync();
            throw;
        }
    }

    /// <summary>Has a new context read in it.</summary>
    public void Enter(DashboardDbContext db)
    {
        db.Database.SetCommandTimeout(TimeSpan.Zero);
        db.Database.BeginTransaction(System.Data.IsolationLevel.RepeatableRead);
#pragma warning disable EF1002 // The server's own name, which it takes as a text alone.
        db.Database.ExecuteSqlRaw($"SET TRANSACTION SNAPSHOT '{Id}'");
#pragma warning restore EF1002
    }

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await session.DisposeAsync();
    }
}
