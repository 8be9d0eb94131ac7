namespace SalesOs.Dashboard.Usage.Rotations;

/// <summary>
/// Whether anybody still needs the old key of a rotation. It is drained once each of its <see cref="Strands"/> was silent for longer than it ever was before and some more, and
/// the key as a whole is quiet. Pure; see docs/rotation.md.
/// </summary>
/// <param name="Strands">Those that called in the last 90 days.</param>
/// <param name="Silence">Of the whole key.</param>
/// <param name="IsTakenOver">The new key is in use; or the old one never was, so that nothing is to be taken over.</param>
/// <param name="Unwatched">For how long since the start the program was not there to hear a call.</param>
/// <param name="Cycles">1–5.</param>
public sealed record Drain(IReadOnlyList<Strand> Strands, KeySilence Silence, bool IsTakenOver, TimeSpan Unwatched, int Cycles)
{
    /// <summary>From when on nobody is expected any more, should it stay silent.</summary>
    public DateTimeOffset From
    {
        get
        {
            var from = Silence.QuietFrom;
            foreach (var strand in Strands)
            {
                var own = strand.DrainedFrom(Cycles);
                from = own > from ? own : from;
            }

            return from + Unwatched;
        }
    }

    public bool IsDrained(DateTimeOffset now) => IsTakenOver && now >= From;

    /// <summary>Those that may still come, the one that is waited for longest first.</summary>
    public IReadOnlyList<Strand> Expected(DateTimeOffset now) =>
        [.. Strands.Where(s => now < s.DrainedFrom(Cycles) + Unwatched).OrderByDescending(s => s.DrainedFrom(Cycles)).ThenBy(s => s.Kind).ThenBy(s => s.Name, StringComparer.Ordinal)];

    /// <summary>How far the silence has come, 0–1.</summary>
    public double Progress(DateTimeOffset now)
    {
        var whole = From - Silence.SilentSince;
        return whole <= TimeSpan.Zero ? 1 : Math.Clamp((now - Silence.SilentSince) / whole, 0, 1);
    }
}
