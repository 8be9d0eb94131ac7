using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Hosting;

/// <summary>What is looked at before the database is trusted: room on the disk, how the last process ended, and then the file itself.</summary>
internal sealed partial class StartChecks
{
    private readonly DatabaseLocation location;
    private readonly ILogger<StartChecks> logger;

    public StartChecks(DatabaseLocation location, ILogger<StartChecks> logger)
    {
        this.location = location;
        this.logger = logger;
    }

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

    /// <exception cref="StartupFaultException">A restore was broken off, or the database can't be used.</exception>
    public async Task OpenAsync(IDbContextFactory<DashboardDbContext> factory, InstanceLock held, CancellationToken cancellationToken)
    {
        if (held.LeftBehind == LeftBehind.Restoring)
        {
            throw new StartupFaultException("Data:Directory: a restore did not come to its end. Run it again: dotnet SalesOs.Dashboard.dll restore FILE");
        }

        // A new file has nothing to look through.
        var suspicious = held.LeftBehind == LeftBehind.Running && File.Exists(location.DatabaseFile);
        var began = TimeProvider.System.GetTimestamp();
        await SqliteSetup.PrepareAsync(location, factory, cancellationToken, suspicious);
        if (suspicious)
        {
            Checked((long)TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
        }

        held.Mark(LeftBehind.Running);
    }

    [LoggerMessage(6010, LogLevel.Warning, "{MiB} MiB are free at {Directory}: without room nothing can be changed or counted.")]
    private partial void LittleRoom(long miB, string directory);

    [LoggerMessage(6011, LogLevel.Warning, "The last process did not come to its end; the database was looked through in {Milliseconds} ms and is whole.")]
    private partial void Checked(long milliseconds);
}
