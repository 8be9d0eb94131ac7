using System.Diagnostics.Metrics;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Gate;

/// <summary>
/// The room for bodies that are still coming in, of requests whose signature is not yet proven, all together (<c>Gate:MaxUnprovenBytes</c>). Seen as the metric
/// <c>salesos.gate.unproven_bytes</c>; what finds no room is counted under its verdict.
/// </summary>
public sealed class UnprovenBodies
{
    /// <summary>The first bytes of a body need no room, so that small requests are served while others fill it.</summary>
    public const int Free = 8 * 1024;

    private readonly long most;
    private long held;

    public UnprovenBodies(GateOptions options, IMeterFactory meters)
    {
        most = options.MaxUnprovenBytes;
        meters.Create(UsageMetrics.Meter).CreateObservableGauge("salesos.gate.unproven_bytes", () => Held, "By", "Bodies held of requests whose signature is not yet proven.");
    }

    /// <summary>Bytes.</summary>
    public long Held => Interlocked.Read(ref held);

    /// <summary>Makes room for a body of which <paramref name="length"/> bytes have come, where <paramref name="own"/> is what it holds already.</summary>
    /// <param name="keep">False: the body is not kept, and is refused all the same when there is no room, so that the answer does not tell.</param>
    public bool TryHold(ref long own, long length, bool keep)
    {
        var more = length - Free - own;
        if (more <= 0)
        {
            return true;
        }

        if (!keep)
        {
            return Held + more <= most;
        }

        if (Interlocked.Add(ref held, more) > most)
        {
            Interlocked.Add(ref held, -more);
            return false;
        }

        own += more;
        return true;
    }

    public void Release(long own) => Interlocked.Add(ref held, -own);
}
