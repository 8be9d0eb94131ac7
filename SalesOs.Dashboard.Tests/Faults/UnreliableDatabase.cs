using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>Has whoever opens the database wait, or fail, for as long as a test wants.</summary>
internal sealed class UnreliableDatabase : DbConnectionInterceptor
{
    private volatile Task opening = Task.CompletedTask;
    private TaskCompletionSource? held;

    public void Hold() => opening = (held ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <param name="fault">By default what SQLite says of a broken disk.</param>
    public void Fail(Exception? fault = null) => opening = Task.FromException(fault ?? new SqliteException("SQLite Error 10: 'disk I/O error'.", 10));

    /// <summary>Whoever waits goes on waiting; others find the database well.</summary>
    public void Pass() => opening = Task.CompletedTask;

    public void Recover()
    {
        opening = Task.CompletedTask;
        held?.TrySetResult();
        held = null;
    }

    public override async ValueTask<InterceptionResult> ConnectionOpeningAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        await opening.WaitAsync(cancellationToken);
        return result;
    }
}
