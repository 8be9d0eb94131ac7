using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Audit;

/// <summary>
/// The high-water mark that lies beside the database: the entry that was written last, of whichever chain, under a code that only who holds the signing
/// key can make. A database that does not hold this entry was cut, is an older copy, or another one: SQLite's log loses its end and nothing else.
/// </summary>
internal static class AuditMark
{
    private const string Form = "salesos-store-mark-v1";

    /// <summary>UTF-8 lines, filled up with spaces: form, tenant, sequence, hash, and HMAC-SHA256 over the lines before; lowercase hex.</summary>
    public static byte[] Of(byte[] key, string tenant, long sequence, ReadOnlySpan<byte> hash)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Form}\n{tenant}\n{sequence}\n{Convert.ToHexStringLower(hash)}\n");
        var code = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
        var mark = new byte[StoreMark.Size];
        mark.AsSpan().Fill((byte)' ');
        Encoding.UTF8.GetBytes(text + Convert.ToHexStringLower(code) + '\n', mark);
        return mark;
    }

    /// <summary>The mark of the database as it is.</summary>
    public static async Task<byte[]> LatestAsync(DashboardDbContext db, AuditSigner signer)
    {
        // In the order in which they were written, which the clock may not tell.
        var latest = await db.Set<AuditEntry>()
            .FromSqlRaw("SELECT * FROM audit_entries ORDER BY rowid DESC LIMIT 1")
            .IgnoreQueryFilters()
            .Select(e => new { e.TenantId, e.Sequence, e.Hash })
            .SingleOrDefaultAsync();
        return signer.Mark(latest?.TenantId ?? AuditLog.Platform, latest?.Sequence ?? 0, latest?.Hash ?? new byte[SHA256.HashSizeInBytes]);
    }

    /// <summary>Compares a database that nothing has touched yet with its mark.</summary>
    /// <param name="db">Reads only; of any version of the program.</param>
    /// <param name="mark">Null when there is none.</param>
    /// <param name="master">Asked for once the database has shown to be one: what is none has no key to miss.</param>
    /// <exception cref="StartupFaultException">The database is behind the mark or not the one that it was written for, or the mark is missing.</exception>
    public static async Task DemandAsync(DashboardDbContext db, byte[]? mark, Func<MasterKey> master, DatabaseLocation location)
    {
        var file = StoreMark.FileOf(location);
        if (mark is null)
        {
            if ((await db.Database.SqlQueryRaw<long>("SELECT application_id AS Value FROM pragma_application_id").ToListAsync())[0] != 0)
            {
                throw new StartupFaultException(
                    $"Data:Directory: the mark {file} is missing, so nothing tells whether the database {location.DatabaseFile} is older than what was last seen of it. "
                    + "Put it back, or accept the database as it is: dotnet SalesOs.Dashboard.dll backup FILE, then restore FILE");
            }

            // From before there were marks.
            return;
        }

        var row = await db.Set<AuditSigningKey>().AsNoTracking().OrderBy(k => k.CreatedAt).FirstOrDefaultAsync();
        var key = row is null ? null : AuditSigner.MarkingKeyOf(row, master());
        if (row is not null && key is null)
        {
            // The master key is the wrong one, and proving it says so.
            return;
        }

        if (key is null || Read(key, mark) is not var (tenant, sequence, hash))
        {
            throw new StartupFaultException(
                $"Data:Directory: the mark {file} was not written for the database {location.DatabaseFile}, or was changed: another database may have been put in its place. "
                + "Put the right one back, or put a backup in place: dotnet SalesOs.Dashboard.dll restore FILE");
        }

        if (sequence > 0 && !await HoldsAsync(db, tenant, sequence, hash))
        {
            throw new StartupFaultException(string.Create(
                CultureInfo.InvariantCulture,
                $"Data:Directory: the database {location.DatabaseFile} is behind what was last seen of it (entry {sequence} of the audit chain {tenant}): its write-ahead log was removed or cut, or an older copy was put in its place. ")
                + "Nothing was changed. Put the right files back, or put a backup in place: dotnet SalesOs.Dashboard.dll restore FILE");
        }
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
