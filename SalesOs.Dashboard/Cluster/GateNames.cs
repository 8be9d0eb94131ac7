using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using StackExchange.Redis;

namespace SalesOs.Dashboard.Cluster;

/// <summary>The names of one generation in Redis. The braces keep all of them in one slot.</summary>
internal sealed class GateNames(string prefix, long generation)
{
    private readonly byte[] signatures = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{{prefix}}}:{generation}:s:"));
    private readonly string keys = string.Create(CultureInfo.InvariantCulture, $"{{{prefix}}}:{generation}:");

    public long Generation => generation;

    public RedisValue GenerationText { get; } = generation.ToString(CultureInfo.InvariantCulture);

    /// <summary>Which generation is armed; the one name that all generations share.</summary>
    public RedisKey Meta { get; } = $"{{{prefix}}}:meta";

    public RedisKey Version(Guid key) => Encoding.ASCII.GetBytes($"{keys}v:{key:N}");

    public RedisKey Hour(Guid key) => Encoding.ASCII.GetBytes($"{keys}h:{key:N}");

    public RedisKey Signature(UInt128 half)
    {
        var name = new byte[signatures.Length + 16];
        signatures.CopyTo(name, 0);
        MemoryMarshal.Write(name.AsSpan(signatures.Length), half);
        return name;
    }
}
