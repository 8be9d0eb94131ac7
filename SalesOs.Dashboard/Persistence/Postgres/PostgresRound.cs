using System.Data.Common;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Npgsql;

namespace SalesOs.Dashboard.Persistence.Postgres;

/// <summary>A work that one process at a time does, held by an advisory lock of the connection's session; it ends with that, however it ends.</summary>
internal sealed class PostgresRound : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly long number;

    private PostgresRound(NpgsqlConnection connection, long number) => (this.connection, this.number) = (connection, number);

    /// <returns>Null: another process does it.</returns>
    public static async Task<PostgresRound?> TryTakeAsync(NpgsqlDataSource source, string work, CancellationToken cancellationToken)
    {
        var key = (long)XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"salesos/work/{work}")));
        var session = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            if (await AskAsync(session, "SELECT pg_try_advisory_lock($1)", key, cancellationToken))
            {
                return new PostgresRound(session, key);
            }
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }

        await session.DisposeAsync();
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await AskAsync(connection, "SELECT pg_advisory_unlock($1)", number, CancellationToken.None);
        }
        catch (Exception fault) when (fault is DbException or InvalidOperationException)
        {
            // The session is gone, and the lock with it.
        }

        await connection.DisposeAsync();
    }

    private static async Task<bool> AskAsync(NpgsqlConnection connection, string sql, long number, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // One of the two above.
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new NpgsqlParameter<long> { TypedValue = number } } };
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
