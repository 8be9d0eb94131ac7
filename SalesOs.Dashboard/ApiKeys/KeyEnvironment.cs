namespace SalesOs.Dashboard.ApiKeys;

/// <summary>Live and test keys see separate data.</summary>
public enum KeyEnvironment
{
    Live = 0,
    Test = 1,
}

/// <summary>Revoked wins over expired.</summary>
public enum KeyStatus
{
    Active,
    Expired,
    Revoked,
}
