using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace SalesOs.Dashboard.Persistence.Sqlite;

/// <summary>
/// Looks at a database that no process has opened, and leaves its files as they are: SQLite that may write would take the end of a write-ahead log into
/// the database when it closes, and then the files that were removed could not be put back.
/// </summary>
internal sealed class UntouchedDatabase(DatabaseLocation location) : IAsyncDisposable
{
    private readonly DashboardDbContext db = new(new DbContextOptionsBuilder<DashboardDbContext>()
        .UseSqlite(new SqliteConnectionStringBuilder(location.ConnectionString) { Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString()).Options);

    /// <summary>Whether there is no file, or nothing was ever stored in it; false when it can't be read, which its opening then words.</summary>
    public async Task<bool> IsEmptyAsync()
    {
        if (!File.Exists(location.RealFile) || new FileInfo(location.RealFile).Length == 0)
        {
            return true;
        }

        try
        {
            // A first start that died may have made some of its tables.
            var rows = 0L;
            foreach (var table in await db.Database.SqlQueryRaw<string>("SELECT name AS Value FROM sqlite_master WHERE name IN ('tenant_data_keys', 'api_keys')").ToListAsync())
            {
                rows += table == "api_keys" ? await NumberAsync("SELECT COUNT(*) AS Value FROM api_keys") : await NumberAsync("SELECT COUNT(*) AS Value FROM tenant_data_keys");
            }

            return rows == 0;
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    /// <exception cref="StartupFaultException">It is behind its mark or belongs to another, or the mark or the master key is missing.</exception>
    public async Task DemandMarkAsync(IStoreProof proof, IConfiguration configuration)
    {
        try
        {
            await DemandAsync(proof, StoreMark.Read(location), () => MasterKey.Load(configuration, location.Directory, mayBeMade: false));
        }
        catch (SqliteException)
        {
            // It is damaged or no database, which its opening words.
        }
    }

    public ValueTask DisposeAsync() => db.DisposeAsync();

    private async Task<long> NumberAsync(string sql) => (await db.Database.SqlQueryRaw<long>(sql).ToListAsync())[0];

    private async Task DemandAsync(IStoreProof proof, byte[]? mark, Func<MasterKey> master)
    {
        var file = StoreMark.FileOf(location);
        if (mark is null)
        {
            if (await NumberAsync("SELECT application_id AS Value FROM pragma_application_id") != 0)
            {
                throw new StartupFaultException(
                    $"Data:Directory: the mark {file} is missing, so nothing tells whether the database {location.DatabaseFile} is older than what was last seen of it. "
                    + "Put it back, or accept the database as it is: dotnet SalesOs.Dashboard.dll backup FILE, then restore FILE");
            }

            // From before there were marks.
            return;
        }

        var standing = await proof.CompareAsync(db, mark, master);
        if (!standing.IsItsOwn)
        {
            throw new StartupFaultException(
                $"Data:Directory: the mark {file} was not written for the database {location.DatabaseFile}, or was changed: another database may have been put in its place. "
                + "Put the right one back, or put a backup in place: dotnet SalesOs.Dashboard.dll restore FILE");
        }

        if (standing.Missing is var (chain, entry))
        {
            throw new StartupFaultException(string.Create(
                CultureInfo.InvariantCulture,
                $"Data:Directory: the database {location.DatabaseFile} is behind what was last seen of it (entry {entry} of the audit chain {chain}): its write-ahead log was removed or cut, or an older copy was put in its place. ")
                + "Nothing was changed. Put the right files back, or put a backup in place: dotnet SalesOs.Dashboard.dll restore FILE");
        }
    }
}
