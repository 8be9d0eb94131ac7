namespace SalesOs.Dashboard.ApiKeys;

/// <summary>Live and test keys see separate data.</summary>
public enum KeyEnvironment
{
    Live = 0,
    Test = 1,
}

/// <summary>Revoked wins over expired, and expired over paused.</summary>
public enum KeyStatus
{
    Active,

    /// <summary>Refused for a while; it comes back.</summary>
    Paused,
    Expired,
    Revoked,
}

public static class KeyStatuses
{
    /// <summary>Revoked or expired.</summary>
    public static bool IsEnded(this KeyStatus status) => status is KeyStatus.Expired or KeyStatus.Revoked;
}
