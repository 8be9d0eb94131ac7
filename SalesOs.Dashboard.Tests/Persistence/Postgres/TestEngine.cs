using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Persistence.Postgres;

/// <summary>The database that the running test's class asks for: a file of SQLite's, or one on PostgreSQL (<see cref="OnPostgresAttribute"/>).</summary>
internal static class TestEngine
{
    private static readonly Lazy<Task<string>> Template = new(MakeTemplateAsync);

    public static bool IsPostgres =>
        TestContext.Current.TestClass is Xunit.v3.IXunitTestClass running && running.Class.IsDefined(typeof(OnPostgresAttribute), inherit: false);

    /// <summary>
    /// Puts an empty database with every migration where a test's folder says; which one stands in the folder, so that whoever opens the folder next goes on from there.
    /// </summary>
    /// <returns>The settings of the engine, with one colon in their names; none for SQLite.</returns>
    public static async Task<IReadOnlyList<(string Key, string Value)>> SettingsAsync(string directory)
    {
        if (!IsPostgres)
        {
            return [];
        }

        var (known, key) = (KnownFile(directory), Path.Combine(directory, "master.key"));
        if (!File.Exists(known))
        {
            Directory.CreateDirectory(directory);
            await File.WriteAllTextAsync(known, await (await PostgresServer.Shared).MakeAsync(await Template.Value));
            await File.WriteAllTextAsync(key, Convert.ToBase64String(RandomNumberGenerator.GetBytes(MasterKey.Size)));
            File.SetUnixFileMode(key, UnixFileMode.UserRead);
        }

        return [("Database:Provider", "Postgres"), ("Database:ConnectionString", await File.ReadAllTextAsync(known)), ("MasterKey:File", key)];
    }

    /// <summary>Adds the database of these settings, which no process holds for itself.</summary>
    public static IServiceCollection AddTestDatabase(this IServiceCollection services, IConfiguration configuration, string directory) => IsPostgres
        ? services.AddDatabase(PostgresLocation.From(configuration, directory)).AddRawSql()
        : services.AddDatabase(DatabaseLocation.From(configuration, directory));

    /// <summary>Lets tests spoil rows by hand on PostgreSQL as well.</summary>
    public static IServiceCollection AddRawSql(this IServiceCollection services) =>
        IsPostgres ? services.ConfigureDbContext<PostgresDbContext>(options => options.AddInterceptors(new RawSql())) : services;

    /// <summary>The files in which the database of a test's folder lies; on SQLite all of the folder.</summary>
    public static async Task<IReadOnlyList<string>> FilesAsync(string directory) => IsPostgres
        ? await (await PostgresServer.Shared).FilesAsync(await File.ReadAllTextAsync(KnownFile(directory)))
        : Directory.GetFiles(directory);

    /// <summary>Takes the folder's database away.</summary>
    public static async Task RemoveAsync(string directory)
    {
        if (File.Exists(KnownFile(directory)))
        {
            await (await PostgresServer.Shared).DropAsync(await File.ReadAllTextAsync(KnownFile(directory)));
        }
    }

    private static string KnownFile(string directory) => Path.Combine(directory, "postgres.connection");

    private static async Task<string> MakeTemplateAsync()
    {
        var server = await PostgresServer.Shared;
        var made = await server.MakeAsync();
        await using (var services = new ServiceCollection().AddDatabase(new PostgresLocation("/nowhere", made + ";Pooling=false")).BuildServiceProvider())
        {
            await using var db = await services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync();
            await db.Database.MigrateAsync();
        }

        return new Npgsql.NpgsqlConnectionStringBuilder(made).Database!;
    }
}
