using System.Data;
using System.Data.Common;
using System.Globalization;
using System.IO.Hashing;
using System.Net.Sockets;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace SalesOs.Dashboard.Persistence.Postgres;

/// <summary>
/// PostgreSQL: changes of one tenant queue, in this process for a turn and in the database for the tenant's advisory lock, which is taken first and goes with the
/// transaction; so a chain has neither gap nor fork. Changes of different tenants run beside each other.
/// </summary>
/// <param name="instance">Holds the database for this process; null where it is only looked at.</param>
/// <param name="shared">Where other processes work on it as well.</param>
internal sealed class PostgresEngine(PostgresLocation location, NpgsqlDataSource source, PostgresInstance? instance = null, PostgresShared? shared = null) : IDatabaseEngine
{
    /// <summary>Tenants share turns; so many changes run at once, which leaves connections to those who read.</summary>
    private const int Turns = 12;

    private const int MostTries = 4;

    /// <summary>How often is looked whether older transactions have ended, 50 ms apart.</summary>
    private const int MostLooks = 100;

    /// <summary>How long a change waits to learn whether its commit, whose answer was lost, has come through.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim[] turns = [.. Enumerable.Range(0, Turns + 1).Select(_ => new SemaphoreSlim(1, 1))];

    public string Directory => location.Directory;

    public string Named => $"Database:ConnectionString: the database {location.Name}";

    public bool MakesMasterKey => false;

    public bool HasRoom => true;

    public bool IsFree => TurnOf(tenantId: null).CurrentCount > 0;

    public string FileBeside(string ending) => Path.Combine(location.Directory, "salesos" + ending);

    public async Task OpenAsync(IDbContextFactory<DashboardDbContext> factory, IStoreProof proof, IConfiguration configuration, CancellationToken cancellationToken)
    {
        try
        {
            MakeDirectory(location.Directory);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartupFaultException($"Data:Directory: {location.Directory} can't be made: {fault.Message}");
        }

        try
        {
            await instance!.TakeAsync(cancellationToken);
            await PostgresSchema.PrepareAsync(location, source, factory, cancellationToken);
        }
        catch (Exception fault) when (fault is DbException or SocketException)
        {
            throw new StartupFaultException($"{Named} can't be opened: {PostgresFaults.Words(fault)}");
        }
    }

    public Task PrepareAsync(IDbContextFactory<DashboardDbContext> factory, CancellationToken cancellationToken) =>
        PostgresSchema.PrepareAsync(location, source, factory, cancellationToken, isFilling: true);

    public Task WatchAsync(Database database, IStoreProof proof) => Task.CompletedTask;

    public void Demand() => instance?.Demand();

    public void DemandClosely() => Demand();

    public async Task<T> WriteAsync<T>(
        Func<DashboardDbContext> open, string? tenantId, Func<DashboardDbContext, Task<T>> change, Action<T>? committed, CancellationToken cancellationToken)
    {
        var turn = TurnOf(tenantId);
        await turn.WaitAsync(cancellationToken);
        try
        {
            for (var tries = 1; ; tries++)
            {
                try
                {
                    return await OnceAsync(open, tenantId, change, committed, cancellationToken);
                }
                catch (Exception fault) when (tries < MostTries && PostgresFaults.IsAgain(fault))
                {
                    // On a new context; a connection that is broken does not go back to the pool.
                }
            }
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>A server that only reads says so even where no row is meant.</summary>
    public Task TryChangeAsync(DashboardDbContext db) => db.Database.ExecuteSqlRawAsync("""UPDATE "folded_form" SET "Form" = "Form" WHERE FALSE""");

    public bool CannotWrite(Exception fault) => PostgresFaults.CannotWrite(fault);

    /// <summary>
    /// Writes the tables anew, which keeps everybody else out of them meanwhile, and what the planner has sampled of them; the server's log and its archives are the
    /// operator's.
    /// </summary>
    public async Task<bool> WipeFreedAsync(Func<DashboardDbContext> open, IReadOnlyCollection<Type> rows, CancellationToken cancellationToken)
    {
        await using var db = open();
        return await WipeOverwrittenAsync(db, rows);
    }

    /// <summary>Other nodes serve meanwhile: a table that can't be had soon is let go, since whoever comes later waits behind this.</summary>
    public async Task<bool> WipeOverwrittenAsync(DashboardDbContext db, IReadOnlyCollection<Type> rows)
    {
        await db.Database.OpenConnectionAsync();
        try
        {
            await db.Database.ExecuteSqlRawAsync("SET lock_timeout = '3s'");
            return await WriteAnewAsync(db, rows);
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return false;
        }
        finally
        {
            await db.Database.ExecuteSqlRawAsync("RESET lock_timeout", CancellationToken.None);
            await db.Database.CloseConnectionAsync();
        }
    }

    public Task<int> FoldedFormAsync(DashboardDbContext db, CancellationToken cancellationToken) =>
        db.Set<PostgresDbContext.FoldedForm>().Select(f => f.Form).SingleOrDefaultAsync(cancellationToken);

    public Task KeepFoldedFormAsync(DashboardDbContext db, int form) => db.Database.ExecuteSqlAsync(
        $"""INSERT INTO "folded_form" ("Id", "Form") VALUES (1, {form}) ON CONFLICT ("Id") DO UPDATE SET "Form" = excluded."Form" """, CancellationToken.None);

    public async Task<IReadOnlyList<RowPart>> PartsAsync(DashboardDbContext db, string table, int parts, CancellationToken cancellationToken) =>
        await PostgresRows.PartsAsync(db, table, parts, cancellationToken);

    public IRawRows Rows(DashboardDbContext db, string table, RowPart part, params ReadOnlySpan<string> columns) => PostgresRows.Of(db, table, part, columns);

    public async Task<IAsyncDisposable?> TryTakeAsync(string work, CancellationToken cancellationToken) => await PostgresRound.TryTakeAsync(source, work, cancellationToken);

    public ValueTask CloseAsync() => source.DisposeAsync();

    /// <returns>False: rows of before may have been kept, since somebody's transaction may still see them.</returns>
    private static async Task<bool> WriteAnewAsync(DashboardDbContext db, IReadOnlyCollection<Type> rows)
    {
        // It takes as long as the disk needs.
        db.Database.SetCommandTimeout(TimeSpan.Zero);
        var nobodySees = await OlderTransactionsEndAsync(db);
        foreach (var table in rows.Select(row => db.Model.FindEntityType(row)!.GetTableName()))
        {
#pragma warning disable EF1002 // The names are the model's own.
            await db.Database.ExecuteSqlRawAsync($"VACUUM (FULL, ANALYZE) \"{table}\"", CancellationToken.None);
#pragma warning restore EF1002
        }

        return nobodySees;
    }

    /// <summary>
    /// A table that is written anew keeps what a transaction may still see that began before: one in this database, and by the snapshot that the writing itself takes also one
    /// that writes in another database of the server. Waits for their ends, a few seconds at most.
    /// </summary>
    private static async Task<bool> OlderTransactionsEndAsync(DashboardDbContext db)
    {
        var now = await db.Database.SqlQuery<long>($"""SELECT pg_current_xact_id()::text::bigint AS "Value" """).SingleAsync();
        for (var looks = 0; looks < MostLooks; looks++)
        {
            if (await db.Database.SqlQuery<bool>(
                $"""
                SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint > {now}
                    AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_xmin IS NOT NULL) AS "Value"
                """).SingleAsync())
            {
                return true;
            }

            await db.Database.ExecuteSqlRawAsync("SELECT pg_sleep(0.05)");
        }

        return false;
    }

    /// <summary>What lies in it is its owner's alone.</summary>
    private static void MakeDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            System.IO.Directory.CreateDirectory(path);
        }
        else
        {
            System.IO.Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private async Task<T> OnceAsync<T>(
        Func<DashboardDbContext> open, string? tenantId, Func<DashboardDbContext, Task<T>> change, Action<T>? committed, CancellationToken cancellationToken)
    {
        if (instance is not null)
        {
            await instance.DemandAsync(cancellationToken);
        }

        await using var db = open();
        // Each statement sees what was committed before it: what the tenant's lock is waited for is seen by all that follow.
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        var number = await BeginAsync(db, tenantId, cancellationToken);
        if (instance is not null)
        {
            await instance.ProveAsync(db, cancellationToken);
        }

        var result = await change(db);
        await db.SaveChangesAsync(cancellationToken);
        if (shared is not null && db.Followed.Count > 0)
        {
            await shared.NoteAsync(db);
        }

        try
        {
            // From here on the caller's patience no longer matters: a commit is not left half known.
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (Exception fault) when (PostgresFaults.CannotWrite(fault))
        {
            if (!await HasComeThroughAsync(number, fault, IsAwaited(tenantId, cancellationToken), cancellationToken))
            {
                throw;
            }
        }

        committed?.Invoke(result);
        db.TellCommitted();
        return result;
    }

    /// <returns>The transaction's number, by which its end can be asked for on another connection.</returns>
    private static async Task<string> BeginAsync(DashboardDbContext db, string? tenantId, CancellationToken cancellationToken)
    {
        // Locks are waited for by everybody: a process that is held or cut off in the middle loses its transaction before the others lose their patience.
        // Those of no tenant touch what is added up row by row; they follow one another in this process alone.
        var numbers = tenantId is null
            ? db.Database.SqlQueryRaw<string>("""SELECT pg_current_xact_id()::text AS "Value" FROM (SELECT set_config('idle_in_transaction_session_timeout', '4000', TRUE)) AS bounded""")
            : db.Database.SqlQueryRaw<string>(
                """SELECT pg_current_xact_id()::text AS "Value" FROM (SELECT set_config('idle_in_transaction_session_timeout', '4000', TRUE), pg_advisory_xact_lock({0})) AS taken""", LockOf(tenantId));
        return (await numbers.ToListAsync(cancellationToken))[0];
    }

    /// <summary>Nobody waits for what is counted: it is not put back, to be counted twice, before the server has said what became of it.</summary>
    private static bool IsAwaited(string? tenantId, CancellationToken cancellationToken) => tenantId is not null || !cancellationToken.CanBeCanceled;

    /// <summary>Whether a commit whose answer was lost has come through; the server remembers.</summary>
    /// <exception cref="StoreException">It could not be learned: the change may be there.</exception>
    private async Task<bool> HasComeThroughAsync(string number, Exception lost, bool isAwaited, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (isAwaited ? TimeProvider.System.GetElapsedTime(began) < Patience : !cancellationToken.IsCancellationRequested)
        {
            try
            {
                await using var asking = source.CreateCommand("SELECT pg_xact_status($1::xid8)");
                asking.Parameters.AddWithValue(number);
                if (await asking.ExecuteScalarAsync() is string status and not "in progress")
                {
                    return status == "committed";
                }
            }
            catch (Exception fault) when (fault is DbException or SocketException)
            {
                // Not back yet.
            }

            await Task.Delay(BetweenLooks, TimeProvider.System);
        }

        throw new StoreException("The line to the server was lost while a change was committed; whether it is stored is not known.", lost);
    }

    private SemaphoreSlim TurnOf(string? tenantId) => turns[tenantId is null ? Turns : (int)((ulong)LockOf(tenantId) % Turns)];

    private static long LockOf(string tenantId) => (long)XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"salesos/tenant/{tenantId}")));
}
