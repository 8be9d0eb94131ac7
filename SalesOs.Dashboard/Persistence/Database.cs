using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace SalesOs.Dashboard.Persistence;

/// <summary>
/// The one way to the database. Reads run beside each other and beside the writer (WAL); writes queue, one immediate transaction at a time,
/// so that no writer ever meets a busy database. Once it is disposed nothing more is read or written, and its files are closed.
/// </summary>
public sealed class Database : IDisposable, IAsyncDisposable
{
    /// <summary>For operations that are under way when the program stops; a page's last look, at most.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly IDbContextFactory<DashboardDbContext> factory;
    private readonly SemaphoreSlim writeLock = new(1, 1);
    private readonly TaskCompletionSource idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private string? connectionString;
    private int open;
    private bool closed;

    public Database(IDbContextFactory<DashboardDbContext> factory) => this.factory = factory;

    /// <summary>A context for one reading operation of <paramref name="tenantId"/>; dispose it with the operation. It tracks nothing.</summary>
    /// <exception cref="ObjectDisposedException">The program has stopped.</exception>
    public DashboardDbContext Read(string? tenantId)
    {
        var db = Open(tenantId);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        db.ReadsOnly = true;
        return db;
    }

    /// <summary>
    /// Runs <paramref name="change"/> in one immediate transaction, saves and commits; when this returns the change is on the disk
    /// (<c>synchronous=FULL</c>). If anything throws, nothing of it stays.
    /// </summary>
    /// <param name="committed">
    /// Runs after the commit and before the next writer may begin, so that what is kept in memory changes in the order of the commits.
    /// It must not throw.
    /// </param>
    public async Task<T> WriteAsync<T>(
        string? tenantId,
        Func<DashboardDbContext, Task<T>> change,
        Action<T>? committed = null,
        CancellationToken cancellationToken = default)
    {
        await writeLock.WaitAsync(cancellationToken);
        try
        {
            await using var db = Open(tenantId);
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var result = await change(db);
            await db.SaveChangesAsync(cancellationToken);
            // From here on the caller's patience no longer matters: a commit is not left half known.
            await transaction.CommitAsync(CancellationToken.None);
            committed?.Invoke(result);
            return result;
        }
        finally
        {
            writeLock.Release();
        }
    }

    /// <summary>
    /// Zeroes what deleted rows have left in free pages and in the write-ahead log, by writing the database anew: it takes about as long as copying
    /// it, needs its size once more on the disk, and changes wait meanwhile.
    /// </summary>
    /// <returns>False when a reader held the log open for longer than five seconds: what was deleted may still be read there.</returns>
    public async Task<bool> WipeFreedAsync(CancellationToken cancellationToken = default)
    {
        await writeLock.WaitAsync(cancellationToken);
        try
        {
            await using var db = Open(tenantId: null);
            await db.Database.OpenConnectionAsync(cancellationToken);
            await db.Database.ExecuteSqlRawAsync("VACUUM", CancellationToken.None);
            await db.Database.ExecuteSqlRawAsync("PRAGMA busy_timeout=5000", CancellationToken.None);
            try
            {
                await using var command = db.Database.GetDbConnection().CreateCommand();
                command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
                return await command.ExecuteScalarAsync(CancellationToken.None) is 0L;
            }
            finally
            {
                await db.Database.ExecuteSqlRawAsync("PRAGMA busy_timeout=0", CancellationToken.None);
            }
        }
        finally
        {
            writeLock.Release();
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Lets what is under way finish, then closes the connections that wait to be used again: the last of them takes the write-ahead log into the database.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            if (closed)
            {
                return;
            }

            closed = true;
            if (open == 0)
            {
                idle.SetResult();
            }
        }

        await Task.WhenAny(idle.Task, Task.Delay(Patience, TimeProvider.System));
        if (connectionString is not null)
        {
            using var one = new SqliteConnection(connectionString);
            SqliteConnection.ClearPool(one);
        }

        writeLock.Dispose();
    }

    private DashboardDbContext Open(string? tenantId)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            open++;
        }

        var db = factory.CreateDbContext();
        db.TenantId = tenantId;
        db.Closed = Left;
        connectionString ??= db.Database.GetConnectionString();
        return db;
    }

    private void Left()
    {
        lock (gate)
        {
            if (--open == 0 && closed)
            {
                idle.TrySetResult();
            }
        }
    }
}
