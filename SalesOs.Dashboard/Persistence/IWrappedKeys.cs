namespace SalesOs.Dashboard.Persistence;

/// <summary>Keys that a room stores under the master key. All of them are wrapped anew, in one transaction, when the master key changes.</summary>
public interface IWrappedKeys
{
    /// <summary>The entity whose rows hold them.</summary>
    Type Row { get; }

    /// <summary>Opens each under <paramref name="previous"/> and stores it under <paramref name="current"/>. What does not open stays as it is.</summary>
    /// <param name="db">In the transaction of the change; sees the platform's rows, so other tenants' are asked for with <c>IgnoreQueryFilters</c>.</param>
    Task<WrappedAnew> WrapAnewAsync(DashboardDbContext db, MasterKey previous, MasterKey current);
}

/// <param name="Count">Keys that are stored under the new master key now.</param>
/// <param name="Closed">Names of those that did not open, such as a tenant's id; never key material.</param>
public sealed record WrappedAnew(int Count, IReadOnlyList<string> Closed);
