using System.IO.MemoryMappedFiles;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Cluster;

/// <summary>
/// Accepted signatures in a mapped file, which the kernel keeps when the process is killed: pages of up to <see cref="PerPage"/> signatures with one timestamp. A page
/// counts its signatures after they are written, so a kill leaves no half one. A signature that stands there twice was given back. One caller at a time.
/// </summary>
internal sealed class ReplayFile : IDisposable
{
    /// <summary>Signatures on a page.</summary>
    public const int PerPage = (PageSize - FirstSignature) / SignatureSize;

    /// <summary>Bytes that a new file has, and that it grows by.</summary>
    public const int Growth = 512 * PageSize;

    private const int PageSize = 4096;
    private const int SignatureSize = 16;
    private const int FirstSignature = 16;
    private const int CountAt = 8;
    private const long Magic = 0x3130595059414c52;

    // Places on page 0; the other pages begin with their timestamp and their count.
    private const int WindowAt = 8;
    private const int OwnerAt = 16;
    private const int BootAt = 48;
    private const int CleanAt = 64;
    private const int StateAt = 72;

    private readonly FileStream file;
    private readonly int mostPages;
    private readonly Stack<int> free = new();
    private MemoryMappedFile? map;
    private MemoryMappedViewAccessor? view;

    private ReplayFile(FileStream file, int mostPages)
    {
        this.file = file;
        this.mostPages = mostPages;
    }

    /// <summary>Why nothing is known of what was accepted before; null: it is all there.</summary>
    public string? Lost { get; private init; }

    /// <summary>The process that wrote it last ran on this boot of the machine, so the steady clock goes on.</summary>
    public bool SameBoot { get; private set; }

    private MemoryMappedViewAccessor View => view ?? throw new ObjectDisposedException(nameof(ReplayFile));

    /// <summary>Opens the file, or begins a new one where there is none or another's; <see cref="Take"/> comes before the first signature.</summary>
    /// <param name="owner">32 bytes that name the database.</param>
    /// <param name="capacity">Signatures that must fit.</param>
    /// <exception cref="StartupFaultException">The file can't be made.</exception>
    public static ReplayFile Open(string path, ReadOnlySpan<byte> owner, long windowSeconds, int capacity)
    {
        // Beside full pages, one that is not full for each second that is remembered.
        var most = (capacity / PerPage) + 4096;
        try
        {
            var lost = "there is no file of it";
            if (File.Exists(path))
            {
                var kept = new ReplayFile(new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0), most);
                lost = kept.FaultOf(owner, windowSeconds);
                if (lost is null)
                {
                    return kept;
                }

                kept.Close();
                File.Delete(path);
            }

            var made = new ReplayFile(DurableFile.Create(path), most) { Lost = lost };
            made.Grow();
            return made;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartupFaultException($"Data:Directory: {path} can't be written: {fault.Message}");
        }
    }

    /// <summary>Makes the file this process's own, durably: should the power fail, the next process finds that it was in use.</summary>
    public void Take(ReadOnlySpan<byte> owner, long windowSeconds)
    {
        View.Write(WindowAt, windowSeconds);
        Write(OwnerAt, owner);
        Write(BootAt, Boot());
        View.Write(CleanAt, 0L);
        View.Write(0, Magic);
        Flush();
    }

    public ReplayState Load()
    {
        View.Read<ReplayState>(StateAt, out var state);
        return state;
    }

    public void Save(ReplayState state) => View.Write(StateAt, ref state);

    /// <summary>The pages in use, those that are full first.</summary>
    public IEnumerable<(int Page, long Timestamp, int Count)> Pages()
    {
        var last = (int)(file.Length / PageSize);
        return Enumerable.Range(1, last - 1)
            .Select(page => (Page: page, Timestamp: View.ReadInt64(At(page)), Count: (int)View.ReadInt64(At(page) + CountAt)))
            .Where(page => page.Timestamp > 0 && page.Count is > 0 and <= PerPage)
            .OrderByDescending(page => page.Count);
    }

    public UInt128 Read(int page, int index)
    {
        View.Read<UInt128>(At(page) + FirstSignature + (index * SignatureSize), out var signature);
        return signature;
    }

    /// <summary>An empty page; false when the file or the disk is full.</summary>
    public bool TryTakePage(long timestamp, out int page)
    {
        if (!free.TryPop(out page) && !(TryGrow() && free.TryPop(out page)))
        {
            return false;
        }

        View.Write(At(page) + CountAt, 0L);
        View.Write(At(page), timestamp);
        return true;
    }

    public void Append(int page, int count, UInt128 signature)
    {
        View.Write(At(page) + FirstSignature + (count * SignatureSize), ref signature);
        View.Write(At(page) + CountAt, count + 1L);
    }

    public void Free(int page)
    {
        View.Write(At(page), 0L);
        free.Push(page);
    }

    /// <summary>Has all of it on the disk and says so, for a start after the machine's own.</summary>
    public void Dispose()
    {
        if (view is null)
        {
            return;
        }

        try
        {
            Flush();
            View.Write(CleanAt, 1L);
            Flush();
        }
        catch (IOException)
        {
            // The next start on this boot finds it all the same; after a boot it counts as lost, which is right where the disk fails.
        }

        Close();
    }

    private static long At(int page) => (long)page * PageSize;

    /// <summary>The boot of the machine, 16 bytes; where the system does not tell, a new one each time.</summary>
    private static byte[] Boot()
    {
        const string Path = "/proc/sys/kernel/random/boot_id";
        return (File.Exists(Path) && Guid.TryParse(File.ReadAllText(Path), out var boot) ? boot : Guid.NewGuid()).ToByteArray();
    }

    private string? FaultOf(ReadOnlySpan<byte> owner, long windowSeconds)
    {
        if (file.Length == 0 || file.Length % Growth != 0 || file.Length > At(mostPages) + Growth)
        {
            return "its file is cut";
        }

        Map();
        if (View.ReadInt64(0) != Magic || !Bytes(OwnerAt, owner.Length).AsSpan().SequenceEqual(owner))
        {
            return "its file belongs to another database";
        }

        if (View.ReadInt64(WindowAt) != windowSeconds)
        {
            return "Gate:WindowSeconds was changed";
        }

        SameBoot = Bytes(BootAt, 16).AsSpan().SequenceEqual(Boot());
        if (!SameBoot && View.ReadInt64(CleanAt) != 1)
        {
            return "the machine went down while the program ran";
        }

        var used = Pages().Select(page => page.Page).ToHashSet();
        for (var page = (int)(file.Length / PageSize) - 1; page > 0; page--)
        {
            if (!used.Contains(page))
            {
                free.Push(page);
            }
        }

        return null;
    }

    private bool TryGrow()
    {
        if (file.Length > At(mostPages))
        {
            return false;
        }

        try
        {
            Grow();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Real zeros: a write to a mapped page for which the disk has no room would end the process.</summary>
    private void Grow()
    {
        var length = file.Length;
        try
        {
            RandomAccess.Write(file.SafeFileHandle, new byte[Growth], length);
        }
        catch (IOException)
        {
            RandomAccess.SetLength(file.SafeFileHandle, length);
            throw;
        }

        Map();
        for (var page = (int)((length + Growth) / PageSize) - 1; page >= Math.Max(1, length / PageSize); page--)
        {
            free.Push(page);
        }
    }

    private void Map()
    {
        view?.Dispose();
        map?.Dispose();
        map = MemoryMappedFile.CreateFromFile(file, mapName: null, capacity: 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        view = map.CreateViewAccessor();
    }

    private byte[] Bytes(int at, int length)
    {
        var bytes = new byte[length];
        View.ReadArray(at, bytes, 0, length);
        return bytes;
    }

    private void Write(int at, ReadOnlySpan<byte> bytes) => View.WriteArray(at, bytes.ToArray(), 0, bytes.Length);

    private void Flush()
    {
        View.Flush();
        file.Flush(flushToDisk: true);
    }

    private void Close()
    {
        view?.Dispose();
        view = null;
        map?.Dispose();
        file.Dispose();
    }
}

/// <summary>What the memory keeps beside the signatures.</summary>
/// <param name="Wall">The wall clock when this was written, Unix milliseconds.</param>
/// <param name="Steady">The clock that never steps, at the same moment, milliseconds.</param>
/// <param name="Forgotten">The latest timestamp, Unix seconds, of which signatures were forgotten.</param>
/// <param name="ClosedUntil">Until then, by the steady clock, nothing up to <paramref name="Forgotten"/> is taken.</param>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Sequential)]
internal record struct ReplayState(long Wall, long Steady, long Forgotten, long ClosedUntil);
