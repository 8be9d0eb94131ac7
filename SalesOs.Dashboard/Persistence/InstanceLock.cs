using System.Text;

namespace SalesOs.Dashboard.Persistence;

/// <summary>What the process that held the database last left behind.</summary>
public enum LeftBehind
{
    /// <summary>It ended by itself, or there was none.</summary>
    Nothing,

    /// <summary>It was serving and did not come to its end: a kill, a crash, a power cut.</summary>
    Running,

    /// <summary>It was putting a backup in place.</summary>
    Restoring,
}

/// <summary>
/// Holds the database for this process alone. The key ring in memory is the gate's only truth, so a second process on the same database
/// could go on letting in what the first has revoked (guarantee N4). The lock's file tells the next process how this one ended.
/// </summary>
public sealed class InstanceLock : IDisposable
{
    private readonly FileStream file;
    private bool marked;

    private InstanceLock(FileStream file, LeftBehind leftBehind)
    {
        this.file = file;
        LeftBehind = leftBehind;
    }

    public LeftBehind LeftBehind { get; }

    /// <exception cref="StartupFaultException">Another process holds it, or the folder can't be written.</exception>
    public static InstanceLock Take(DatabaseLocation location)
    {
        // Two names of one file are one database.
        var real = location.RealFile;
        try
        {
            // FileShare.None is an exclusive advisory lock of the system: it goes with the process, however that ends.
            var held = new FileStream(real + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new InstanceLock(held, Read(held));
        }
        catch (IOException)
        {
            throw new StartupFaultException($"Data:Directory: another process is running on the database {real}. Stop it first; only one may hold it.");
        }
        catch (UnauthorizedAccessException)
        {
            throw new StartupFaultException($"Data:Directory: {Path.GetDirectoryName(real)} can't be written.");
        }
    }

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

        file.Dispose();
    }

    private static LeftBehind Read(FileStream held)
    {
        var bytes = new byte[16];
        var text = Encoding.ASCII.GetString(bytes, 0, held.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        held.Position = 0;
        return text.Length == 0 ? LeftBehind.Nothing : Enum.TryParse<LeftBehind>(text, out var known) ? known : LeftBehind.Running;
    }
}
