namespace SalesOs.Dashboard.Audit;

/// <summary>What the key of an entry is called, for the spreadsheet. The log itself knows keys by their ids alone.</summary>
/// <param name="KeyPrefix">The first 16 characters, such as <c>sk_live_a1b2c3d4</c>.</param>
public sealed record EntryKeyName(string Name, string KeyPrefix);

/// <summary>Tells what the keys of a tenant's entries are called; the room that knows keys does.</summary>
public interface IEntryKeys
{
    /// <summary>The names of some keys, also of deleted ones; one of which nothing is known any more is left out.</summary>
    Task<IReadOnlyDictionary<Guid, EntryKeyName>> OfAsync(string tenantId, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken);
}
