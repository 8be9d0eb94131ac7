using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Persistence;

/// <summary>What a program has left in its data folder, or is still writing there.</summary>
internal sealed class StoredData : IAsyncDisposable
{
    private readonly string directory;
    private readonly IConfiguration configuration;
    private readonly ServiceProvider services;
    private readonly DatabaseLocation? file;

    private StoredData(string directory, IConfiguration configuration, IServiceCollection services, DatabaseLocation? file)
    {
        this.directory = directory;
        this.configuration = configuration;
        this.services = services.BuildServiceProvider();
        this.file = file;
    }

    public Database Database => services.GetRequiredService<Database>();

    public static StoredData Open(string directory)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Data:Directory"] = directory, ["Database:Provider"] = "Sqlite" };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var file = DatabaseLocation.From(configuration, directory);
        return new StoredData(file.Directory, configuration, new ServiceCollection().AddDatabase(file), file);
    }

    /// <summary>What nodes have left, or are still writing, on PostgreSQL.</summary>
    public static StoredData OpenPostgres(string connection, string masterKeyFile)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["MasterKey:File"] = masterKeyFile };
        return new StoredData(
            "/nowhere", new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), new ServiceCollection().AddDatabase(new PostgresLocation("/nowhere", connection + ";Pooling=false")), file: null);
    }

    /// <summary>Whether SQLite finds its own file sound; PostgreSQL has no such look.</summary>
    public async Task<bool> IsSoundAsync()
    {
        await using var db = Database.Read(tenantId: null);
        return file is null || await db.Database.SqlQueryRaw<string>("SELECT integrity_check AS Value FROM pragma_integrity_check").ToListAsync() is ["ok"];
    }

    /// <summary>What the program's own verification says of a tenant's log, with the master key that lies beside the database.</summary>
    public async Task<ChainVerdict> VerifyAuditAsync(string tenant)
    {
        using var signer = new AuditSigner(MasterKey.Load(configuration, directory, mayBeMade: false), TimeProvider.System);
        await using var db = Database.Read(tenant);
        await signer.OpenAsync(db);
        using var verification = new AuditVerification(Database, signer, TimeProvider.System, []);
        return await verification.VerifyAsync(tenant);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        if (file is not null)
        {
            using var connection = new SqliteConnection(file.ConnectionString);
            SqliteConnection.ClearPool(connection);
        }
    }
}
