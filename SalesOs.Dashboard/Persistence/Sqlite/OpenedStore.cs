using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace SalesOs.Dashboard.Persistence.Sqlite;

/// <summary>
/// Knows the files that this process opened, by device and inode, and notices when their names no longer mean them (guarantee N9): what SQLite writes to
/// a file that was deleted or replaced would be lost without a word. Also writes the mark.
/// </summary>
/// <remarks>All but <see cref="Demand"/> without contents needs the write lock: only then is nothing of the files under way.</remarks>
/// <param name="held">Made before this, so disposed after it: the lock's handles outlive SQLite's.</param>
public sealed partial class OpenedStore(InstanceLock held, DatabaseLocation location, ILogger<OpenedStore> logger) : IDisposable
{
    private (string Path, FileStatus Opened)[] files = [];
    private FileStatus databaseLast;
    private FileStatus logLast;
    private volatile string? overwritten;
    private int told;
    private SqliteConnection? keeper;
    private SafeFileHandle? mark;
    private byte[]? unwrittenMark;

    private string LogFile => location.RealFile + "-wal";

    /// <summary>From here on the files are watched, and each commit that has a mark writes it.</summary>
    /// <param name="first">How far the database is now.</param>
    /// <exception cref="StartupFaultException">The mark can't be written.</exception>
    internal void Begin(byte[] first)
    {
        try
        {
            StoreMark.Put(location, first);
            mark = File.OpenHandle(StoreMark.FileOf(location), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartupFaultException($"Data:Directory: the mark {StoreMark.FileOf(location)} can't be written: {fault.Message}");
        }

        // As long as a connection is open SQLite keeps its other files, and the system gives none of their inodes to a new file.
        keeper = new SqliteConnection(new SqliteConnectionStringBuilder(location.ConnectionString) { Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        keeper.Open();
        using (var command = keeper.CreateCommand())
        {
            command.CommandText = "SELECT COUNT(*) FROM sqlite_master";
            command.ExecuteScalar();
        }

        // The database by its setting, which may be a link that somebody turns elsewhere.
        string[] paths = [location.DatabaseFile, LogFile, location.RealFile + "-shm", held.File, StoreMark.FileOf(location)];
        files = [.. paths.Select(path => (path, FileStatus.Of(path) ?? throw new StartupFaultException($"Data:Directory: {path} is gone: something removed it during the start.")))];
        Remember();
    }

    /// <param name="contents">Also whether anybody else has written to the database's file or cut its write-ahead log; needs the write lock.</param>
    /// <exception cref="StoreException">A file is not the one that was opened.</exception>
    internal void Demand(bool contents)
    {
        if (Changed(contents) is { } file)
        {
            if (Interlocked.Exchange(ref told, 1) == 0)
            {
                NotTheOpened(file);
            }

            throw new StoreException($"{file} is not the file that was opened at the start, or was overwritten.");
        }

        if (Volatile.Read(ref told) != 0 && Interlocked.Exchange(ref told, 0) == 1)
        {
            Back();
        }
    }

    /// <summary>Before a commit: a mark that could not be written after an earlier one comes first.</summary>
    /// <exception cref="StoreException">A file is not the one that was opened, or the mark can't be written.</exception>
    internal void BeforeCommit()
    {
        Demand(contents: true);
        if (unwrittenMark is { } late)
        {
            Write(late);
        }
    }

    /// <summary>After a commit and before its answer.</summary>
    /// <param name="latest">Null when nothing was written that a mark is for.</param>
    /// <exception cref="StoreException">The commit went into a file that is no longer there, or the mark can't be written.</exception>
    internal void AfterCommit(byte[]? latest)
    {
        if (files.Length == 0)
        {
            return;
        }

        if (latest is not null)
        {
            Write(latest);
        }

        Demand(contents: false);
    }

    /// <summary>Takes note of how the files are after this process wrote to them.</summary>
    internal void Remember()
    {
        if (files.Length > 0 && Changed(contents: false) is null && FileStatus.Of(location.DatabaseFile) is { } database && FileStatus.Of(LogFile) is { } log)
        {
            (databaseLast, logLast) = (database, log);
        }
    }

    /// <summary>Closes what keeps the files; SQLite's last connection then takes the write-ahead log into the database.</summary>
    internal void Close()
    {
        files = [];
        keeper?.Dispose();
        keeper = null;
    }

    public void Dispose()
    {
        Close();
        mark?.Dispose();
    }

    private string? Changed(bool contents)
    {
        if (overwritten is { } file)
        {
            return file;
        }

        foreach (var (path, opened) in files)
        {
            if (FileStatus.Of(path) is not { } now || !now.IsSameFile(opened))
            {
                return path;
            }
        }

        if (contents && files.Length > 0)
        {
            // Only a checkpoint writes to the database's file, and only a commit of this process makes one.
            if (FileStatus.Of(location.DatabaseFile) is { } database && (database.Size != databaseLast.Size || database.Modified != databaseLast.Modified))
            {
                overwritten = location.DatabaseFile;
            }
            else if (FileStatus.Of(LogFile) is { } log && log.Size < logLast.Size)
            {
                overwritten = LogFile;
            }
        }

        return overwritten;
    }

    private void Write(byte[] latest)
    {
        unwrittenMark = latest;
        try
        {
            RandomAccess.Write(mark!, latest, fileOffset: 0);
            RandomAccess.FlushToDisk(mark!);
            unwrittenMark = null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The mark {StoreMark.FileOf(location)} can't be written: {fault.Message}", fault);
        }
    }

    [LoggerMessage(100, LogLevel.Critical, "{File} is not the file that was opened at the start, or somebody else wrote to it. Nothing is read or written until it is back: stop the program and see docs/operations.md, \"When the store is not the one that was opened\".")]
    private partial void NotTheOpened(string file);

    [LoggerMessage(101, LogLevel.Warning, "The database's files are again those that were opened.")]
    private partial void Back();
}
