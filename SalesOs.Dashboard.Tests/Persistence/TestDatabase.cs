using Microsoft.Data.Sqlite;
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
        var made = new TestDatabase(NewLocation());
        await MigratedDatabase.PutAsync(made.Location);
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

    private static DatabaseLocation NewLocation()
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Data:Directory"] = Path.Combine(Path.GetTempPath(), "salesos-" + Guid.NewGuid().ToString("N")),
            ["Database:Provider"] = "Sqlite",
        };
        return DatabaseLocation.From(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), Path.GetTempPath());
    }
}
