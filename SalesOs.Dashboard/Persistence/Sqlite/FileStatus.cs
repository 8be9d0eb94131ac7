using System.Runtime.InteropServices;

namespace SalesOs.Dashboard.Persistence.Sqlite;

/// <summary>Which file a path names at this moment, and how it is.</summary>
/// <param name="Device">With <paramref name="Inode"/> it is the file itself, whatever its name is; both are 0 where the system is not Linux.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Modified">Nanoseconds since 1970; only equality means anything.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly partial record struct FileStatus(ulong Device, ulong Inode, ulong Size, ulong Modified)
{
    private const int CurrentDirectory = -100;
    private const uint BasicFields = 0x7ff;

    public bool IsSameFile(FileStatus other) => Device == other.Device && Inode == other.Inode;

    /// <summary>Opens nothing: closing any handle of a file would drop the locks that SQLite holds on it in this process.</summary>
    /// <returns>Null when there is no such file, or the system does not say.</returns>
    public static FileStatus? Of(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            var file = new FileInfo(path);
            return file.Exists ? new FileStatus(0, 0, (ulong)file.Length, (ulong)file.LastWriteTimeUtc.Ticks) : null;
        }

        return Statx(CurrentDirectory, path, flags: 0, BasicFields, out var found) == 0
            ? new FileStatus(((ulong)found.DeviceMajor << 32) | found.DeviceMinor, found.Inode, found.Size, ((ulong)found.ModifiedSeconds * 1_000_000_000) + found.ModifiedNanoseconds)
            : null;
    }

    /// <summary>Follows links. Unlike <c>stat</c>, it has one layout on every processor.</summary>
    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, out Fields fields);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Fields
    {
        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
