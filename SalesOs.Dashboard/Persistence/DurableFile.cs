using System.Runtime.InteropServices;

namespace SalesOs.Dashboard.Persistence;

/// <summary>Files that are still there, whole and under their name, after a power cut.</summary>
internal static partial class DurableFile
{
    /// <summary>Makes an empty file that only its owner can read and write.</summary>
    /// <exception cref="IOException">There is one already.</exception>
    public static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    /// <summary>Has the system write what it still holds of the file.</summary>
    public static void Flush(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Gives the file another name, for good.</summary>
    /// <exception cref="IOException">There is one of that name already.</exception>
    public static void Rename(string path, string name)
    {
        File.Move(path, name, overwrite: false);
        FlushNames(Path.GetDirectoryName(name)!);
    }

    /// <summary>As <see cref="Rename"/>, in the place of the file that has that name already.</summary>
    public static void Replace(string path, string name)
    {
        File.Move(path, name, overwrite: true);
        FlushNames(Path.GetDirectoryName(name)!);
    }

    /// <summary>A name is durable once its folder is; .NET opens no folders.</summary>
    private static void FlushNames(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var folder = Open(directory, flags: 0);
        if (folder >= 0)
        {
            _ = Fsync(folder);
            _ = Close(folder);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Fsync(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
