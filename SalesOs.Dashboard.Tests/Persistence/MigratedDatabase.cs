using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Tests.Persistence;

/// <summary>
/// An empty database with every migration applied, made once for all tests: applying them takes a hundred times as long as copying the file. The tests that
/// start the program as a process, or name a directory, still migrate.
/// </summary>
internal static class MigratedDatabase
{
    private static readonly Lazy<Task<byte[]>> Content = new(MakeAsync);

    /// <summary>Puts a copy in the place of a database that does not exist yet.</summary>
    public static async Task PutAsync(DatabaseLocation location)
    {
        SqliteSetup.MakeDirectory(location);
        await File.WriteAllBytesAsync(location.DatabaseFile, await Content.Value);
    }

    private static async Task<byte[]> MakeAsync()
    {
        var directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;
        var location = DatabaseLocation.From(
            new ConfigurationBuilder().AddInMemoryCollection([new("Data:Directory", directory), new("Database:Provider", "Sqlite")]).Build(), directory);
        await using var services = new ServiceCollection().AddDatabase(location).BuildServiceProvider();
        await SqliteSetup.PrepareAsync(location, services.GetRequiredService<IDbContextFactory<DashboardDbContext>>(), CancellationToken.None);
        await using (var db = services.GetRequiredService<Database>().Read(tenantId: null))
        {
            await db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        // A pooled connection would hold the file open.
        using (var connection = new SqliteConnection(location.ConnectionString))
        {
            SqliteConnection.ClearPool(connection);
        }

        var content = await File.ReadAllBytesAsync(location.DatabaseFile);
        Directory.Delete(directory, recursive: true);
        return content;
    }
}
