using System.Collections.Concurrent;
using System.Security.Cryptography;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Usage.Revocations;

/// <summary>
/// The probes that this process is sending to itself just now, so that the gate does not count them as a caller's. Each bears a mark of 128 random bits that is good
/// once, for one key, until its answer is there: nobody else can know one, and so nobody hides a request behind it.
/// </summary>
public sealed class OwnProbes
{
    /// <summary>The header that bears the mark.</summary>
    public const string Header = "X-Own-Probe";

    private const int MarkBytes = 16;

    private readonly ConcurrentDictionary<string, OwnProbe> underWay = new(StringComparer.Ordinal);
    private int count;

    internal OwnProbe Begin(Guid keyId)
    {
        var probe = new OwnProbe(keyId, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(MarkBytes)));
        underWay[probe.Mark] = probe;
        Interlocked.Increment(ref count);
        return probe;
    }

    /// <summary>Once for each that was begun.</summary>
    internal void End(OwnProbe probe)
    {
        underWay.TryRemove(probe.Mark, out _);
        Interlocked.Decrement(ref count);
    }

    /// <summary>Whether the request is a probe of this process, which then learns what the gate said of it. Costs a reading of one number while none is under way.</summary>
    /// <param name="key">That the request names.</param>
    internal bool Takes(IHeaderDictionary headers, RingKey? key, Verdict verdict) => Volatile.Read(ref count) > 0 && Finds(headers, key, verdict);

    private bool Finds(IHeaderDictionary headers, RingKey? key, Verdict verdict) =>
        headers[Header] is [{ } mark] && underWay.TryGetValue(mark, out var probe) && probe.KeyId == key?.Id && probe.Tell(verdict);
}

/// <summary>A probe that is under way.</summary>
internal sealed class OwnProbe(Guid keyId, string mark)
{
    private int told = -1;

    public Guid KeyId => keyId;

    /// <summary>32 hex digits.</summary>
    public string Mark => mark;

    /// <summary>What the gate said of it; null when it has not come to the gate.</summary>
    public Verdict? Verdict => Volatile.Read(ref told) is >= 0 and var verdict ? (Verdict)verdict : null;

    /// <summary>False when it was told before: a mark is good once.</summary>
    public bool Tell(Verdict verdict) => Interlocked.CompareExchange(ref told, (int)verdict, -1) == -1;
}
