namespace SalesOs.Dashboard.Persistence.Sqlite;

/// <summary>
/// The file beside the database that tells how far the database was when it was last written. It is written after a commit and before its answer, so
/// that a process that dies in between leaves a database that is ahead of its mark, never behind it.
/// </summary>
internal static class StoreMark
{
    public static string FileOf(DatabaseLocation location) => location.RealFile + ".mark";

    /// <summary>Null when there is none.</summary>
    /// <exception cref="StartupFaultException">It can't be read.</exception>
    public static byte[]? Read(DatabaseLocation location)
    {
        var file = FileOf(location);
        try
        {
            return File.Exists(file) ? File.ReadAllBytes(file) : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartupFaultException($"Data:Directory: the mark {file} can't be read: {fault.Message}");
        }
    }

    /// <summary>Puts a new file in the place of the one that was there, durably and as a whole.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public static void Put(DatabaseLocation location, byte[] mark)
    {
        var file = FileOf(location);
        var part = file + ".part";
        File.Delete(part);
        using (var made = DurableFile.Create(part))
        {
            made.Write(mark);
            made.Flush(flushToDisk: true);
        }

        DurableFile.Replace(part, file);
    }
}
