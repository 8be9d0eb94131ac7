using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace SalesOs.Dashboard.Persistence;

/// <summary>One statement of a batch, prepared once and run with many values inside the transaction of its context, or on its open connection where it only reads.</summary>
internal sealed class BatchCommand : IAsyncDisposable
{
    /// <summary>Statements in one message: what they take on a busy server stays well below a command's timeout.</summary>
    private const int MostTogether = 1000;

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

    /// <summary>Whether the database is a server; SQLite is in this process.</summary>
    private bool HasMessages => command.Connection!.CanCreateBatch;

    /// <returns>The number of rows that changed.</returns>
    public Task<int> RunAsync(params ReadOnlySpan<object?> values)
    {
        Fill(values);
        return command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>Runs the statement with the values of each row, in their order; a server gets many of them in one message.</summary>
    /// <returns>For each row the number of rows that changed.</returns>
    public async Task<IReadOnlyList<int>> RunEachAsync(IReadOnlyList<object?[]> rows)
    {
        var changed = new List<int>(rows.Count);
        if (!HasMessages)
        {
            foreach (var values in rows)
            {
                changed.Add(await RunAsync(values));
            }

            return changed;
        }

        foreach (var part in rows.Chunk(MostTogether))
        {
            await using var together = Together(part);
            await together.ExecuteNonQueryAsync(CancellationToken.None);
            changed.AddRange(together.BatchCommands.Select(one => one.RecordsAffected));
        }

        return changed;
    }

    /// <inheritdoc cref="RunEachAsync"/>
    /// <returns>For each row the first number that the statement returns; null: it touched nothing.</returns>
    public async Task<IReadOnlyList<long?>> NumbersAsync(IReadOnlyList<object?[]> rows)
    {
        var numbers = new List<long?>(rows.Count);
        if (!HasMessages)
        {
            foreach (var values in rows)
            {
                Fill(values);
                numbers.Add((long?)await command.ExecuteScalarAsync(CancellationToken.None));
            }

            return numbers;
        }

        foreach (var part in rows.Chunk(MostTogether))
        {
            await using var together = Together(part);
            await using var results = await together.ExecuteReaderAsync(CancellationToken.None);
            do
            {
                numbers.Add(await results.ReadAsync(CancellationToken.None) ? results.GetInt64(0) : null);
            }
            while (await results.NextResultAsync(CancellationToken.None));
        }

        return numbers;
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

    /// <summary>The statement once for each row.</summary>
    private DbBatch Together(IEnumerable<object?[]> rows)
    {
        var together = command.Connection!.CreateBatch();
        together.Transaction = command.Transaction;
        foreach (var values in rows)
        {
            var one = together.CreateBatchCommand();
            one.CommandText = command.CommandText;
            for (var i = 0; i < values.Length; i++)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = command.Parameters[i].ParameterName;
                parameter.Value = Stored(values[i]);
                one.Parameters.Add(parameter);
            }

            together.BatchCommands.Add(one);
        }

        return together;
    }

    private void Fill(ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = Stored(values[i]);
        }
    }

    private object Stored(object? value) => db.Storable(value) ?? DBNull.Value;
}
