using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>Fills the ring from the database before the program is ready, and turns stored keys into the gate's form.</summary>
public sealed partial class KeyRingLoader
{
    private static readonly Dictionary<string, IReadOnlyList<string>> ScopeLists = new(StringComparer.Ordinal);

    private readonly Database database;
    private readonly Vault vault;
    private readonly KeyRing ring;
    private readonly ILogger<KeyRingLoader> logger;

    public KeyRingLoader(Database database, Vault vault, KeyRing ring, ILogger<KeyRingLoader> logger)
    {
        this.database = database;
        this.vault = vault;
        this.ring = ring;
        this.logger = logger;
    }

    public async Task LoadAsync(CancellationToken cancellationToken = default)
    {
        await using var db = database.Read(tenantId: null);
        var wrapped = await db.Set<TenantDataKey>().IgnoreQueryFilters().ToDictionaryAsync(k => k.TenantId, k => k.Wrapped, StringComparer.Ordinal, cancellationToken);
        var tenants = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var key in db.Set<ApiKey>().IgnoreQueryFilters().AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            // One string for all the keys of a tenant.
            var tenant = tenants.TryGetValue(key.TenantId, out var known) ? known : tenants[key.TenantId] = key.TenantId;
            ring.Put(ToRing(key, Unsealed(key, wrapped.GetValueOrDefault(tenant)), ring.NextOrdinal(), tenant));
        }

        ring.MarkReady();
    }

    internal static RingKey ToRing(ApiKey key, ReadOnlySpan<byte> k1, int ordinal, string tenant) => new(key.Key, k1)
    {
        Ordinal = ordinal,
        Id = key.Id,
        TenantId = tenant,
        Name = key.Name,
        Scopes = ScopesOf(key),
        RateLimit = key.RateLimit,
        ExpiresAt = key.ExpiryOrder,
        Revoked = key.RevokedAt is not null,
        SingleUse = key.SingleUse,
        AllowedIps = BlocksOf(key),
    };

    /// <summary>The key with its settings of now; k1 and ordinal stay.</summary>
    internal static RingKey Changed(RingKey before, ApiKey key) => new(before)
    {
        Ordinal = before.Ordinal,
        Id = key.Id,
        TenantId = before.TenantId,
        Name = key.Name,
        Scopes = ScopesOf(key),
        RateLimit = key.RateLimit,
        ExpiresAt = key.ExpiryOrder,
        Revoked = key.RevokedAt is not null,
        SingleUse = key.SingleUse,
        AllowedIps = BlocksOf(key),
    };

    private byte[] Unsealed(ApiKey key, byte[]? wrapped)
    {
        var k1 = new byte[32];
        if (vault.Open(key.TenantId, wrapped) is { } dataKey && Vault.TryOpenK1(dataKey, key.TenantId, key.Id, key.SealedK1, k1))
        {
            return k1;
        }

        DoesNotOpen(key.Id, key.TenantId);
        // Random bytes fit no signature: the key answers 401, the others go on.
        RandomNumberGenerator.Fill(k1);
        return k1;
    }

    /// <summary>Few scope lists serve all keys.</summary>
    private static IReadOnlyList<string> ScopesOf(ApiKey key)
    {
        if (key.ScopeText.Length == 0)
        {
            return [];
        }

        lock (ScopeLists)
        {
            return ScopeLists.TryGetValue(key.ScopeText, out var list) ? list : ScopeLists[key.ScopeText] = key.Scopes;
        }
    }

    private static IReadOnlyList<AddressBlock> BlocksOf(ApiKey key) =>
        key.AllowedIpText.Length == 0 ? [] : [.. key.AllowedIps.Select(text => AddressBlock.TryParse(text, out var block) ? block : throw new FormatException($"The key {key.Id} has an allowed address that can't be read."))];

    [LoggerMessage(2000, LogLevel.Critical, "The key material of API key {KeyId} of tenant {TenantId} does not open: it was changed, or belongs to another row. The key is refused until it is replaced.")]
    private partial void DoesNotOpen(Guid keyId, string tenantId);
}
