using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Sales;

/// <summary>Live and test data lie apart. Stored as numbers; never renumber.</summary>
public enum DataEnvironment
{
    Live = 0,
    Test = 1,
}

/// <summary>Whose data, and which of it: nothing in this room is read or written without one, and no two partitions see each other's rows.</summary>
public readonly record struct DataPartition(string TenantId, DataEnvironment Environment);

/// <summary>A row of one <see cref="DataPartition"/>.</summary>
public interface IPartitioned : ITenantOwned
{
    DataEnvironment Environment { get; }
}

internal static class PartitionedRows
{
    /// <summary>Where every query of this room begins. The tenant is bound twice: by the context's filter and here.</summary>
    public static IQueryable<T> In<T>(this DashboardDbContext db, DataPartition partition)
        where T : class, IPartitioned =>
        db.Set<T>().Where(row => row.TenantId == partition.TenantId && row.Environment == partition.Environment);
}
