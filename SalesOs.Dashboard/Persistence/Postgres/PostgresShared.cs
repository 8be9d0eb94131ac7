using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace SalesOs.Dashboard.Persistence.Postgres;

/// <summary>
/// Processes that share a database on PostgreSQL. Changes get their numbers from one counter row, taken as the last thing before the commit: so they are committed in the
/// order of their numbers, and whoever has read up to a number has missed none before it. Messages are PostgreSQL's own (<c>NOTIFY</c>): they name topics and ids, never data.
/// </summary>
internal sealed class PostgresShared(NpgsqlDataSource source, PostgresLocation location) : ISharedDatabase
{
    private const string Listen = "LISTEN salesos; LISTEN salesos_changes";

    private const string Tell = "SELECT pg_notify('salesos', $1)";

    private const string Note = """
        WITH counter AS (
          INSERT INTO "change_counter" ("Id", "Number") VALUES (1, cardinality($1))
          ON CONFLICT ("Id") DO UPDATE SET "Number" = "change_counter"."Number" + cardinality($1) RETURNING "Number"),
        noted AS (
          INSERT INTO "key_changes" ("Number", "TenantId", "KeyId", "Process", "At")
          SELECT "Number" - cardinality($1) + place, $2, id, $3, (extract(epoch FROM clock_timestamp()) * 1000)::bigint
          FROM counter, unnest($1) WITH ORDINALITY AS changed(id, place))
        SELECT "Number", pg_notify('salesos_changes', '') FROM counter
        """;

    private const string Beat = """
        WITH own AS (
          INSERT INTO "nodes" ("Id", "Name", "SeenAt", "HasMemory", "HasFeed") VALUES ($1, $2, (extract(epoch FROM clock_timestamp()) * 1000)::bigint, $3, $4)
          ON CONFLICT ("Id") DO UPDATE SET "Name" = excluded."Name", "SeenAt" = excluded."SeenAt", "HasMemory" = excluded."HasMemory", "HasFeed" = excluded."HasFeed"),
        gone AS (
          DELETE FROM "nodes" WHERE "Id" <> $1 AND "SeenAt" < (extract(epoch FROM clock_timestamp()) * 1000)::bigint - 600000)
        SELECT "Id", "Name", (extract(epoch FROM clock_timestamp()) * 1000)::bigint - "SeenAt", "HasMemory", "HasFeed" FROM "nodes" WHERE "Id" <> $1 ORDER BY "Name", "Id"
        """;

    /// <summary>A line that says nothing for so long is asked whether it is there.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(3);

    private long latestNoted;

    public Guid Process { get; } = Guid.NewGuid();

    public long LatestNoted => Interlocked.Read(ref latestNoted);

    /// <summary>Notes the rows that the transaction of <paramref name="db"/> has changed; nothing else may follow in it but the commit.</summary>
    public async Task NoteAsync(DashboardDbContext db)
    {
        await using var command = In(db, Note);
        command.Parameters.AddWithValue(db.Followed.ToArray());
        command.Parameters.AddWithValue(db.TenantId!);
        command.Parameters.AddWithValue(Process);
        Interlocked.Exchange(ref latestNoted, (long)(await command.ExecuteScalarAsync())!);
    }

    public async Task TellAsync(DashboardDbContext db, string message)
    {
        await using var command = In(db, Tell);
        command.Parameters.AddWithValue(message);
        await command.ExecuteNonQueryAsync();
    }

    public async Task TellAsync(string message, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(Tell);
        command.Parameters.AddWithValue(message);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task ListenAsync(Action opened, Action<string> told, Action changed, CancellationToken cancellationToken)
    {
        await using var line = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(location.ConnectionString) { Pooling = false, ApplicationName = "SalesOS Dashboard, listening" }.ToString());
        line.Notification += (_, notice) =>
        {
            if (notice.Channel == "salesos")
            {
                told(notice.Payload);
            }
            else
            {
                changed();
            }
        };
        await line.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(Listen, line);
        await command.ExecuteNonQueryAsync(cancellationToken);
        opened();
        await using var asking = new NpgsqlCommand("SELECT 1", line);
        while (true)
        {
            if (!await line.WaitAsync(Quiet, cancellationToken))
            {
                await asking.ExecuteNonQueryAsync(cancellationToken);
            }
        }
    }

    public async Task<long> PositionAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("""SELECT "Number" FROM "change_counter" """);
        return await command.ExecuteScalarAsync(cancellationToken) as long? ?? 0;
    }

    public async Task<IReadOnlyList<NotedChange>> ChangesAsync(long after, int most, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("""SELECT "Number", "TenantId", "KeyId", "Process" FROM "key_changes" WHERE "Number" > $1 ORDER BY "Number" LIMIT $2""");
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(most);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var changes = new List<NotedChange>();
        while (await rows.ReadAsync(cancellationToken))
        {
            changes.Add(new NotedChange(rows.GetInt64(0), rows.GetString(1), rows.GetGuid(2), rows.GetGuid(3)));
        }

        return changes;
    }

    public async Task PruneAsync(TimeSpan kept, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("""DELETE FROM "key_changes" WHERE "At" < (extract(epoch FROM clock_timestamp()) * 1000)::bigint - $1""");
        command.Parameters.AddWithValue((long)kept.TotalMilliseconds);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<OtherProcess>> BeatAsync(string name, bool hasMemory, bool hasFeed, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(Beat);
        command.Parameters.AddWithValue(Process);
        command.Parameters.AddWithValue(name);
        command.Parameters.AddWithValue(hasMemory);
        command.Parameters.AddWithValue(hasFeed);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var others = new List<OtherProcess>();
        while (await rows.ReadAsync(cancellationToken))
        {
            others.Add(new OtherProcess(rows.GetGuid(0), rows.GetString(1), TimeSpan.FromMilliseconds(rows.GetInt64(2)), rows.GetBoolean(3), rows.GetBoolean(4)));
        }

        return others;
    }

    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("""DELETE FROM "nodes" WHERE "Id" = $1""");
        command.Parameters.AddWithValue(Process);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlCommand In(DashboardDbContext db, string sql)
    {
#pragma warning disable CA2100 // The statements are the constants above.
        return new NpgsqlCommand(sql, (NpgsqlConnection)db.Database.GetDbConnection(), (NpgsqlTransaction)db.Database.CurrentTransaction!.GetDbTransaction());
#pragma warning restore CA2100
    }
}
