using System.Data.Common;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace SalesOs.Dashboard.Persistence.Postgres;

/// <summary>
/// Holds the database for this process alone, by an advisory lock of a session of its own. The key ring in memory is the gate's only truth, so a second process on the
/// same database could go on letting in what the first has revoked (guarantee N4). When the session is lost, as with a restart of the server, the lock is taken
/// again at once; should another process have it by then, this one stops. Processes that share what they must know of each other hold it together, and keep out one that
/// does not.
/// </summary>
/// <param name="shared">Held together with others of the same settings, when there are any.</param>
internal sealed partial class PostgresInstance(
    PostgresLocation location, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<PostgresInstance> logger, PostgresShared? shared = null)
    : PeriodicJob(TimeSpan.FromSeconds(1), clock), IAsyncDisposable
{
    /// <summary>Of the program's own; nothing else in the database uses these numbers.</summary>
    private const long Held = 0x53414C45534F5301;

    private readonly SemaphoreSlim taking = new(1, 1);
    private NpgsqlConnection? session;
    private volatile bool isHeld;
    private volatile bool isOthers;

    /// <summary>Takes the database at a start.</summary>
    /// <exception cref="StartupFaultException">Another process holds it.</exception>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        if (!await TryTakeAsync(cancellationToken))
        {
            throw new StartupFaultException(
                shared is null
                    ? $"Database:ConnectionString: another process is running on the database {location.Name}. Stop it first; only one may hold it, or several that all have Redis:ConnectionString set."
                    : $"Database:ConnectionString: a process without Redis:ConnectionString is running on the database {location.Name}. Stop it first; what it changes the others would not hear of.");
        }
    }

    /// <summary>Before a change: a lock that was lost is taken again first.</summary>
    /// <exception cref="StoreException">Another process has the database.</exception>
    /// <exception cref="DbException">The server can't be reached.</exception>
    public async Task DemandAsync(CancellationToken cancellationToken)
    {
        if (!isHeld && !await TryTakeAsync(cancellationToken))
        {
            throw Taken();
        }
    }

    /// <summary>
    /// Within a change: the server itself says that this process's session has the lock. One that went with a restart of the server is opened again before the change is
    /// committed, so that nothing is committed in the second in which nobody has noticed yet.
    /// </summary>
    /// <exception cref="StoreException">Another process has the database.</exception>
    public async Task ProveAsync(DashboardDbContext db, CancellationToken cancellationToken)
    {
        var id = session?.ProcessID ?? 0;
        var locks = await db.Database.SqlQuery<int>(
            $"""SELECT count(*)::int AS "Value" FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = {id} AND database = (SELECT oid FROM pg_database WHERE datname = current_database())""")
            .SingleAsync(cancellationToken);
        if (locks > 0 || session?.ProcessID != id)
        {
            return;
        }

        isHeld = false;
        Lost("the server does not know of it");
        if (!await TryTakeAsync(cancellationToken))
        {
            throw Taken();
        }

        Back();
    }

    /// <exception cref="StoreException">Another process has the database.</exception>
    public void Demand()
    {
        if (isOthers)
        {
            throw Taken();
        }
    }

    public async ValueTask DisposeAsync()
    {
        isHeld = false;
        if (session is not null)
        {
            await session.DisposeAsync();
        }

        taking.Dispose();
        Dispose();
    }

    /// <summary>Notices a session that was lost, and takes the lock again.</summary>
    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        if (isHeld)
        {
            await taking.WaitAsync(cancellationToken);
            try
            {
                await using var asking = new NpgsqlCommand("SELECT 1", session);
                await asking.ExecuteScalarAsync(cancellationToken);
                return;
            }
            catch (Exception fault) when (fault is DbException or InvalidOperationException)
            {
                isHeld = false;
                Lost(fault.Message);
            }
            finally
            {
                taking.Release();
            }
        }

        if (await TryTakeAsync(cancellationToken))
        {
            Back();
        }
    }

    /// <summary>The server is still away: each change and each page says so already.</summary>
    protected override void Failed(Exception fault) => StillAway(fault.Message);

    private async Task<bool> TryTakeAsync(CancellationToken cancellationToken)
    {
        await taking.WaitAsync(cancellationToken);
        try
        {
            if (isHeld)
            {
                return true;
            }

            if (session is not null)
            {
                await session.DisposeAsync();
            }

            session = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(location.ConnectionString) { Pooling = false }.ToString());
            await session.OpenAsync(cancellationToken);
            await using var asking = new NpgsqlCommand(shared is null ? "SELECT pg_try_advisory_lock($1)" : "SELECT pg_try_advisory_lock_shared($1)", session);
            asking.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Held });
            isHeld = await asking.ExecuteScalarAsync(cancellationToken) is true;
            if (!isHeld)
            {
                await session.DisposeAsync();
                if (Running && !isOthers)
                {
                    isOthers = true;
                    HeldByAnother();
                    lifetime.StopApplication();
                }
            }

            return isHeld;
        }
        catch (SocketException fault)
        {
            throw new StoreException($"The server of {location.Name} can't be reached: {fault.Message}", fault);
        }
        finally
        {
            taking.Release();
        }
    }

    /// <summary>Whether the program has begun to serve.</summary>
    private bool Running => lifetime.ApplicationStarted.IsCancellationRequested;

    private StoreException Taken() => new($"Another process has taken the database {location.Name}.");

    [LoggerMessage(110, LogLevel.Warning, "The session that holds the database for this process was lost ({Reason}); it is opened again.")]
    private partial void Lost(string reason);

    [LoggerMessage(111, LogLevel.Warning, "The database is held for this process again.")]
    private partial void Back();

    [LoggerMessage(112, LogLevel.Critical, "Another process has taken the database while this one had lost its session; this one stops, since its keys may no longer be those of the database.")]
    private partial void HeldByAnother();

    [LoggerMessage(113, LogLevel.Debug, "The database's server does not answer: {Reason}")]
    private partial void StillAway(string reason);
}
