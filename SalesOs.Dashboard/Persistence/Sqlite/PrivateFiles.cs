namespace SalesOs.Dashboard.Persistence.Sqlite;

/// <summary>What lies in the data directory is its owner's alone: files 0600, folders 0700.</summary>
internal static class PrivateFiles
{
    public const UnixFileMode File = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    public const UnixFileMode Folder = File | UnixFileMode.UserExecute;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Takes away what others may do with the database's files and the data directory.</summary>
    /// <returns>What others can still read or write: it belongs to somebody else, or is a folder that is not the program's own.</returns>
    public static IReadOnlyList<string> Tighten(DatabaseLocation location)
    {
        if (OperatingSystem.IsWindows())
        {
            return [];
        }

        var real = location.RealFile;
        string[] files = [real, real + "-wal", real + "-shm", InstanceLock.FileOf(location), StoreMark.FileOf(location)];
        var open = files.Where(file => System.IO.File.Exists(file) && !TryTighten(file)).ToList();
        if (!TryTighten(location.Directory))
        {
            open.Add(location.Directory);
        }

        // A database elsewhere may lie in a folder that other programs use as well.
        var folder = Path.GetDirectoryName(real)!;
        if (folder != location.Directory && IsOpen(folder))
        {
            open.Add(folder);
        }

        return open;
    }

    private static bool TryTighten(string path)
    {
        if (OperatingSystem.IsWindows() || !IsOpen(path))
        {
            return true;
        }

        var mode = System.IO.File.GetUnixFileMode(path);
        if ((mode & UnixFileMode.StickyBit) != UnixFileMode.None)
        {
            // A folder of everybody, such as /tmp.
            return false;
        }

        try
        {
            System.IO.File.SetUnixFileMode(path, mode & ~Others);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsOpen(string path) => !OperatingSystem.IsWindows() && (System.IO.File.GetUnixFileMode(path) & Others) != UnixFileMode.None;
}
