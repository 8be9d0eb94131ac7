namespace SalesOs.Dashboard.Persistence;

/// <summary>
/// Holds the database for this process alone. The key ring in memory is the gate's only truth, so a second process on the same database
/// could go on letting in what the first has revoked (guarantee N4).
/// </summary>
public sealed class InstanceLock : IDisposable
{
    private readonly FileStream file;

    private InstanceLock(FileStream file) => this.file = file;

    /// <exception cref="StartupFaultException">Another process holds it, or the folder can't be written.</exception>
    public static InstanceLock Take(DatabaseLocation location)
    {
        // Two names of one file are one database.
        var real = (File.Exists(location.DatabaseFile) ? File.ResolveLinkTarget(location.DatabaseFile, returnFinalTarget: true)?.FullName : null)
            ?? location.DatabaseFile;
        try
        {
            // FileShare.None is an exclusive advisory lock of the system: it goes with the process, however that ends.
            return new InstanceLock(new FileStream(real + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
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

    public void Dispose() => file.Dispose();
}
