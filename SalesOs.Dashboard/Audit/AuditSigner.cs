using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Audit;

/// <summary>
/// Signs checkpoints and exports with the installation's ECDSA P-256 key, made on the first run and kept under the master key, and proves heads.
/// <see cref="OpenAsync"/> comes before the first entry.
/// </summary>
public sealed class AuditSigner(MasterKey master, TimeProvider clock) : IWrappedKeys, IDisposable
{
    public const string Algorithm = "ECDSA-P256-SHA256";

    private const int ScalarSize = 32;

    private readonly Lock signing = new();
    private ECDsa? pair;
    private byte[] proving = [];
    private byte[] marking = [];
    private byte[] publicKey = [];

    /// <summary>SHA-256 over the public key, lowercase hex.</summary>
    public string KeyId { get; private set; } = "";

    /// <summary>The public key as PEM, for whoever is to verify without this program.</summary>
    public string PublicKeyPem => PemEncoding.WriteString("PUBLIC KEY", publicKey);

    public Type Row => typeof(AuditSigningKey);

    /// <summary>Opens the signing key, or makes it when there is none; in the open transaction of <paramref name="db"/>.</summary>
    /// <exception cref="StartupFaultException">The stored key does not open under the master key.</exception>
    public async Task OpenAsync(DashboardDbContext db)
    {
        var row = await db.Set<AuditSigningKey>().OrderBy(k => k.CreatedAt).FirstOrDefaultAsync();
        if (row is null)
        {
            row = Make();
            db.Add(row);
            Use(row);
            // Chains that were begun before there was a signing key.
            foreach (var head in await db.Set<AuditHead>().IgnoreQueryFilters().AsNoTracking().ToListAsync())
            {
                var mac = MacOf(head);
                await db.Set<AuditHead>().IgnoreQueryFilters().Where(h => h.TenantId == head.TenantId && h.UnprovenFrom == null).ExecuteUpdateAsync(h => h.SetProperty(x => x.Mac, mac));
            }
        }
        else
        {
            Use(row);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Opens the key as well, so that the change's own entry can be proven.</remarks>
    /// <exception cref="StartupFaultException">The stored key does not open.</exception>
    public async Task<WrappedAnew> WrapAnewAsync(DashboardDbContext db, MasterKey master)
    {
        var others = (await db.Set<AuditSigningKey>().ToListAsync()).Where(row => !master.Seals(row.Sealed, Associated(row.Id))).ToList();
        foreach (var row in others)
        {
            var scalar = Open(row, master);
            row.Sealed = master.Seal(scalar, Associated(row.Id));
            CryptographicOperations.ZeroMemory(scalar);
        }

        if (pair is null)
        {
            await OpenAsync(db);
        }

        return new WrappedAnew(others.Count, []);
    }

    public void Dispose() => pair?.Dispose();

    /// <summary>r and s, 64 bytes, over SHA-256 of <paramref name="text"/>.</summary>
    internal byte[] Sign(byte[] text)
    {
        lock (signing)
        {
            return Pair.SignData(text, HashAlgorithmName.SHA256);
        }
    }

    /// <summary>Whether this installation's key has signed it.</summary>
    internal bool HasSigned(AuditCheckpoint checkpoint)
    {
        lock (signing)
        {
            return checkpoint.KeyId == KeyId
                && Pair.VerifyData(AuditCheckpoint.SignedText(checkpoint.TenantId, checkpoint.Sequence, checkpoint.Hash, checkpoint.At), checkpoint.Signature, HashAlgorithmName.SHA256);
        }
    }

    /// <summary>Signs the chain as it stands; <paramref name="head"/> must be proven.</summary>
    internal AuditCheckpoint Checkpoint(AuditHead head)
    {
        // Whole milliseconds, as they are stored and signed.
        var now = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        return new AuditCheckpoint
        {
            TenantId = head.TenantId,
            Sequence = head.Sequence,
            Hash = head.Hash,
            At = now,
            KeyId = KeyId,
            Signature = Sign(AuditCheckpoint.SignedText(head.TenantId, head.Sequence, head.Hash, now)),
        };
    }

    internal byte[] MacOf(AuditHead head) => HMACSHA256.HashData(proving, head.ProvenText());

    internal bool IsProven(AuditHead head) => CryptographicOperations.FixedTimeEquals(head.Mac, MacOf(head));

    /// <summary>The store's mark after the entry.</summary>
    internal byte[] Mark(string tenant, long sequence, ReadOnlySpan<byte> hash) => AuditMark.Of(marking, tenant, sequence, hash);

    /// <summary>
    /// The key of the marks, before the signing key is in use; null when no master key that is known opens it. It comes from the signing
    /// key and not from the master key, so that a change of the master key, at whatever point it dies, leaves the mark good.
    /// </summary>
    internal static byte[]? MarkingKeyOf(AuditSigningKey row, MasterKey master)
    {
        var scalar = TryOpen(row, master);
        return scalar is null ? null : MarkingKeyOf(scalar);
    }

    private static byte[] MarkingKeyOf(byte[] scalar) => HKDF.DeriveKey(HashAlgorithmName.SHA256, scalar, ScalarSize, info: "salesos/store-mark/v1"u8.ToArray());

    private ECDsa Pair => pair ?? throw new InvalidOperationException("The audit log's signing key is not open.");

    [MemberNotNull(nameof(pair))]
    private void Use(AuditSigningKey row)
    {
        var scalar = Open(row, master);
        using var publicPart = ECDsa.Create();
        publicPart.ImportSubjectPublicKeyInfo(row.PublicKey, out _);
        var parameters = publicPart.ExportParameters(includePrivateParameters: false);
        parameters.D = scalar;
        pair?.Dispose();
        pair = ECDsa.Create(parameters);
        proving = HKDF.DeriveKey(HashAlgorithmName.SHA256, scalar, ScalarSize, info: "salesos/audit-head/v1"u8.ToArray());
        marking = MarkingKeyOf(scalar);
        publicKey = row.PublicKey;
        KeyId = row.Id;
        CryptographicOperations.ZeroMemory(scalar);
    }

    private AuditSigningKey Make()
    {
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var scalar = made.ExportParameters(includePrivateParameters: true).D!;
        var spki = made.ExportSubjectPublicKeyInfo();
        var id = Convert.ToHexStringLower(SHA256.HashData(spki));
        var row = new AuditSigningKey { Id = id, PublicKey = spki, Sealed = master.Seal(scalar, Associated(id)), CreatedAt = clock.GetUtcNow() };
        CryptographicOperations.ZeroMemory(scalar);
        return row;
    }

    private static byte[] Open(AuditSigningKey row, MasterKey master) =>
        TryOpen(row, master) ?? throw new StartupFaultException("Data:Directory: the audit log's signing key does not open: it was changed in the database. Restore a backup.");

    private static byte[]? TryOpen(AuditSigningKey row, MasterKey master)
    {
        var scalar = new byte[ScalarSize];
        return master.TryOpen(row.Sealed, Associated(row.Id), scalar) && row.Id == Convert.ToHexStringLower(SHA256.HashData(row.PublicKey)) ? scalar : null;
    }

    private static byte[] Associated(string id) => Encoding.UTF8.GetBytes($"salesos/audit-signing-key/v1/{id}");
}
