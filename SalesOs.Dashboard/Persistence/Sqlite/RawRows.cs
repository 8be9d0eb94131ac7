using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using SQLitePCL;

namespace SalesOs.Dashboard.Persistence.Sqlite;

/// <summary>
/// One part of a large table, read without an object for a row or a value: columns are views of SQLite's own memory. For reading a whole table at the
/// start; everything else goes by EF.
/// </summary>
internal sealed class RawRows : IRawRows
{
    private const int Row = 100;
    private const int Done = 101;

    private readonly SqliteConnection connection;
    private readonly sqlite3_stmt statement;

    private RawRows(SqliteConnection connection, sqlite3_stmt statement)
    {
        this.connection = connection;
        this.statement = statement;
    }

    /// <summary>Parts the table by its row numbers, about as many rows to each part; together they hold every row once.</summary>
    public static async Task<List<RowPart>> PartsAsync(DashboardDbContext db, string table, int parts, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        await using var command = db.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // The name is one of the model's own.
        command.CommandText = $"SELECT MIN(rowid), MAX(rowid) FROM \"{table}\"";
#pragma warning restore CA2100
        await using var bounds = await command.ExecuteReaderAsync(cancellationToken);
        if (!await bounds.ReadAsync(cancellationToken) || await bounds.IsDBNullAsync(0, cancellationToken))
        {
            return [];
        }

        var (first, last) = (bounds.GetInt64(0), bounds.GetInt64(1));
        // Row numbers reach 2^63, where their difference times a number of parts no longer fits.
        return [.. Enumerable.Range(0, parts).Select(i => new RowPart(UpTo(i), UpTo(i + 1)))];

        long UpTo(int part) => (long)(first - 1 + ((Int128)(last - first + 1) * part / parts));
    }

    /// <summary>Begins to read the part's rows; <paramref name="db"/> must live until this is disposed.</summary>
    /// <exception cref="SqliteException">The database can't be read.</exception>
    public static RawRows Of(DashboardDbContext db, string table, RowPart part, params ReadOnlySpan<string> columns)
    {
        db.Database.OpenConnection();
        var opened = (SqliteConnection)db.Database.GetDbConnection();
        var sql = $"SELECT \"{string.Join("\",\"", columns)}\" FROM \"{table}\" WHERE rowid > ? AND rowid <= ?";
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(opened.Handle!, sql, out var statement), opened.Handle);
        raw.sqlite3_bind_int64(statement, 1, part.After);
        raw.sqlite3_bind_int64(statement, 2, part.UpTo);
        return new RawRows(opened, statement);
    }

    /// <summary>Goes on to the next row; false after the last one.</summary>
    /// <exception cref="SqliteException">The database can't be read.</exception>
    public bool Read()
    {
        var answer = raw.sqlite3_step(statement);
        if (answer is not (Row or Done))
        {
            SqliteException.ThrowExceptionForRC(answer, connection.Handle);
        }

        return answer == Row;
    }

    public Guid Id(int column) => Guid.Parse(Bytes(column), CultureInfo.InvariantCulture);

    /// <summary>A text in UTF-8 or a blob, until the next <see cref="Read"/>; empty for null.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(statement, column);

    public long Number(int column) => raw.sqlite3_column_int64(statement, column);

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public void Dispose() => statement.Dispose();
}
