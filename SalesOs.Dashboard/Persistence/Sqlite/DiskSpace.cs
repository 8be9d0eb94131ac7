namespace SalesOs.Dashboard.Persistence.Sqlite;

/// <summary>Whether there is room to write: a start on a full disk would serve, but acknowledge nothing.</summary>
public static class DiskSpace
{
    /// <summary>Below this nothing starts, in bytes: the write-ahead log alone grows to a quarter of it between two checkpoints.</summary>
    public const long Least = 16L << 20;

    /// <summary>Below this a start warns, in bytes.</summary>
    public const long Low = 256L << 20;

    /// <summary>Bytes that this user may still write to the disk that the folder is on.</summary>
    public static long FreeAt(string directory) => new DriveInfo(directory).AvailableFreeSpace;

    /// <exception cref="StartupFaultException">Less than <see cref="Least"/> is free.</exception>
    public static void Demand(string directory, long free)
    {
        if (free < Least)
        {
            throw new StartupFaultException($"Data:Directory: {free >> 20} MiB are free at {directory}; at least {Least >> 20} MiB are needed to start.");
        }
    }
}
