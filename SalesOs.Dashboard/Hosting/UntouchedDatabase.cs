using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Hosting;

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
    public async Task DemandMarkAsync(IConfiguration configuration)
    {
        try
        {
            await AuditMark.DemandAsync(db, StoreMark.Read(location), () => MasterKey.Load(configuration, location, databaseIsEmpty: false), location);
        }
        catch (SqliteException)
        {
            // It is damaged or no database, which its opening words.
        }
    }

    public ValueTask DisposeAsync() => db.DisposeAsync();

    private async Task<long> NumberAsync(string sql) => (await db.Database.SqlQueryRaw<long>(sql).ToListAsync())[0];
}
