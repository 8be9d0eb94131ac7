using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using SQLitePCL;

namespace SalesOs.Dashboard.Persistence;

/// <summary>
/// The one way to the database. Reads run beside each other and beside the writer (WAL); writes queue, one immediate transaction at a time,
/// so that no writer ever meets a busy database. Once it is disposed nothing more is read or written, and its files are closed.
/// </summary>
/// <param name="store">Watches the files; null for a copy that is only looked through.</param>
public sealed class Database(IDbContextFactory<DashboardDbContext> factory, OpenedStore? store = null) : IDisposable, IAsyncDisposable
{
    /// <summary>For operations that are under way when the program stops; a page's last look, at most.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Anybody may ask whether the database can be written, so that it is not tried more often.</summary>
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim writeLock = new(1, 1);
    private readonly TaskCompletionSource idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock sync = new();
    private string? connectionString;
    private int open;
    private bool closed;
    private volatile bool writable = true;
    private long triedAt;

    /// <summary>A context for one reading operation of <paramref name="tenantId"/>; dispose it with the operation. It tracks nothing.</summary>
    /// <exception cref="ObjectDisposedException">The program has stopped.</exception>
    /// <exception cref="StoreException">The files are not those that were opened.</exception>
    public DashboardDbContext Read(string? tenantId)
    {
        var db = Open(tenantId);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        db.ReadsOnly = true;
        return db;
    }

    /// <summary>
    /// Runs <paramref name="change"/> in one immediate transaction, saves and commits; when this returns the change is on the disk
    /// (<c>synchronous=FULL</c>), in the files that were opened, and so is the mark of its audit entry. If anything throws, nothing of it stays, but for
    /// a <see cref="StoreException"/> that comes after the commit: then the change may be there.
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
            store?.Demand(contents: true);
            await using var db = Open(tenantId);
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var result = await change(db);
            await db.SaveChangesAsync(cancellationToken);
            store?.BeforeCommit();
            // From here on the caller's patience no longer matters: a commit is not left half known.
            await transaction.CommitAsync(CancellationToken.None);
            committed?.Invoke(result);
            store?.AfterCommit(db.Mark);
            writable = true;
            return result;
        }
        catch (Exception fault) when (CannotWrite(fault))
        {
            writable = false;
            throw;
        }
        finally
        {
            Volatile.Write(ref triedAt, TimeProvider.System.GetTimestamp());
            store?.Remember();
            writeLock.Release();
        }
    }

    /// <summary>Whether a change could be written just now. Where none was for a second, one that changes nothing is tried.</summary>
    public async Task<bool> CanWriteAsync()
    {
        if (TimeProvider.System.GetElapsedTime(Volatile.Read(ref triedAt)) > BetweenTries && writeLock.CurrentCount > 0)
        {
            try
            {
                await WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync(SqliteSetup.MarkedSql));
            }
            catch (DbException fault) when (CannotWrite(fault))
            {
                return false;
            }
        }

        return writable;
    }

    /// <summary>Looks at the files as closely as can be: also whether somebody else wrote to them, where no write of this process is under way.</summary>
    /// <exception cref="StoreException">The files are not those that were opened.</exception>
    public void DemandOpened()
    {
        if (store is null)
        {
            return;
        }

        var free = writeLock.Wait(0);
        try
        {
            store.Demand(contents: free);
        }
        finally
        {
            if (free)
            {
                writeLock.Release();
            }
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
            store?.Demand(contents: true);
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
            store?.Remember();
            writeLock.Release();
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Lets what is under way finish, then closes the connections that wait to be used again: the last of them takes the write-ahead log into the database.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (sync)
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
        store?.Close();
        if (connectionString is not null)
        {
            using var one = new SqliteConnection(connectionString);
            SqliteConnection.ClearPool(one);
        }

        writeLock.Dispose();
    }

    private DashboardDbContext Open(string? tenantId)
    {
        lock (sync)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            open++;
        }

        try
        {
            store?.Demand(contents: false);
        }
        catch
        {
            Left();
            throw;
        }

        var db = factory.CreateDbContext();
        db.TenantId = tenantId;
        db.Closed = Left;
        connectionString ??= db.Database.GetConnectionString();
        return db;
    }

    /// <summary>Not a rule that the change breaks, but the disk, the file or the store.</summary>
    private static bool CannotWrite(Exception fault) =>
        fault is StoreException
        || (fault as SqliteException ?? fault.InnerException as SqliteException)?.SqliteErrorCode is raw.SQLITE_READONLY or raw.SQLITE_IOERR or raw.SQLITE_FULL or raw.SQLITE_CANTOPEN;

    private void Left()
    {
        lock (sync)
        {
            if (--open == 0 && closed)
            {
                idle.TrySetResult();
            }
        }
    }
}
