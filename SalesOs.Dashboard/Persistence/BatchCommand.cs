using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace SalesOs.Dashboard.Persistence;

/// <summary>One statement of a batch, prepared once and run with many values inside the transaction of its context, or on its open connection where it only reads.</summary>
internal sealed class BatchCommand : IAsyncDisposable
{
    private readonly DashboardDbContext db;
    private readonly DbCommand command;

    /// <param name="parameters">The names in the statement, without <c>@</c>, in the order of the values to come.</param>
    public BatchCommand(DashboardDbContext db, string sql, params ReadOnlySpan<string> parameters)
    {
        this.db = db;
        command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        command.CommandText = sql;
        foreach (var name in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = string.Create(CultureInfo.InvariantCulture, $"@{name}");
            command.Parameters.Add(parameter);
        }
    }

    /// <returns>The number of rows that changed.</returns>
    public Task<int> RunAsync(params ReadOnlySpan<object?> values)
    {
        Fill(values);
        return command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <returns>The first number that the statement returns.</returns>
    public async Task<long> NumberAsync(params object?[] values)
    {
        Fill(values);
        return Convert.ToInt64(await command.ExecuteScalarAsync(CancellationToken.None), CultureInfo.InvariantCulture);
    }

    /// <returns>What <paramref name="read"/> makes of each row that the statement returns.</returns>
    public async Task<List<T>> RowsAsync<T>(Func<DbDataReader, T> read, params object?[] values)
    {
        Fill(values);
        await using var rows = await command.ExecuteReaderAsync(CancellationToken.None);
        var all = new List<T>();
        while (await rows.ReadAsync(CancellationToken.None))
        {
            all.Add(read(rows));
        }

        return all;
    }

    public ValueTask DisposeAsync() => command.DisposeAsync();

    private void Fill(ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = db.Storable(values[i]) ?? DBNull.Value;
        }
    }
}
