using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace SalesOs.Dashboard.Persistence;

/// <summary>Writes anew what a table holds folded, some rows at a time, in the transaction of a change.</summary>
internal static class FoldedTable
{
    private const int RowsAtOnce = 1000;

    /// <param name="table">With a column <c>Id</c>.</param>
    /// <param name="columns">What is folded.</param>
    /// <param name="update">The statement for one row: <c>@id</c> names it, <c>@v0</c>, <c>@v1</c> … are what <paramref name="fold"/> gives.</param>
    /// <param name="fold">Gets the columns of a row.</param>
    /// <returns>Rows that were written.</returns>
    public static async Task<int> RewriteAsync(DashboardDbContext db, string table, string[] columns, string update, Func<string?[], string?[]> fold)
    {
        var written = 0;
        object? after = null;
        while (true)
        {
            var rows = await RowsAsync(db, table, columns, after);
            foreach (var (id, values) in rows)
            {
                await using var command = Command(db, update);
                Add(command, "@id", id);
                foreach (var (i, value) in fold(values).Index())
                {
                    Add(command, string.Create(CultureInfo.InvariantCulture, $"@v{i}"), value);
                }

                written += await command.ExecuteNonQueryAsync();
            }

            if (rows.Count < RowsAtOnce)
            {
                return written;
            }

            after = rows[^1].Id;
        }
    }

    private static async Task<List<(object Id, string?[] Values)>> RowsAsync(DashboardDbContext db, string table, string[] columns, object? after)
    {
        await using var command = Command(
            db,
            string.Create(
                CultureInfo.InvariantCulture,
                $"""SELECT "Id", "{string.Join("\", \"", columns)}" FROM "{table}" {(after is null ? "" : "WHERE \"Id\" > @after")} ORDER BY "Id" LIMIT {RowsAtOnce}"""));
        if (after is not null)
        {
            Add(command, "@after", after);
        }

        var rows = new List<(object, string?[])>();
        await using var found = await command.ExecuteReaderAsync();
        while (await found.ReadAsync())
        {
            rows.Add((found.GetValue(0), [.. Enumerable.Range(1, columns.Length).Select(i => found.IsDBNull(i) ? null : found.GetString(i))]));
        }

        return rows;
    }

    private static DbCommand Command(DashboardDbContext db, string sql)
    {
        var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
#pragma warning disable CA2100 // The names are the model's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    private static void Add(DbCommand command, string name, object? value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value ?? DBNull.Value);
        command.Parameters.Add(parameter);
    }
}
