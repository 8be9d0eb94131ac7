namespace SalesOs.Dashboard.Usage.Watch;

/// <summary>When a key's silence is so long that people are told. Pure.</summary>
internal static class SilenceRule
{
    /// <summary>Silences that a key must have come back from before anything is known of its rhythm.</summary>
    private const int LeastGaps = 4;

    /// <summary>So many times the usual silence.</summary>
    private const int Times = 2;

    /// <summary>From the first known use to the last, at least.</summary>
    private static readonly TimeSpan History = TimeSpan.FromDays(7);

    /// <summary>A history that is shorter has too few weekends to tell what is an exception: its longest silence counts.</summary>
    private static readonly TimeSpan LongHistory = TimeSpan.FromDays(35);

    /// <summary>The silence that is usual. Null: too little is known.</summary>
    public static TimeSpan? UsualOf(Rhythm rhythm) =>
        rhythm.Gaps < LeastGaps || rhythm.History < History ? null
        : rhythm.History < LongHistory ? rhythm.Longest
        : rhythm.LongestUsual;

    /// <summary>From when on a silence is longer than twice the usual one.</summary>
    /// <remarks>Counted to the end of the hour, as <see cref="Rhythm.QuietFrom"/>. A nightly job whose run does not come is told of about a day after that run was due.</remarks>
    public static DateTimeOffset From(DateTimeOffset silentSince, TimeSpan usual) =>
        DateTimeOffset.FromUnixTimeSeconds(UsageSteps.StartOf(UsageStep.Hour, silentSince.ToUnixTimeSeconds())) + (Times * usual) + TimeSpan.FromHours(1);
}
