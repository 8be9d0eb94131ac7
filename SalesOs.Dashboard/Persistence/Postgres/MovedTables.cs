using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;
using NpgsqlTypes;

namespace SalesOs.Dashboard.Persistence.Postgres;

/// <summary>Whole tables from another database with the same model, a row as it stands there.</summary>
internal static class MovedTables
{
    /// <summary>Copies every table into the empty one of its name, in the open transaction of <paramref name="target"/>.</summary>
    /// <exception cref="StartupFaultException">A table has not as many rows as where it came from.</exception>
    public static async Task CopyAsync(DashboardDbContext source, DashboardDbContext target, CancellationToken cancellationToken)
    {
        await source.Database.OpenConnectionAsync(cancellationToken);
        var tables = source.Model.GetRelationalModel().Tables.ToDictionary(table => table.Name, StringComparer.Ordinal);
        List<ITable> targets = [.. target.Model.GetRelationalModel().Tables.Where(table => tables.ContainsKey(table.Name))];
        if (targets.Count < tables.Count)
        {
            throw new NotSupportedException("A table has no other of its name to be copied into.");
        }

        foreach (var table in InOrder(targets))
        {
            // What the database computes by itself has no column there.
            IColumn[] columns = [.. table.Columns.Where(column => tables[table.Name].FindColumn(column.Name) is not null)];
            var written = await CopyAsync(source.Database.GetDbConnection(), (NpgsqlConnection)target.Database.GetDbConnection(), table.Name, columns, cancellationToken);
            var stored = await CountAsync(target.Database.GetDbConnection(), table.Name, cancellationToken);
            if (stored != (long)written || stored != await CountAsync(source.Database.GetDbConnection(), table.Name, cancellationToken))
            {
                throw new StartupFaultException($"{table.Name}: not all rows have arrived.");
            }
        }
    }

    private static async Task<ulong> CopyAsync(DbConnection source, NpgsqlConnection target, string table, IColumn[] columns, CancellationToken cancellationToken)
    {
        var names = string.Join(',', columns.Select(column => $"\"{column.Name}\""));
        await using var reading = source.CreateCommand();
#pragma warning disable CA2100 // The names are the model's own.
        reading.CommandText = $"SELECT {names} FROM \"{table}\"";
#pragma warning restore CA2100
        await using var rows = await reading.ExecuteReaderAsync(cancellationToken);
        await using var writing = await target.BeginBinaryImportAsync($"COPY \"{table}\" ({names}) FROM STDIN (FORMAT BINARY)", cancellationToken);
        // As long as it takes.
        writing.Timeout = TimeSpan.Zero;
        string[] types = [.. columns.Select(column => column.StoreType)];
        while (await rows.ReadAsync(cancellationToken))
        {
            await writing.StartRowAsync(cancellationToken);
            for (var i = 0; i < types.Length; i++)
            {
                await WriteAsync(writing, rows, i, types[i], cancellationToken);
            }
        }

        return await writing.CompleteAsync(cancellationToken);
    }

    private static Task WriteAsync(NpgsqlBinaryImporter writing, DbDataReader row, int column, string type, CancellationToken cancellationToken) => row.IsDBNull(column)
        ? writing.WriteNullAsync(cancellationToken)
        : type switch
        {
            "uuid" => writing.WriteAsync(row.GetGuid(column), NpgsqlDbType.Uuid, cancellationToken),
            "text" => writing.WriteAsync(StorableText.Of(row.GetString(column)), NpgsqlDbType.Text, cancellationToken),
            "bytea" => writing.WriteAsync(row.GetFieldValue<byte[]>(column), NpgsqlDbType.Bytea, cancellationToken),
            "bigint" => writing.WriteAsync(row.GetInt64(column), NpgsqlDbType.Bigint, cancellationToken),
            "integer" => writing.WriteAsync(row.GetInt32(column), NpgsqlDbType.Integer, cancellationToken),
            "smallint" => writing.WriteAsync(row.GetInt16(column), NpgsqlDbType.Smallint, cancellationToken),
            "boolean" => writing.WriteAsync(row.GetBoolean(column), NpgsqlDbType.Boolean, cancellationToken),
            _ => throw new NotSupportedException($"A column of the type {type} can't be copied yet."),
        };

    /// <summary>What others refer to comes first.</summary>
    private static List<ITable> InOrder(List<ITable> tables)
    {
        var ordered = new List<ITable>();
        while (ordered.Count < tables.Count)
        {
            ordered.AddRange(tables.Except(ordered).Where(table => table.ForeignKeyConstraints.All(key => key.PrincipalTable == table || ordered.Contains(key.PrincipalTable))).ToList());
        }

        return ordered;
    }

    private static async Task<long> CountAsync(DbConnection connection, string table, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The names are the model's own.
        command.CommandText = $"SELECT COUNT(*) FROM \"{table}\"";
#pragma warning restore CA2100
        command.CommandTimeout = 0;
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
