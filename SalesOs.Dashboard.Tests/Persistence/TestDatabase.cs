using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Persistence;

/// <summary>A real database with a folder of its own, gone with the test.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly ServiceProvider services;
    private readonly string directory;

    private TestDatabase(ServiceProvider services, string directory)
    {
        this.services = services;
        this.directory = directory;
    }

    public Database Database => services.GetRequiredService<Database>();

    public static async Task<TestDatabase> CreateAsync()
    {
        var directory = Path.Combine(Path.GetTempPath(), "salesos-" + Guid.NewGuid().ToString("N"));
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Data:Directory", directory), new("Database:Provider", "Sqlite")])
            .AddInMemoryCollection((await TestEngine.SettingsAsync(directory)).ToDictionary(s => s.Key, s => (string?)s.Value, StringComparer.Ordinal))
            .Build();
        var made = new TestDatabase(new ServiceCollection().AddTestDatabase(configuration, directory).BuildServiceProvider(), directory);
        if (made.services.GetService<DatabaseLocation>() is { } location)
        {
            await MigratedDatabase.PutAsync(location);
        }

        return made;
    }

    public async ValueTask DisposeAsync()
    {
        // Whoever has not asked for it has nothing to close.
        await Database.DisposeAsync();
        await services.DisposeAsync();
        await TestEngine.RemoveAsync(directory);
        Directory.Delete(directory, recursive: true);
    }
}
