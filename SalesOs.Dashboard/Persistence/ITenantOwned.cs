namespace SalesOs.Dashboard.Persistence;

/// <summary>A row that belongs to one tenant. The context filters every query by it and refuses to write another tenant's.</summary>
public interface ITenantOwned
{
    string TenantId { get; }
}
