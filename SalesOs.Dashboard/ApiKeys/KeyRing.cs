using System.Collections.Concurrent;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>
/// Every key in memory: the gate's only truth. Reading takes no lock; changing is done by one writer at a time, which holds the database's
/// write lock, so that the ring changes in the order of the commits.
/// </summary>
public sealed class KeyRing
{
    private readonly ConcurrentDictionary<string, RingKey> keys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, RingKey>.AlternateLookup<ReadOnlySpan<char>> keysByText;
    private int ordinals;
    private volatile bool ready;

    public KeyRing() => keysByText = keys.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Takes every lock of the table: not for requests.</summary>
    public int Count => keys.Count;

    /// <summary>True once every stored key has been loaded; before that the program takes no requests.</summary>
    public bool Ready => ready;

    /// <summary>The key, or null.</summary>
    public RingKey? Find(ReadOnlySpan<char> apiKey) => keysByText.TryGetValue(apiKey, out var key) ? key : null;

    /// <summary>Adds the key or puts it in the place of the one with the same characters.</summary>
    /// <exception cref="InvalidOperationException">A revoked key would come back.</exception>
    public void Put(RingKey key) => keys.AddOrUpdate(key.ApiKey, key, (_, before) => before.Revoked && !key.Revoked
        ? throw new InvalidOperationException($"The revoked key {key.Id} was about to be let in again.")
        : key);

    public void Remove(string apiKey) => keys.TryRemove(apiKey, out _);

    /// <summary>The next dense number for a key that has none.</summary>
    public int NextOrdinal() => Interlocked.Increment(ref ordinals) - 1;

    internal void MarkReady() => ready = true;
}
