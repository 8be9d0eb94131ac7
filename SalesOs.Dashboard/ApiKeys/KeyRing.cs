using System.Collections.Concurrent;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>
/// Every key in memory, as the gate sees it. Reading takes no lock; changes may come in any order, since a version never gives way to an older one.
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

    /// <summary>Adds the key, or puts it in the place of the one with the same characters unless that one is newer: revoking raises the version too.</summary>
    public void Put(RingKey key) => keys.AddOrUpdate(key.ApiKey, static (_, added) => added, static (_, before, added) => before.Version > added.Version ? before : added, key);

    /// <summary>As <see cref="Put"/>, only where the key is still there: what was read before it was deleted does not bring it back.</summary>
    public void Renew(RingKey key)
    {
        while (keys.TryGetValue(key.ApiKey, out var before) && before.Version <= key.Version && !keys.TryUpdate(key.ApiKey, key, before))
        {
        }
    }

    /// <summary>As <see cref="Renew"/>, with what was just committed; null does nothing.</summary>
    public void Follow(ApiKey? stored)
    {
        if (stored is not null && Find(stored.Key) is { } before)
        {
            Renew(KeyRingLoader.Changed(before, stored));
        }
    }

    public void Remove(string apiKey) => keys.TryRemove(apiKey, out _);

    /// <summary>The next dense number for a key that has none.</summary>
    public int NextOrdinal() => Interlocked.Increment(ref ordinals) - 1;

    internal void MarkReady() => ready = true;
}
