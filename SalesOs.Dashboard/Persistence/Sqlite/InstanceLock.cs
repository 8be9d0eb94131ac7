using System.Text;

namespace SalesOs.Dashboard.Persistence.Sqlite;

/// <summary>What the process that held the database last left behind.</summary>
public enum LeftBehind
{
    /// <summary>It ended by itself, or there was none.</summary>
    Nothing,

    /// <summary>It was serving and did not come to its end: a kill, a crash, a power cut.</summary>
    Running,

    /// <summary>It was putting a backup in place.</summary>
    Restoring,

    /// <summary>It was making a new database and its master key, and had served nobody.</summary>
    Beginning,
}

/// <summary>
/// Holds the database for this process alone. The key ring in memory is the gate's only truth, so a second process on the same database
/// could go on letting in what the first has revoked (guarantee N4). The lock's file tells the next process how this one ended.
/// </summary>
/// <remarks>
/// The database's own file is locked as well, so that a second process is kept out when the lock's file was deleted, or comes by another name of
/// the database. These locks are <c>flock</c>'s and stand beside SQLite's, which are <c>fcntl</c>'s; but closing any handle of a file drops the
/// process's <c>fcntl</c> locks on it, so the handle stays open until SQLite has closed the database.
/// </remarks>
public sealed class InstanceLock : IDisposable
{
    private readonly FileStream file;
    private readonly DatabaseLocation location;
    private FileStream? database;
    private bool marked;

    private InstanceLock(FileStream file, DatabaseLocation location)
    {
        this.file = file;
        this.location = location;
        LeftBehind = Read(file);
    }

    public LeftBehind LeftBehind { get; }

    /// <summary>The path of the lock's file.</summary>
    public string File => file.Name;

    /// <summary>The lock's file: two names of one database have one.</summary>
    internal static string FileOf(DatabaseLocation location) => location.RealFile + ".lock";

    /// <summary>Takes the lock, and the database's file where there is one.</summary>
    /// <exception cref="StartupFaultException">Another process holds it, or the folder or the database can't be written.</exception>
    public static InstanceLock Take(DatabaseLocation location)
    {
        var held = new InstanceLock(Open(FileOf(location), FileMode.OpenOrCreate, location), location);
        try
        {
            if (System.IO.File.Exists(location.RealFile))
            {
                held.TakeDatabase();
            }

            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Takes the database's file, and makes it, empty and its owner's alone, where there is none.</summary>
    /// <exception cref="StartupFaultException">Another process holds it, or it can't be written.</exception>
    public void TakeDatabase() => database ??= Open(location.RealFile, FileMode.OpenOrCreate, location);

    /// <summary>Writes down, durably, what the next process finds should this one not come to its end.</summary>
    /// <exception cref="StartupFaultException">The file can't be written.</exception>
    public void Mark(LeftBehind doing)
    {
        try
        {
            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes(doing == LeftBehind.Nothing ? "" : doing.ToString()));
            file.Flush(flushToDisk: true);
            marked = doing == LeftBehind.Running;
        }
        catch (IOException fault)
        {
            throw new StartupFaultException($"Data:Directory: {file.Name} can't be written: {fault.Message}");
        }
    }

    /// <summary>The process comes to its end by itself.</summary>
    public void Dispose()
    {
        if (marked)
        {
            try
            {
                file.SetLength(0);
            }
            catch (IOException)
            {
                // The next start then looks the database through, which is right where the disk fails.
            }
        }

        database?.Dispose();
        file.Dispose();
    }

    private static FileStream Open(string path, FileMode mode, DatabaseLocation location)
    {
        // FileShare.None is an exclusive advisory lock of the system: it goes with the process, however that ends.
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = PrivateFiles.File;
        }

        try
        {
            return new FileStream(path, options);
        }
        catch (IOException fault) when (IsHeld(fault))
        {
            throw new StartupFaultException($"Data:Directory: another process is running on the database {location.RealFile}. Stop it first; only one may hold it.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartupFaultException($"Data:Directory: {path} is not writable: {fault.Message}");
        }
    }

    /// <summary>What .NET gives on is the system's own number: EWOULDBLOCK on Linux and on macOS, ERROR_SHARING_VIOLATION on Windows.</summary>
    private static bool IsHeld(IOException fault) => fault.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static LeftBehind Read(FileStream held)
    {
        var bytes = new byte[16];
        var text = Encoding.ASCII.GetString(bytes, 0, held.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        held.Position = 0;
        return text.Length == 0 ? LeftBehind.Nothing : Enum.TryParse<LeftBehind>(text, out var known) ? known : LeftBehind.Running;
    }
}
