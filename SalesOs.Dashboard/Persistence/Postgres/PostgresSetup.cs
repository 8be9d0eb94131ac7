using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace SalesOs.Dashboard.Persistence.Postgres;

/// <summary>The services of a database on PostgreSQL.</summary>
internal static class PostgresSetup
{
    /// <summary>The database; nothing holds it for this process alone.</summary>
    public static IServiceCollection AddDatabase(this IServiceCollection services, PostgresLocation location) => services
        .AddSingleton(location)
        .AddSingleton(_ => new NpgsqlDataSourceBuilder(location.ConnectionString).Build())
        .AddSingleton<IDatabaseEngine, PostgresEngine>()
        .AddDbContextFactory<PostgresDbContext>((provider, options) => Use(options, provider.GetRequiredService<NpgsqlDataSource>()))
        .AddSingleton<IDbContextFactory<DashboardDbContext>, ContextFactory>()
        .AddDatabase();

    /// <summary>As <see cref="AddDatabase"/>, with the session that holds it for this process alone.</summary>
    public static IServiceCollection AddHeldDatabase(this IServiceCollection services, PostgresLocation location) => services
        .AddSingleton<PostgresInstance>()
        .AddHostedService(provider => provider.GetRequiredService<PostgresInstance>())
        .AddDatabase(location);

    /// <summary>As <see cref="AddHeldDatabase"/>, held together with other processes.</summary>
    public static IServiceCollection AddSharedDatabase(this IServiceCollection services, PostgresLocation location) => services
        .AddSingleton<PostgresShared>()
        .AddSingleton<ISharedDatabase>(provider => provider.GetRequiredService<PostgresShared>())
        .AddHeldDatabase(location);

    private static void Use(DbContextOptionsBuilder options, NpgsqlDataSource source) => options
        // By itself it would wrap each fault of the line into one that says nothing; what is to be tried again, the engine tries.
        .UseNpgsql(source, postgres => postgres.ExecutionStrategy(dependencies => new NonRetryingExecutionStrategy(dependencies)))
        .AddInterceptors(new StorableText())
        // They are thrown on to whoever knows what they mean; a caller who has gone away is no error, and a server that is away is told of once a request.
        .ConfigureWarnings(events => events.Log(
            (RelationalEventId.TransactionError, LogLevel.Debug), (RelationalEventId.ConnectionError, LogLevel.Debug), (CoreEventId.QueryIterationFailed, LogLevel.Debug)));

    /// <param name="snapshot">In which all is read; null: each statement reads what is there.</param>
    private sealed class ContextFactory(IDbContextFactory<PostgresDbContext> factory, PostgresSnapshot? snapshot = null) : IDbContextFactory<DashboardDbContext>
    {
        public DashboardDbContext CreateDbContext()
        {
            var db = factory.CreateDbContext();
            snapshot?.Enter(db);
            return db;
        }
    }
}

/// <summary>Lets <c>dotnet ef</c> read the model without starting the program.</summary>
internal sealed class PostgresDesignTimeFactory : IDesignTimeDbContextFactory<PostgresDbContext>
{
    public PostgresDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresDbContext>().UseNpgsql("Host=localhost;Database=design").Options);
}
