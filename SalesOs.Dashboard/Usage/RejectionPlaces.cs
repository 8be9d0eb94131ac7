using System.Runtime.InteropServices;

namespace SalesOs.Dashboard.Usage;

/// <summary>
/// What one key may take of the memory for refused requests between two writings: as many places as are kept of each kind, so that a flood against one key
/// leaves room for the others. Not safe for threads by itself.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct RejectionPlaces
{
    /// <summary>Bodies of one key that are minified in one minute: an outsider can't make the program parse for its own sake.</summary>
    public const int MinifiedPerMinute = 10;

    private int proven;
    private int unproven;
    private long minute;
    private int minified;

    public long Dropped { get; set; }

    public bool Take(bool isProven)
    {
        ref var taken = ref isProven ? ref proven : ref unproven;
        if (taken == Rejection.MostPerKey)
        {
            return false;
        }

        taken++;
        return true;
    }

    public void Free(bool isProven) => (isProven ? ref proven : ref unproven)--;

    public bool MayMinify(long now)
    {
        if (now != minute)
        {
            minute = now;
            minified = 0;
        }

        return minified++ < MinifiedPerMinute;
    }
}
