using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Audit;

/// <summary>
/// The high-water mark that lies beside the database: the entry that was written last, of whichever chain, under a code that only who holds the signing
/// key can make. A database that does not hold this entry was cut, is an older copy, or another one: SQLite's log loses its end and nothing else.
/// </summary>
internal static class AuditMark
{
    /// <summary>Bytes; one sector, which a disk writes whole or not at all.</summary>
    public const int Size = 512;

    private const string Form = "salesos-store-mark-v1";

    /// <summary>UTF-8 lines, filled up with spaces: form, tenant, sequence, hash, and HMAC-SHA256 over the lines before; lowercase hex.</summary>
    public static byte[] Of(byte[] key, string tenant, long sequence, ReadOnlySpan<byte> hash)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Form}\n{tenant}\n{sequence}\n{Convert.ToHexStringLower(hash)}\n");
        var code = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
        var mark = new byte[Size];
        mark.AsSpan().Fill((byte)' ');
        Encoding.UTF8.GetBytes(text + Convert.ToHexStringLower(code) + '\n', mark);
        return mark;
    }

    /// <summary>The mark of the database as it is.</summary>
    /// <param name="order">The column in whose order rows were written, which the clock may not tell.</param>
    public static async Task<byte[]> LatestAsync(DashboardDbContext db, AuditSigner signer, string order)
    {
        var latest = await db.Set<AuditEntry>()
#pragma warning disable EF1003 // The engine's own name of a column.
            .FromSqlRaw("SELECT * FROM audit_entries ORDER BY " + order + " DESC LIMIT 1")
#pragma warning restore EF1003
            .IgnoreQueryFilters()
            .Select(e => new { e.TenantId, e.Sequence, e.Hash })
            .SingleOrDefaultAsync();
        return signer.Mark(latest?.TenantId ?? AuditLog.Platform, latest?.Sequence ?? 0, latest?.Hash ?? new byte[SHA256.HashSizeInBytes]);
    }

    /// <summary>Compares a database with its mark.</summary>
    /// <param name="db">Reads only; of any version of the program.</param>
    /// <param name="master">Asked for once the database has shown to be one: what is none has no key to miss.</param>
    public static async Task<StoreStanding> CompareAsync(DashboardDbContext db, byte[] mark, Func<MasterKey> master)
    {
        var row = await db.Set<AuditSigningKey>().AsNoTracking().OrderBy(k => k.CreatedAt).FirstOrDefaultAsync();
        var key = row is null ? null : AuditSigner.MarkingKeyOf(row, master());
        if (row is not null && key is null)
        {
            // The master key is the wrong one, and proving it says so.
            return new StoreStanding(IsItsOwn: true);
        }

        if (key is null || Read(key, mark) is not var (tenant, sequence, hash))
        {
            return new StoreStanding(IsItsOwn: false);
        }

        return new StoreStanding(IsItsOwn: true, sequence > 0 && !await HoldsAsync(db, tenant, sequence, hash) ? (tenant, sequence) : null);
    }

    private static async Task<bool> HoldsAsync(DashboardDbContext db, string tenant, long sequence, byte[] hash)
    {
        var stored = await db.Set<AuditEntry>().IgnoreQueryFilters().Where(e => e.TenantId == tenant && e.Sequence == sequence).Select(e => e.Hash).FirstOrDefaultAsync();
        // What was pruned since was there.
        return stored is null
            ? await db.Set<AuditHead>().IgnoreQueryFilters().AnyAsync(h => h.TenantId == tenant && h.PrunedThrough >= sequence)
            : stored.AsSpan().SequenceEqual(hash);
    }

    /// <summary>Null when it was not made with the key, or was changed.</summary>
    private static (string Tenant, long Sequence, byte[] Hash)? Read(byte[] key, byte[] mark)
    {
        if (Encoding.UTF8.GetString(mark).Split('\n') is not [Form, var tenant, var number, var hash, _, _]
            || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            || hash.Length != 2 * SHA256.HashSizeInBytes || !hash.All(char.IsAsciiHexDigitLower))
        {
            return null;
        }

        var bytes = Convert.FromHexString(hash);
        return CryptographicOperations.FixedTimeEquals(Of(key, tenant, sequence, bytes), mark) ? (tenant, sequence, bytes) : null;
    }
}
