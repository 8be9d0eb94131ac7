using System.Data.Common;
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
        // The last character is one of 36, so each half reads and opens about as many.
        var halves = await Task.WhenAll(
            Task.Run(() => Half(keys => keys.Where(k => string.Compare(k.Key.Substring(39), "i") < 0), wrapped, cancellationToken), cancellationToken),
            Task.Run(() => Half(keys => keys.Where(k => string.Compare(k.Key.Substring(39), "i") >= 0), wrapped, cancellationToken), cancellationToken));
        // Last of all: each garbage collection would otherwise look through the whole large table for keys that have just been made.
        foreach (var key in halves.SelectMany(keys => keys))
        {
            ring.Put(key);
        }

        ring.MarkReady();
    }

    private List<RingKey> Half(Func<IQueryable<ApiKey>, IQueryable<ApiKey>> which, Dictionary<string, byte[]> wrapped, CancellationToken cancellationToken)
    {
        using var db = database.Read(tenantId: null);
        // EF writes the statement, for only what the gate needs, and the rows are read as they come: made into objects by EF, a million take far longer.
        using var command = which(db.Set<ApiKey>().IgnoreQueryFilters())
            .Select(k => new { k.Id, k.TenantId, k.Key, k.SealedK1, k.Name, k.ScopeText, k.RateLimit, k.AllowedIpText, k.SingleUse, k.ExpiryOrder, Revoked = k.RevokedAt != null })
            .CreateDbCommand();
        db.Database.OpenConnection();
        using var rows = command.ExecuteReader();
        var tenants = new Dictionary<string, (string Id, Vault.K1Opener? Opener)>(StringComparer.Ordinal);
        var keys = new List<RingKey>();
        Span<byte> k1 = stackalloc byte[32];
        try
        {
            while (rows.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                var row = Stored.From(rows);
                if (!tenants.TryGetValue(row.TenantId, out var tenant))
                {
                    // One string for all the keys of a tenant.
                    tenants[row.TenantId] = tenant = (string.Intern(row.TenantId), vault.OpenerOf(row.TenantId, wrapped.GetValueOrDefault(row.TenantId)));
                }

                if (tenant.Opener?.TryOpen(row.Id, row.SealedK1, k1) != true)
                {
                    DoesNotOpen(row.Id, row.TenantId);
                    // Random bytes fit no signature: the key answers 401, the others go on.
                    RandomNumberGenerator.Fill(k1);
                }

                keys.Add(ToRing(row, k1, ring.NextOrdinal(), tenant.Id));
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(k1);
            foreach (var tenant in tenants.Values)
            {
                tenant.Opener?.Dispose();
            }
        }

        return keys;
    }

    internal static RingKey ToRing(ApiKey key, ReadOnlySpan<byte> k1, int ordinal, string tenant) => ToRing(Stored.Of(key), k1, ordinal, tenant);

    /// <summary>The key with its settings of now; k1 and ordinal stay.</summary>
    internal static RingKey Changed(RingKey before, ApiKey key)
    {
        var now = Stored.Of(key);
        return new RingKey(before)
        {
            Ordinal = before.Ordinal,
            Id = now.Id,
            TenantId = before.TenantId,
            Name = now.Name,
            Scopes = ScopesOf(now),
            RateLimit = now.RateLimit,
            ExpiresAt = now.ExpiryOrder,
            Revoked = now.Revoked,
            SingleUse = now.SingleUse,
            AllowedIps = BlocksOf(now),
        };
    }

    /// <param name="tenant">The tenant's id: one string for all its keys.</param>
    private static RingKey ToRing(Stored key, ReadOnlySpan<byte> k1, int ordinal, string tenant) => new(key.Key, k1)
    {
        Ordinal = ordinal,
        Id = key.Id,
        TenantId = tenant,
        Name = key.Name,
        Scopes = ScopesOf(key),
        RateLimit = key.RateLimit,
        ExpiresAt = key.ExpiryOrder,
        Revoked = key.Revoked,
        SingleUse = key.SingleUse,
        AllowedIps = BlocksOf(key),
    };

    /// <summary>Few scope lists serve all keys.</summary>
    private static IReadOnlyList<string> ScopesOf(Stored key)
    {
        if (key.ScopeText.Length == 0)
        {
            return [];
        }

        lock (ScopeLists)
        {
            return ScopeLists.TryGetValue(key.ScopeText, out var list) ? list : ScopeLists[key.ScopeText] = key.ScopeText.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    private static IReadOnlyList<AddressBlock> BlocksOf(Stored key) =>
        key.AllowedIpText.Length == 0 ? [] : [.. key.AllowedIpText.Split('\n').Select(text => AddressBlock.TryParse(text, out var block) ? block : throw new FormatException($"The key {key.Id} has an allowed address that can't be read."))];

    /// <summary>What the gate needs of a stored key.</summary>
    private sealed record Stored(
        Guid Id,
        string TenantId,
        string Key,
        byte[] SealedK1,
        string Name,
        string ScopeText,
        int RateLimit,
        string AllowedIpText,
        bool SingleUse,
        long ExpiryOrder,
        bool Revoked)
    {
        /// <summary>The row that the reader stands on, its columns in the order of the members here.</summary>
        public static Stored From(DbDataReader row) => new(
            row.GetGuid(0),
            row.GetString(1),
            row.GetString(2),
            row.GetFieldValue<byte[]>(3),
            row.GetString(4),
            row.GetString(5),
            row.GetInt32(6),
            row.GetString(7),
            row.GetBoolean(8),
            row.GetInt64(9),
            row.GetBoolean(10));

        public static Stored Of(ApiKey key) => new(
            key.Id, key.TenantId, key.Key, key.SealedK1, key.Name, key.ScopeText, key.RateLimit, key.AllowedIpText, key.SingleUse, key.ExpiryOrder, key.RevokedAt is not null);
    }

    [LoggerMessage(2000, LogLevel.Critical, "The key material of API key {KeyId} of tenant {TenantId} does not open: it was changed, or belongs to another row. The key is refused until it is replaced.")]
    private partial void DoesNotOpen(Guid keyId, string tenantId);
}
