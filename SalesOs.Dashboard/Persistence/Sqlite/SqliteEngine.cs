using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using SQLitePCL;

namespace SalesOs.Dashboard.Persistence.Sqlite;

/// <summary>
/// SQLite: reads run beside each other and beside the writer (WAL); all writes queue, one immediate transaction at a time, so that no writer ever meets a busy database.
/// </summary>
/// <param name="held">Holds the files for this process, with <paramref name="store"/> and <paramref name="checks"/>; null for a copy that is only looked through.</param>
/// <param name="store">Watches the files.</param>
internal sealed class SqliteEngine(DatabaseLocation location, InstanceLock? held = null, OpenedStore? store = null, StartChecks? checks = null) : IDatabaseEngine
{
    private readonly SemaphoreSlim writeLock = new(1, 1);

    public string Directory => location.Directory;

    public string Named => $"Data:Directory: the database {location.DatabaseFile}";

    public bool MakesMasterKey => true;

    public bool HasRoom => Free >= DiskSpace.Least;

    public bool IsFree => writeLock.CurrentCount > 0;

    private long Free => DiskSpace.FreeAt(Path.GetDirectoryName(location.RealFile)!);

    public string FileBeside(string ending) => location.RealFile + ending;

    public Task OpenAsync(IDbContextFactory<DashboardDbContext> factory, IStoreProof proof, IConfiguration configuration, CancellationToken cancellationToken)
    {
        checks!.DemandRoom(Free);
        return checks.OpenAsync(factory, held!, proof, configuration, cancellationToken);
    }

    public Task PrepareAsync(IDbContextFactory<DashboardDbContext> factory, CancellationToken cancellationToken) => SqliteSetup.PrepareAsync(location, factory, cancellationToken);

    public Task WatchAsync(Database database, IStoreProof proof) => StartChecks.WatchAsync(database, proof, store!, held!);

    public void Demand() => store?.Demand(contents: false);

    /// <summary>Also whether somebody else wrote to the files, where no write of this process is under way.</summary>
    public void DemandClosely()
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
    /// When this returns the change is on the disk (<c>synchronous=FULL</c>), in the files that were opened, and so is the mark of its audit entry. Runs
    /// <paramref name="change"/> once.
    /// </summary>
    public async Task<T> WriteAsync<T>(
        Func<DashboardDbContext> open, string? tenantId, Func<DashboardDbContext, Task<T>> change, Action<T>? committed, CancellationToken cancellationToken)
    {
        await writeLock.WaitAsync(cancellationToken);
        try
        {
            store?.Demand(contents: true);
            await using var db = open();
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var result = await change(db);
            await db.SaveChangesAsync(cancellationToken);
            store?.BeforeCommit();
            // From here on the caller's patience no longer matters: a commit is not left half known.
            await transaction.CommitAsync(CancellationToken.None);
            committed?.Invoke(result);
            store?.AfterCommit(db.Mark);
            db.TellCommitted();
            return result;
        }
        finally
        {
            store?.Remember();
            writeLock.Release();
        }
    }

    public Task TryChangeAsync(DashboardDbContext db) => db.Database.ExecuteSqlRawAsync(SqliteSetup.MarkedSql);

    public bool CannotWrite(Exception fault) =>
        fault is StoreException
        || (fault as SqliteException ?? fault.InnerException as SqliteException)?.SqliteErrorCode is raw.SQLITE_READONLY or raw.SQLITE_IOERR or raw.SQLITE_FULL or raw.SQLITE_CANTOPEN;

    /// <summary>Writes the whole database anew, whichever rows are named: free pages and the write-ahead log hold what was deleted.</summary>
    public async Task<bool> WipeFreedAsync(Func<DashboardDbContext> open, IReadOnlyCollection<Type> rows, CancellationToken cancellationToken)
    {
        await writeLock.WaitAsync(cancellationToken);
        try
        {
            store?.Demand(contents: true);
            await using var db = open();
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

    /// <summary>Overwritten values would stay in the write-ahead log until it is used again.</summary>
    public async Task<bool> WipeOverwrittenAsync(DashboardDbContext db, IReadOnlyCollection<Type> rows)
    {
        await db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)");
        return true;
    }

    /// <summary>It stands in the database file, as its user version.</summary>
    public Task<int> FoldedFormAsync(DashboardDbContext db, CancellationToken cancellationToken) =>
        db.Database.SqlQueryRaw<int>("SELECT user_version AS Value FROM pragma_user_version").SingleAsync(cancellationToken);

    public Task KeepFoldedFormAsync(DashboardDbContext db, int form) =>
        db.Database.ExecuteSqlRawAsync(FormattableString.Invariant($"PRAGMA user_version = {form}"), CancellationToken.None);

    public async Task<IReadOnlyList<RowPart>> PartsAsync(DashboardDbContext db, string table, int parts, CancellationToken cancellationToken) =>
        await RawRows.PartsAsync(db, table, parts, cancellationToken);

    public IRawRows Rows(DashboardDbContext db, string table, RowPart part, params ReadOnlySpan<string> columns) => RawRows.Of(db, table, part, columns);

    /// <summary>No other process has the database.</summary>
    public Task<IAsyncDisposable?> TryTakeAsync(string work, CancellationToken cancellationToken) => Task.FromResult<IAsyncDisposable?>(new Taken());

    /// <summary>The last connection takes the write-ahead log into the database.</summary>
    public ValueTask CloseAsync()
    {
        store?.Close();
        using var one = new SqliteConnection(location.ConnectionString);
        SqliteConnection.ClearPool(one);
        writeLock.Dispose();
        return ValueTask.CompletedTask;
    }

    private sealed class Taken : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
