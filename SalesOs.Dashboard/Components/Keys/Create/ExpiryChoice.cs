namespace SalesOs.Dashboard.Components.Keys.Create;

/// <summary>How long a new key shall work, as the dialog offers it.</summary>
public enum ExpiryChoice
{
    Days30,
    Days60,
    Days90,
    OneYear,
    Date,
    Never,
}
