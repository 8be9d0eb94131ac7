using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Tests.Persistence;

/// <summary>A real SQLite file in a folder of its own, gone with the test.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    /// <summary>Making the tables takes a hundred times as long as copying them.</summary>
    private static readonly Lazy<Task<byte[]>> Empty = new(MakeEmptyAsync);

    private readonly ServiceProvider services;

    private TestDatabase(DatabaseLocation location)
    {
        Location = location;
        services = new ServiceCollection().AddDatabase(location).BuildServiceProvider();
    }

    public DatabaseLocation Location { get; }

    public Database Database => services.GetRequiredService<Database>();

    public static async Task<TestDatabase> CreateAsync()
    {
        var made = new TestDatabase(NewLocation());
        await File.WriteAllBytesAsync(made.Location.DatabaseFile, await Empty.Value);
        return made;
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        // A pooled connection would hold the file open.
        using var connection = new SqliteConnection(Location.ConnectionString);
        SqliteConnection.ClearPool(connection);
        Directory.Delete(Location.Directory, recursive: true);
    }

    private static async Task<byte[]> MakeEmptyAsync()
    {
        await using var made = new TestDatabase(NewLocation());
        await using (var db = made.Database.Read(tenantId: null))
        {
            await db.Database.EnsureCreatedAsync();
            await db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        using var connection = new SqliteConnection(made.Location.ConnectionString);
        SqliteConnection.ClearPool(connection);
        return await File.ReadAllBytesAsync(made.Location.DatabaseFile);
    }

    private static DatabaseLocation NewLocation()
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Data:Directory"] = Path.Combine(Path.GetTempPath(), "salesos-" + Guid.NewGuid().ToString("N")),
            ["Database:Provider"] = "Sqlite",
        };
        var location = DatabaseLocation.From(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), Path.GetTempPath());
        SqliteSetup.MakeDirectory(location);
        return location;
    }
}
