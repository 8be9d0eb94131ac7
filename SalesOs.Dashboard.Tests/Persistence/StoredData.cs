using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Tests.Persistence;

/// <summary>What a program has left in its data folder, or is still writing there.</summary>
internal sealed class StoredData : IAsyncDisposable
{
    private readonly DatabaseLocation location;
    private readonly IConfiguration configuration;
    private readonly ServiceProvider services;

    private StoredData(DatabaseLocation location, IConfiguration configuration)
    {
        this.location = location;
        this.configuration = configuration;
        services = new ServiceCollection().AddDatabase(location).BuildServiceProvider();
    }

    public Database Database => services.GetRequiredService<Database>();

    public static StoredData Open(string directory)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Data:Directory"] = directory, ["Database:Provider"] = "Sqlite" };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        return new StoredData(DatabaseLocation.From(configuration, directory), configuration);
    }

    /// <summary>What the program's own verification says of a tenant's log, with the master key that lies beside the database.</summary>
    public async Task<ChainVerdict> VerifyAuditAsync(string tenant)
    {
        using var signer = new AuditSigner(MasterKey.Load(configuration, location.Directory, mayBeMade: false), TimeProvider.System);
        await using var db = Database.Read(tenant);
        await signer.OpenAsync(db);
        using var verification = new AuditVerification(Database, signer, TimeProvider.System);
        return await verification.VerifyAsync(tenant);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        using var connection = new SqliteConnection(location.ConnectionString);
        SqliteConnection.ClearPool(connection);
    }
}
