using Microsoft.EntityFrameworkCore;

namespace SalesOs.Dashboard.Persistence.Sqlite;

/// <summary>What is looked at before the database is trusted: room on the disk, how the last process ended, and then the file itself.</summary>
internal sealed partial class StartChecks(DatabaseLocation location, ILogger<StartChecks> logger)
{
    /// <param name="free">Bytes.</param>
    /// <exception cref="StartupFaultException">There is no room to write.</exception>
    public void DemandRoom(long free)
    {
        DiskSpace.Demand(location.Directory, free);
        if (free < DiskSpace.Low)
        {
            LittleRoom(free >> 20, location.Directory);
        }
    }

    /// <summary>Takes the database for this process and brings it up to date, once it has shown to be the one that was last here (guarantee N9).</summary>
    /// <exception cref="StartupFaultException">A restore was broken off, the database is not the one that was last here, or can't be used.</exception>
    public async Task OpenAsync(
        IDbContextFactory<DashboardDbContext> factory, InstanceLock held, IStoreProof proof, IConfiguration configuration, CancellationToken cancellationToken)
    {
        if (held.LeftBehind == LeftBehind.Restoring)
        {
            throw new StartupFaultException("Data:Directory: a restore did not come to its end. Run it again: dotnet SalesOs.Dashboard.dll restore FILE");
        }

        foreach (var open in PrivateFiles.Tighten(location))
        {
            OpenToOthers(open);
        }

        // Before SQLite opens it: that alone would throw away a write-ahead log without its database, or take in one that was cut. Even a reader leaves an empty one.
        var remains = Remains(configuration);
        bool empty;
        await using (var untouched = new UntouchedDatabase(location))
        {
            empty = await untouched.IsEmptyAsync();
            if (!empty)
            {
                await untouched.DemandMarkAsync(proof, configuration);
            }
        }

        if (empty)
        {
            DemandNew(held, remains);
        }

        held.TakeDatabase();
        var suspicious = held.LeftBehind == LeftBehind.Running;
        if (!suspicious)
        {
            held.Mark(empty ? LeftBehind.Beginning : LeftBehind.Running);
        }

        var began = TimeProvider.System.GetTimestamp();
        await SqliteSetup.PrepareAsync(location, factory, cancellationToken, suspicious);
        if (suspicious)
        {
            // Not before the look: a start that is refused for damage must leave the next one as suspicious.
            held.Mark(LeftBehind.Running);
            Checked((long)TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
        }
    }

    /// <summary>Once the keys are open: puts the mark beside the database, and from here on watches its files.</summary>
    /// <exception cref="StartupFaultException">The mark can't be written.</exception>
    public static async Task WatchAsync(Database database, IStoreProof proof, OpenedStore store, InstanceLock held)
    {
        byte[] mark;
        await using (var db = database.Read(tenantId: null))
        {
            mark = await proof.LatestAsync(db, "rowid");
        }

        store.Begin(mark);
        // Only now: a database that says it has a mark is refused without one.
        await database.WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync(SqliteSetup.MarkedSql));
        held.Mark(LeftBehind.Running);
    }

    /// <summary>What is made together with a database, and says that there was one.</summary>
    private List<string> Remains(IConfiguration configuration)
    {
        string?[] files = [MasterKey.MadeFile(configuration, location.Directory), StoreMark.FileOf(location), location.RealFile + "-wal"];
        return [.. files.OfType<string>().Where(File.Exists)];
    }

    /// <exception cref="StartupFaultException">What lies beside the empty place says that there was a database.</exception>
    private void DemandNew(InstanceLock held, List<string> remains)
    {
        // Beginning: the first start was broken off before it had served anybody.
        if (held.LeftBehind != LeftBehind.Beginning && remains.Count > 0)
        {
            var named = string.Join(" and ", remains);
            throw new StartupFaultException(
                $"Data:Directory: {named} belong{(remains.Count == 1 ? "s" : "")} to a database, but {location.DatabaseFile} is missing, empty or behind what was last seen of it. "
                + $"Put the database back: dotnet SalesOs.Dashboard.dll restore FILE. To begin anew without it, remove {named}.");
        }
    }

    [LoggerMessage(104, LogLevel.Warning, "{Path} can be read or written by others, and the program may not change that. Its owner should run: chmod go= {Path}")]
    private partial void OpenToOthers(string path);

    [LoggerMessage(102, LogLevel.Warning, "{MiB} MiB are free at {Directory}: without room nothing can be changed or counted.")]
    private partial void LittleRoom(long miB, string directory);

    [LoggerMessage(103, LogLevel.Warning, "The last process did not come to its end; the database was looked through in {Milliseconds} ms and is whole.")]
    private partial void Checked(long milliseconds);
}
