namespace SalesOs.Dashboard.Persistence;

/// <summary>Keys that a room stores under the master key. All of them are wrapped anew, in one transaction, when the master key changes.</summary>
public interface IWrappedKeys
{
    /// <summary>The entity whose rows hold them.</summary>
    Type Row { get; }

    /// <summary>Stores under the present master key what is under another that <paramref name="master"/> knows. What does not open stays as it is.</summary>
    /// <param name="db">In the transaction of the change; sees the platform's rows, so other tenants' are asked for with <c>IgnoreQueryFilters</c>.</param>
    Task<WrappedAnew> WrapAnewAsync(DashboardDbContext db, MasterKey master);
}

/// <param name="Count">Keys that came under the present master key by this.</param>
/// <param name="Closed">Names of those that did not open, such as a tenant's id; never key material.</param>
public sealed record WrappedAnew(int Count, IReadOnlyList<string> Closed);
