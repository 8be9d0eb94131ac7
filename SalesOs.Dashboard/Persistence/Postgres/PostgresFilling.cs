using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace SalesOs.Dashboard.Persistence.Postgres;

/// <summary>
/// Fills an empty database from a backup or from SQLite. While it lasts, and when it was broken off, no program starts on the database: it bears a table that says so, which
/// goes in the transaction that ends the filling.
/// </summary>
internal sealed class PostgresFilling : IAsyncDisposable
{
    /// <summary>Of the program's own; nothing else in the database uses this number.</summary>
    private const long Held = 0x53414C45534F5303;

    private readonly NpgsqlConnection session;

    private PostgresFilling(NpgsqlConnection session, string schema) => (this.session, Schema) = (session, schema);

    /// <summary>The schema in which tables are made.</summary>
    public string Schema { get; }

    public Version ServerVersion => session.PostgreSqlVersion;

    /// <exception cref="StartupFaultException">The database is not empty, or another process is filling it.</exception>
    public static async Task<PostgresFilling> BeginAsync(PostgresLocation location, CancellationToken cancellationToken)
    {
        var line = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(location.ConnectionString) { Pooling = false, CommandTimeout = 0 }.ToString());
        try
        {
            await line.OpenAsync(cancellationToken);
            if (await ScalarAsync(line, FormattableString.Invariant($"SELECT pg_try_advisory_lock({Held})"), cancellationToken) is not true)
            {
                throw new StartupFaultException($"Database:ConnectionString: another restore or move is filling the database {location.Name}.");
            }

            if (await ScalarAsync(line, "SELECT current_schema()::text", cancellationToken) is not string schema)
            {
                throw new StartupFaultException($"Database:ConnectionString: the user may use no schema of the database {location.Name} (search_path).");
            }

            await using var transaction = await line.BeginTransactionAsync(cancellationToken);
            // A program that starts makes its tables under the same lock: it finds either the mark, or no room for this.
            await ScalarAsync(line, FormattableString.Invariant($"SELECT pg_advisory_xact_lock({PostgresSchema.Migrating})"), cancellationToken);
            if (await ScalarAsync(
                line,
                """
                SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relname <> 'filling'
                    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
                ORDER BY 1 LIMIT 1
                """,
                cancellationToken) is string found)
            {
                throw new StartupFaultException($"Database:ConnectionString: the database {location.Name} is not empty (it has {found}); make a new one: CREATE DATABASE … ENCODING 'UTF8'");
            }

            await ScalarAsync(line, """CREATE TABLE IF NOT EXISTS "filling" ()""", cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return new PostgresFilling(line, schema);
        }
        catch
        {
            await line.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether a filling is under way, or was broken off.</summary>
    public static async Task<bool> IsBegunAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await ScalarAsync(connection, "SELECT to_regclass('\"filling\"') IS NOT NULL", cancellationToken) is true;

    /// <summary>Takes the mark away; in the last transaction of the filling.</summary>
    public static Task EndAsync(DashboardDbContext db) => db.Database.ExecuteSqlRawAsync("""DROP TABLE "filling" """);

    /// <summary>Empties the database again, the mark included: what was in it came from this filling.</summary>
    public async Task GiveUpAsync()
    {
        try
        {
            await ScalarAsync(
                session,
                """
                DO $$ DECLARE name text; BEGIN
                    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND NOT EXISTS (
                        SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = format('%I.%I', schemaname, tablename)::regclass AND d.deptype = 'e')
                    LOOP EXECUTE format('DROP TABLE %I CASCADE', name); END LOOP;
                END $$
                """,
                CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // The mark keeps programs out until the database is made anew; what led here is what is told.
        }
    }

    /// <summary>Lets the planner know what is there; it is not in a backup.</summary>
    public Task AnalyzeAsync(CancellationToken cancellationToken) => ScalarAsync(session, "ANALYZE", cancellationToken);

    public async ValueTask DisposeAsync()
    {
        try
        {
            // The server frees it a moment after the line is closed.
            await ScalarAsync(session, FormattableString.Invariant($"SELECT pg_advisory_unlock({Held})"), CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // It went with the line.
        }

        await session.DisposeAsync();
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Only texts of the program's own.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
