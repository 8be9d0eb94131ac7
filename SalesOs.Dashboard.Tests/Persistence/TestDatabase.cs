using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Tests.Persistence;

/// <summary>A real SQLite file in a folder of its own, gone with the test.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
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
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Data:Directory"] = Path.Combine(Path.GetTempPath(), "salesos-" + Guid.NewGuid().ToString("N")),
            ["Database:Provider"] = "Sqlite",
        };
        var location = DatabaseLocation.From(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), Path.GetTempPath());
        SqliteSetup.MakeDirectory(location);
        var made = new TestDatabase(location);
        await using var db = made.Database.Read(tenantId: null);
        await db.Database.EnsureCreatedAsync();
        return made;
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        using var connection = new SqliteConnection(Location.ConnectionString);
        SqliteConnection.ClearPool(connection);
        Directory.Delete(Location.Directory, recursive: true);
    }
}
