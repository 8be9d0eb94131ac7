using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>
/// Asks Linux for pages of 2 MB under a large table that is read at random. With those of 4 KB the processor has to look up where nearly every entry lies, which
/// costs it more than the entry itself, and on a virtual machine twice.
/// </summary>
internal static partial class HugePages
{
    private const int PageSize = 2 * 1024 * 1024;

    /// <summary>MADV_HUGEPAGE of madvise(2).</summary>
    private const int HugePage = 14;

    /// <summary>
    /// A hint for memory that nobody has touched yet: it changes no content, and what the system answers is not looked at. An array below 85,000 bytes may be
    /// moved by the garbage collector, so it is left alone, as is all that fills no page.
    /// </summary>
    public static unsafe void Ask<T>(T[] fresh)
    {
        var begin = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(fresh));
        var end = begin + ((nuint)fresh.Length * (nuint)Unsafe.SizeOf<T>());
        var (first, last) = ((begin + PageSize - 1) / PageSize * PageSize, end / PageSize * PageSize);
        if (!OperatingSystem.IsLinux() || last <= first)
        {
            return;
        }

        try
        {
            _ = Advise(first, last - first, HugePage);
        }
        catch (Exception fault) when (fault is DllNotFoundException or EntryPointNotFoundException)
        {
            // A C library under another name: the table works on small pages too.
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nuint address, nuint length, int advice);
}
