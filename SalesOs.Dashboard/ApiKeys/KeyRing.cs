using System.Collections.Concurrent;
using System.Security.Cryptography;
using SalesOs.Dashboard.Signing;

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

    /// <summary>
    /// The tenant's key that a secret belongs to, or null: k1 is made of it and each key of the tenant and the secret's environment, and compared. All of them are
    /// looked at, each in constant time, so that the time tells nothing of where it was found, or whether. About 2 µs a key.
    /// </summary>
    /// <param name="secret">Whole and well-formed.</param>
    public RingKey? FindBySecret(string secret, string tenantId) => FindBySecret(keys.Select(pair => pair.Value), secret, tenantId);

    /// <summary>As the other one, among the keys given; of several it is the last.</summary>
    internal static RingKey? FindBySecret(IEnumerable<RingKey> keys, string secret, string tenantId)
    {
        var isTest = CredentialFormat.IsTest(secret);
        Span<byte> digest = stackalloc byte[SignatureChain.DigestSize];
        Span<byte> k1 = stackalloc byte[SignatureChain.DigestSize];
        SignatureChain.DigestSecret(secret, digest);
        RingKey? found = null;
        foreach (var key in keys)
        {
            if (CredentialFormat.IsTest(key.ApiKey) == isTest && key.TenantId == tenantId)
            {
                SignatureChain.DeriveK1FromDigest(digest, key.ApiKey, k1);
                found = CryptographicOperations.FixedTimeEquals(k1, key.K1) ? key : found;
            }
        }

        CryptographicOperations.ZeroMemory(digest);
        CryptographicOperations.ZeroMemory(k1);
        return found;
    }

    /// <summary>Adds the key, or puts it in the place of the one with the same characters unless that one is newer: revoking raises the version too.</summary>
    public void Put(RingKey key) => keys.AddOrUpdate(key.ApiKey, static (_, added) => added, static (_, before, added) => before.Version > added.Version ? before : added, key);

    /// <summary>As <see cref="Put"/>, only where the key is still there: what was read before it was deleted does not bring it back.</summary>
    public void Renew(RingKey key)
    {
        while (keys.TryGetValue(key.ApiKey, out var before) && before.Version <= key.Version && !keys.TryUpdate(key.ApiKey, key, before))
        {
        }
    }

    /// <summary>Adds the key, unless one with the same characters is there.</summary>
    public void Add(RingKey key) => keys.TryAdd(key.ApiKey, key);

    /// <summary>As <see cref="Renew"/>, with what was just committed; null does nothing.</summary>
    public void Follow(ApiKey? stored)
    {
        if (stored is not null && Find(stored.Key) is { } before)
        {
            Renew(KeyRingLoader.Changed(before, stored));
        }
    }

    public void Remove(string apiKey) => keys.TryRemove(apiKey, out _);

    /// <summary>Looks through the whole ring: not for requests.</summary>
    public void Remove(IReadOnlySet<Guid> ids)
    {
        foreach (var one in keys.Where(one => ids.Contains(one.Value.Id)))
        {
            keys.TryRemove(one);
        }
    }

    /// <summary>The next dense number for a key that has none.</summary>
    public int NextOrdinal() => Interlocked.Increment(ref ordinals) - 1;

    internal void MarkReady() => ready = true;
}
