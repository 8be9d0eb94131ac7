using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace SalesOs.Dashboard.Persistence;

/// <summary>
/// The one way to the database. Reads run beside each other and beside writers; the changes of one tenant queue, one transaction at a time.
/// Once it is disposed nothing more is read or written, and its connections are closed.
/// </summary>
public sealed class Database(IDbContextFactory<DashboardDbContext> factory, IDatabaseEngine engine) : IDisposable, IAsyncDisposable
{
    /// <summary>For operations that are under way when the program stops; a page's last look, at most.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Anybody may ask whether the database can be written, so that it is not tried more often.</summary>
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan BetweenTakes = TimeSpan.FromMilliseconds(20);

    private readonly TaskCompletionSource idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock sync = new();
    private int open;
    private bool closed;
    private volatile bool writable = true;
    private long triedAt;

    internal IDatabaseEngine Engine => engine;

    /// <summary>A context for one reading operation of <paramref name="tenantId"/>; dispose it with the operation. It tracks nothing.</summary>
    /// <exception cref="ObjectDisposedException">The program has stopped.</exception>
    /// <exception cref="StoreException">The database is not the one that was opened.</exception>
    public DashboardDbContext Read(string? tenantId)
    {
        var db = Open(tenantId);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        db.ReadsOnly = true;
        return db;
    }

    /// <summary>
    /// Runs <paramref name="change"/> in one transaction, saves and commits; when this returns the change is on the disk. If anything throws, nothing of it stays, but for
    /// a <see cref="StoreException"/> that comes after the commit: then the change may be there.
    /// </summary>
    /// <param name="change">May run again, on a new context, when the database asks for that: nothing outside may remember an earlier run.</param>
    /// <param name="committed">
    /// Runs after the commit and before the tenant's next writer may begin, so that what is kept in memory changes in the order of the commits.
    /// It must not throw.
    /// </param>
    public async Task<T> WriteAsync<T>(
        string? tenantId,
        Func<DashboardDbContext, Task<T>> change,
        Action<T>? committed = null,
        CancellationToken cancellationToken = default)
    {
        try
        {
            var result = await engine.WriteAsync(() => Open(tenantId), tenantId, change, committed, cancellationToken);
            writable = true;
            return result;
        }
        catch (Exception fault) when (engine.CannotWrite(fault))
        {
            writable = false;
            throw;
        }
        finally
        {
            Volatile.Write(ref triedAt, TimeProvider.System.GetTimestamp());
        }
    }

    /// <summary>Whether a change could be written just now. Where none was for a second, one that changes nothing is tried.</summary>
    public async Task<bool> CanWriteAsync()
    {
        if (!engine.HasRoom)
        {
            return false;
        }

        if (TimeProvider.System.GetElapsedTime(Volatile.Read(ref triedAt)) > BetweenTries && engine.IsFree)
        {
            try
            {
                await WriteAsync(tenantId: null, async db =>
                {
                    await engine.TryChangeAsync(db);
                    return true;
                });
            }
            catch (DbException fault) when (engine.CannotWrite(fault))
            {
                return false;
            }
        }

        return writable;
    }

    /// <summary>Looks as closely as can be whether this is the database that was opened.</summary>
    /// <exception cref="StoreException">It is not.</exception>
    public void DemandOpened() => engine.DemandClosely();

    /// <summary>
    /// Zeroes what deleted rows have left on the disk, by writing them anew: it takes about as long as copying them, needs their size once more on the disk, and
    /// changes wait meanwhile.
    /// </summary>
    /// <param name="rows">The entities whose rows were deleted or changed.</param>
    /// <returns>False when a reader stood in the way for longer than five seconds: what was deleted may still be read there.</returns>
    public Task<bool> WipeFreedAsync(IReadOnlyCollection<Type> rows, CancellationToken cancellationToken = default) =>
        engine.WipeFreedAsync(() => Open(tenantId: null), rows, cancellationToken);

    /// <summary>
    /// Takes a work that of all processes on this database one does at a time, such as a round of a periodic job; dispose what is returned when it is done. It saves work: a
    /// process that has lost its line meanwhile does not notice, so two at once must do no harm.
    /// </summary>
    /// <param name="work">Its name.</param>
    /// <returns>Null: another process does it.</returns>
    public Task<IAsyncDisposable?> TryTakeAsync(string work, CancellationToken cancellationToken = default) => engine.TryTakeAsync(work, cancellationToken);

    /// <summary>As <see cref="TryTakeAsync"/>, once no other process does it.</summary>
    public async Task<IAsyncDisposable> TakeAsync(string work, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (await TryTakeAsync(work, cancellationToken) is { } taken)
            {
                return taken;
            }

            await Task.Delay(BetweenTakes, TimeProvider.System, cancellationToken);
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Lets what is under way finish, then closes the connections.</summary>
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
        await engine.CloseAsync();
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
            engine.Demand();
        }
        catch
        {
            Left();
            throw;
        }

        var db = factory.CreateDbContext();
        db.TenantId = tenantId;
        db.Closed = Left;
        return db;
    }

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
