using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Tests.Persistence;

/// <summary>What a program has left in its data folder, or is still writing there.</summary>
internal sealed class StoredData : IAsyncDisposable
{
    private readonly DatabaseLocation location;
    private readonly ServiceProvider services;

    private StoredData(DatabaseLocation location)
    {
        this.location = location;
        services = new ServiceCollection().AddDatabase(location).BuildServiceProvider();
    }

    public Database Database => services.GetRequiredService<Database>();

    public static StoredData Open(string directory)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Data:Directory"] = directory, ["Database:Provider"] = "Sqlite" };
        return new StoredData(DatabaseLocation.From(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), directory));
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        using var connection = new SqliteConnection(location.ConnectionString);
        SqliteConnection.ClearPool(connection);
    }
}
