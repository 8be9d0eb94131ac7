namespace SalesOs.Dashboard.Usage;

/// <summary>The width of one count. The numbers are stored.</summary>
public enum UsageStep : byte
{
    Minute = 0,
    Hour = 1,
    Day = 2,
}

internal static class UsageSteps
{
    public static readonly UsageStep[] All = [UsageStep.Minute, UsageStep.Hour, UsageStep.Day];

    public static long SecondsOf(UsageStep step) => step switch
    {
        UsageStep.Minute => 60,
        UsageStep.Hour => 3600,
        UsageStep.Day => 86_400,
    };

    /// <summary>The first second of the step that <paramref name="unixSeconds"/> lies in; days are days of UTC.</summary>
    public static long StartOf(UsageStep step, long unixSeconds) => unixSeconds - (unixSeconds % SecondsOf(step));
}
