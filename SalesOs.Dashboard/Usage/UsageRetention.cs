using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Usage;

/// <summary>
/// How long the record is kept: minutes for 48 hours (a chart of 24 hours, and the hour that the limiter restores), hours for 90 days (the longest
/// chart that a reader's own time zone is laid over), days, callers and refused requests for <c>Usage:RetentionDays</c>. Nothing outlives the latter.
/// </summary>
public sealed class UsageRetention
{
    private static readonly TimeSpan Minutes = TimeSpan.FromHours(48);
    private static readonly TimeSpan Hours = TimeSpan.FromDays(90);

    public UsageRetention(UsageOptions options) => Longest = TimeSpan.FromDays(options.RetentionDays);

    public TimeSpan Longest { get; }

    public TimeSpan Of(UsageStep step)
    {
        var own = step switch
        {
            UsageStep.Minute => Minutes,
            UsageStep.Hour => Hours,
            UsageStep.Day => Longest,
        };
        return own < Longest ? own : Longest;
    }

    /// <summary>Unix seconds at which the oldest step that is kept begins.</summary>
    public long OldestKept(UsageStep step, DateTimeOffset now) => UsageSteps.StartOf(step, (now - Of(step)).ToUnixTimeSeconds());
}
