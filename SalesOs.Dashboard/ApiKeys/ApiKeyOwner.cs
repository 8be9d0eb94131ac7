namespace SalesOs.Dashboard.ApiKeys;

/// <summary>Who answers for the key.</summary>
public sealed partial class ApiKey
{
    /// <summary>A person's or a team's id (Audit room); null: whoever made it.</summary>
    public Guid? OwnerId { get; private set; }

    public Guid? Owner => OwnerId ?? CreatedById;

    /// <summary>False when nothing differs.</summary>
    public bool GiveTo(Guid owner)
    {
        if (Owner == owner)
        {
            return false;
        }

        OwnerId = owner;
        Version++;
        return true;
    }
}
