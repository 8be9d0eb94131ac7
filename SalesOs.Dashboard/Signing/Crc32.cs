namespace SalesOs.Dashboard.Signing;

/// <summary>CRC-32 as zlib computes it: reflected polynomial 0xEDB88320, all ones before and after.</summary>
internal static class Crc32
{
    private static readonly uint[] Table = MakeTable();

    /// <summary>The CRC of ASCII text; the callers have looked at the alphabet before.</summary>
    public static uint Of(ReadOnlySpan<char> ascii)
    {
        var table = Table;
        var crc = uint.MaxValue;
        foreach (var character in ascii)
        {
            crc = table[(byte)(crc ^ character)] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (var i = 0u; i < table.Length; i++)
        {
            var entry = i;
            for (var bit = 0; bit < 8; bit++)
            {
                entry = (entry & 1) == 0 ? entry >> 1 : (entry >> 1) ^ 0xEDB88320;
            }

            table[i] = entry;
        }

        return table;
    }
}
