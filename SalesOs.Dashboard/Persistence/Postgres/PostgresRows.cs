using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace SalesOs.Dashboard.Persistence.Postgres;

/// <summary>One part of a large table: the rows of a range of its pages, read one column after another into one buffer.</summary>
internal sealed class PostgresRows : IRawRows
{
    private readonly NpgsqlCommand command;
    private readonly NpgsqlDataReader reader;
    private byte[] buffer = new byte[1024];

    private PostgresRows(NpgsqlCommand command)
    {
        this.command = command;
        reader = command.ExecuteReader();
    }

    /// <summary>Parts the table by its pages.</summary>
    public static async Task<List<RowPart>> PartsAsync(DashboardDbContext db, string table, int parts, CancellationToken cancellationToken)
    {
        var pages = (await db.Database.SqlQueryRaw<long>("SELECT pg_relation_size({0}::regclass) / current_setting('block_size')::bigint AS \"Value\"", table).ToListAsync(cancellationToken))[0];
        return pages == 0 ? [] : [.. Enumerable.Range(0, parts).Select(i => new RowPart(pages * i / parts, pages * (i + 1) / parts)).Where(part => part.After < part.UpTo)];
    }

    public static PostgresRows Of(DashboardDbContext db, string table, RowPart part, ReadOnlySpan<string> columns)
    {
        db.Database.OpenConnection();
        var asking = ((NpgsqlConnection)db.Database.GetDbConnection()).CreateCommand();
#pragma warning disable CA2100 // The names are the model's own.
        asking.CommandText = string.Create(
            CultureInfo.InvariantCulture,
            $"""SELECT "{string.Join("\",\"", columns)}" FROM "{table}" WHERE ctid >= '({part.After},0)' AND ctid < '({part.UpTo},0)'""");
#pragma warning restore CA2100
        // As long as it takes: nobody waits for it but the start.
        asking.CommandTimeout = 0;
        return new PostgresRows(asking);
    }

    public bool Read() => reader.Read();

    public Guid Id(int column) => reader.GetGuid(column);

    public ReadOnlySpan<byte> Bytes(int column)
    {
        if (reader.IsDBNull(column))
        {
            return [];
        }

        var length = (int)reader.GetBytes(column, 0, buffer: null, 0, 0);
        if (length > buffer.Length)
        {
            buffer = new byte[length * 2];
        }

        return buffer.AsSpan(0, (int)reader.GetBytes(column, 0, buffer, 0, length));
    }

    public long Number(int column) => reader.GetValue(column) switch
    {
        long number => number,
        int number => number,
        short number => number,
        bool truth => truth ? 1 : 0,
        var other => throw new InvalidCastException($"{other.GetType().Name} is no number."),
    };

    public bool IsNull(int column) => reader.IsDBNull(column);

    public void Dispose()
    {
        reader.Dispose();
        command.Dispose();
    }
}
