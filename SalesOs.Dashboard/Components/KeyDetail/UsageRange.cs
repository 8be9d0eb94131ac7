namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>How far back the usage on a key's page reaches.</summary>
public enum UsageRange
{
    /// <summary>The last 24 hours in bars of 15 minutes.</summary>
    Day,

    /// <summary>Today and the six days before, of the reader's time zone, in bars of 3 hours.</summary>
    Week,

    /// <summary>Today and the 29 days before, a bar each.</summary>
    Month,

    /// <summary>Today and the 89 days before, a bar each.</summary>
    Quarter,
}
