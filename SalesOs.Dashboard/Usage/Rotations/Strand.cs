namespace SalesOs.Dashboard.Usage.Rotations;

/// <summary>What tells one use of a key from another.</summary>
public enum StrandKind
{
    Route,

    /// <summary>Callers by the name that they give themselves, without its version.</summary>
    Program,

    /// <summary>An address and an agent.</summary>
    Caller,
}

/// <summary>
/// One of the uses of a key that can be told apart, with a rhythm of its own: what runs once a month is not seen behind what runs each minute. Pure.
/// </summary>
/// <param name="Name">The route, the program, or address and agent.</param>
/// <param name="First">When it is first known to have called.</param>
/// <param name="Last">When it last called, or the end of that hour.</param>
/// <param name="Longest">Its longest silence so far, as far as there was one of an hour or more.</param>
/// <param name="Silences">How many are known of; null: only that of <paramref name="Longest"/>.</param>
/// <param name="HasMoved">It is seen with the new key.</param>
public sealed record Strand(StrandKind Kind, string Name, DateTimeOffset First, DateTimeOffset Last, TimeSpan? Longest, int? Silences, bool HasMoved)
{
    /// <summary>No silence ends a rotation before: a night's maintenance is no farewell.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromHours(24);

    /// <summary>The longest rhythm that is looked for, with a weekend beside it.</summary>
    public static readonly TimeSpan Month = TimeSpan.FromDays(35);

    /// <summary>What rests for longer rests on weekends too, and so on holidays.</summary>
    private static readonly TimeSpan Overnight = TimeSpan.FromHours(36);

    /// <summary>From the last day before Christmas to the first working day of the new year there are twelve days.</summary>
    private static readonly TimeSpan Holidays = TimeSpan.FromDays(14);

    /// <summary>With fewer silences than this, twice the longest must pass.</summary>
    private const int FewSilences = 4;

    /// <summary>A longer one says nothing of a rhythm.</summary>
    private static readonly TimeSpan LongestRhythm = Rhythm.Span / 2;

    /// <param name="hours">The first second of each hour in which it called, Unix seconds, in any order; at least one.</param>
    public static Strand OfRoute(string route, IEnumerable<long> hours, bool hasMoved)
    {
        long[] used = [.. hours.Order()];
        var longest = 0L;
        for (var i = 1; i < used.Length; i++)
        {
            longest = Math.Max(longest, used[i] - used[i - 1]);
        }

        return new Strand(
            StrandKind.Route,
            route,
            DateTimeOffset.FromUnixTimeSeconds(used[0]),
            DateTimeOffset.FromUnixTimeSeconds(used[^1] + UsageSteps.SecondsOf(UsageStep.Hour)),
            longest == 0 ? null : TimeSpan.FromSeconds(longest),
            used.Length - 1,
            hasMoved);
    }

    /// <summary>The silence after which it is not expected to call any more.</summary>
    /// <param name="cycles">1–5 of its rhythm.</param>
    public TimeSpan Needed(int cycles)
    {
        var usual = Longest < LongestRhythm ? Longest.Value : Longest is null ? TimeSpan.Zero : LongestRhythm;
        var needed = (cycles * usual) + (usual < Overnight ? 2 * usual : Holidays);
        if (Silences < FewSilences && needed < 2 * usual)
        {
            needed = 2 * usual;
        }

        // A single caller comes from many addresses, some once: what it is known for by its program and its routes counts.
        if (Kind != StrandKind.Caller && Last - First < Month)
        {
            // What comes once a month may not have shown it yet.
            var young = HasMoved ? Rhythm.WithoutHistory : Month;
            needed = needed < young ? young : needed;
        }

        return needed < Shortest ? Shortest : needed;
    }

    /// <summary>From when on it is not expected any more.</summary>
    /// <inheritdoc cref="Needed" path="/param"/>
    public DateTimeOffset DrainedFrom(int cycles) => Last + Needed(cycles);
}
