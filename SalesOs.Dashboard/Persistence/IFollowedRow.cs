namespace SalesOs.Dashboard.Persistence;

/// <summary>
/// A row that every process keeps a copy of. Where several share the database, each that saves or deletes one notes it in the same transaction
/// (<see cref="ISharedDatabase"/>), so that no change can be made without the others hearing of it.
/// </summary>
public interface IFollowedRow : ITenantOwned
{
    Guid Id { get; }
}
