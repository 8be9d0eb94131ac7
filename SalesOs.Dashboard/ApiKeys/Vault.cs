using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>A tenant's data key under the master key. The platform's own row proves at the start that the master key is the right one.</summary>
public sealed class TenantDataKey : ITenantOwned
{
    public required string TenantId { get; init; }

    /// <summary>Nonce (12), ciphertext (32), tag (16).</summary>
    public required byte[] Wrapped { get; set; }
}

internal sealed class TenantDataKeyMapping : IEntityTypeConfiguration<TenantDataKey>
{
    public void Configure(EntityTypeBuilder<TenantDataKey> builder)
    {
        builder.ToTable("tenant_data_keys");
        builder.HasKey(k => k.TenantId);
        builder.Property(k => k.TenantId).HasMaxLength(64);
    }
}

/// <summary>
/// Seals k1, and the other secrets of a tenant, under AES-256-GCM with its tenant's data key, itself wrapped by the master key (guarantee S2). The associated data binds the
/// purpose, the tenant, the key's id and the version of this form, so that a ciphertext in another row does not open.
/// </summary>
public sealed class Vault(MasterKey master) : IWrappedKeys
{
    private const int KeySize = 32;

    /// <summary>Makes the platform's row with an empty database, else opens it.</summary>
    /// <exception cref="StartupFaultException">The master key is not the one that the database was made with.</exception>
    public async Task ProveAsync(Database database)
    {
        var wrapped = await database.WriteAsync(AuditLog.Platform, db => WrappedAsync(db, AuditLog.Platform));
        if (!master.TryOpen(wrapped, WrapData(AuditLog.Platform), new byte[KeySize]))
        {
            throw new StartupFaultException("MasterKey:Value or MasterKey:File: this is not the master key that the database was made with.");
        }
    }

    /// <summary>Whether the master key, also the next or the previous one, opens the row that was made with it. <paramref name="db"/> must see the platform's rows.</summary>
    internal async Task<bool> FitsAsync(DashboardDbContext db, CancellationToken cancellationToken) =>
        await db.Set<TenantDataKey>().SingleOrDefaultAsync(k => k.TenantId == AuditLog.Platform, cancellationToken) is { } row
        && master.TryOpen(row.Wrapped, WrapData(AuditLog.Platform), new byte[KeySize]);

    public Type Row => typeof(TenantDataKey);

    public async Task<WrappedAnew> WrapAnewAsync(DashboardDbContext db, MasterKey master)
    {
        var dataKey = new byte[KeySize];
        var count = 0;
        var closed = new List<string>();
        foreach (var row in await db.Set<TenantDataKey>().IgnoreQueryFilters().AsNoTracking().ToListAsync())
        {
            if (master.Seals(row.Wrapped, WrapData(row.TenantId)))
            {
                continue;
            }

            if (!master.TryOpen(row.Wrapped, WrapData(row.TenantId), dataKey))
            {
                closed.Add(row.TenantId);
                continue;
            }

            var wrapped = master.Seal(dataKey, WrapData(row.TenantId));
            await db.Set<TenantDataKey>().IgnoreQueryFilters().Where(k => k.TenantId == row.TenantId).ExecuteUpdateAsync(set => set.SetProperty(k => k.Wrapped, wrapped));
            count++;
        }

        CryptographicOperations.ZeroMemory(dataKey);
        return new WrappedAnew(count, closed);
    }

    /// <summary>The tenant's data key, made in the change's own transaction when it is the tenant's first.</summary>
    internal async Task<byte[]> DataKeyAsync(DashboardDbContext db, string tenantId)
    {
        // What this transaction has made is not remembered: it may still be rolled back.
        var wrapped = await WrappedAsync(db, tenantId);
        var dataKey = new byte[KeySize];
        if (!master.TryOpen(wrapped, WrapData(tenantId), dataKey))
        {
            throw new CryptographicException("The tenant's data key does not open.");
        }

        return dataKey;
    }

    /// <summary>For loading the ring: opens the k1 of one tenant's keys; null when the stored data key does not open.</summary>
    internal K1Opener? OpenerOf(string tenantId, byte[]? wrapped)
    {
        var dataKey = new byte[KeySize];
        return wrapped is not null && master.TryOpen(wrapped, WrapData(tenantId), dataKey) ? new K1Opener(dataKey, tenantId) : null;
    }

    /// <summary>Seals another secret of the tenant; what it is for and whose it is are bound to it as they are to k1.</summary>
    /// <param name="purpose">Such as <c>webhook-secret</c>.</param>
    internal async Task<byte[]> SealAsync(DashboardDbContext db, string tenantId, string purpose, Guid id, byte[] secret) =>
        SealedBytes.Seal(await DataKeyAsync(db, tenantId), secret, OtherData(purpose, tenantId, id));

    /// <summary>Opens what <see cref="SealAsync"/> has sealed; null when it was changed, or belongs elsewhere. <paramref name="db"/> sees any tenant's rows.</summary>
    internal async Task<byte[]?> OpenAsync(DashboardDbContext db, string tenantId, string purpose, Guid id, byte[] bytes, CancellationToken cancellationToken)
    {
        var secret = new byte[Math.Max(0, bytes.Length - SealedBytes.NonceSize - SealedBytes.TagSize)];
        return await StoredKeyAsync(db, tenantId, cancellationToken) is { } dataKey && SealedBytes.TryOpen(dataKey, bytes, OtherData(purpose, tenantId, id), secret) ? secret : null;
    }

    /// <summary>What nobody else can make: a keyed hash, under a key of the tenant for this purpose alone. Null when the tenant has no data key that opens.</summary>
    internal async Task<byte[]?> ProofAsync(DashboardDbContext db, string tenantId, string purpose, string text, CancellationToken cancellationToken) =>
        await StoredKeyAsync(db, tenantId, cancellationToken) is { } dataKey
            ? HMACSHA256.HashData(HKDF.Expand(HashAlgorithmName.SHA256, dataKey, KeySize, Encoding.UTF8.GetBytes($"salesos/{purpose}/v1/{tenantId}")), Encoding.UTF8.GetBytes(text))
            : null;

    internal static byte[] SealK1(byte[] dataKey, string tenantId, Guid keyId, ReadOnlySpan<byte> k1) => SealedBytes.Seal(dataKey, k1, K1Data(tenantId, keyId));

    private async Task<byte[]> WrappedAsync(DashboardDbContext db, string tenantId)
    {
        var row = await db.Set<TenantDataKey>().SingleOrDefaultAsync(k => k.TenantId == tenantId);
        if (row is null)
        {
            row = new TenantDataKey { TenantId = tenantId, Wrapped = master.Seal(RandomNumberGenerator.GetBytes(KeySize), WrapData(tenantId)) };
            db.Add(row);
        }

        return row.Wrapped;
    }

    private async Task<byte[]?> StoredKeyAsync(DashboardDbContext db, string tenantId, CancellationToken cancellationToken)
    {
        var wrapped = await db.Set<TenantDataKey>().IgnoreQueryFilters().AsNoTracking().Where(k => k.TenantId == tenantId).Select(k => k.Wrapped).SingleOrDefaultAsync(cancellationToken);
        var dataKey = new byte[KeySize];
        return wrapped is not null && master.TryOpen(wrapped, WrapData(tenantId), dataKey) ? dataKey : null;
    }

    private static byte[] OtherData(string purpose, string tenantId, Guid id) => Encoding.UTF8.GetBytes($"salesos/{purpose}/v1/{tenantId}/{id}");

    private static byte[] WrapData(string tenantId) => Encoding.UTF8.GetBytes($"salesos/data-key/v1/{tenantId}");

    private static byte[] K1Data(string tenantId, Guid keyId) => Encoding.UTF8.GetBytes($"salesos/k1/v1/{tenantId}/{keyId}");

    /// <summary>Opens one sealed k1 after another under one data key. Not safe for threads.</summary>
    internal sealed class K1Opener : IDisposable
    {
        private const int IdLength = 36;

        private readonly AesGcm aes;
        private readonly byte[] data;

        internal K1Opener(byte[] dataKey, string tenantId)
        {
            aes = new AesGcm(dataKey, SealedBytes.TagSize);
            data = K1Data(tenantId, Guid.Empty);
        }

        /// <summary>False when the ciphertext was changed, or belongs to another key.</summary>
        public bool TryOpen(Guid keyId, ReadOnlySpan<byte> ciphertext, Span<byte> k1)
        {
            keyId.TryFormat(data.AsSpan(data.Length - IdLength), out _);
            return SealedBytes.TryOpen(aes, ciphertext, data, k1);
        }

        public void Dispose() => aes.Dispose();
    }
}
