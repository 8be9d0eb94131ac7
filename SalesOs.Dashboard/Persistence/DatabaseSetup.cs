using SalesOs.Dashboard.Persistence.Postgres;
using SalesOs.Dashboard.Persistence.Sqlite;

namespace SalesOs.Dashboard.Persistence;

/// <summary>Chooses the database's engine, by <c>Database:Provider</c>.</summary>
public static class DatabaseSetup
{
    private enum Provider
    {
        Sqlite,
        Postgres,
    }

    /// <summary>One line per fault, each beginning with the setting's key.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration) => Of(configuration) switch
    {
        Provider.Sqlite => DatabaseLocation.Faults(configuration),
        Provider.Postgres => PostgresLocation.Faults(configuration),
        null => [$"Database:Provider: '{configuration["Database:Provider"]}' is not known; use {string.Join(" or ", Enum.GetNames<Provider>())}.", .. DatabaseLocation.Faults(configuration)],
    };

    /// <summary>The database and what holds it for this process alone.</summary>
    /// <param name="isShared">Other processes work on it as well; not with a database that lies in files.</param>
    /// <exception cref="StartupFaultException">A setting is wrong.</exception>
    public static IServiceCollection AddDatabase(this IServiceCollection services, IConfiguration configuration, string contentRoot, bool isShared) => Of(configuration) switch
    {
        Provider.Sqlite => services.AddHeldDatabase(DatabaseLocation.From(configuration, contentRoot)),
        Provider.Postgres when isShared => services.AddSharedDatabase(PostgresLocation.From(configuration, contentRoot)),
        Provider.Postgres => services.AddHeldDatabase(PostgresLocation.From(configuration, contentRoot)),
        null => throw new StartupFaultException([.. Faults(configuration)]),
    };

    /// <summary>Commands that copy the database's files know only those of SQLite.</summary>
    /// <exception cref="StartupFaultException">It has none.</exception>
    public static void DemandFiles(IConfiguration configuration, string command)
    {
        if (Of(configuration) == Provider.Postgres)
        {
            throw new StartupFaultException(
                $"Database:Provider: {command} works for Sqlite only. With Postgres use pg_dump --format=custom and pg_restore, and keep the master key apart (docs/operations.md, \"On PostgreSQL\").");
        }
    }

    /// <summary>What every engine needs beside its own.</summary>
    internal static IServiceCollection AddDatabase(this IServiceCollection services) => services.AddSingleton<Database>().AddSingleton<FoldedColumns>();

    private static Provider? Of(IConfiguration configuration) =>
        Enum.GetNames<Provider>().FirstOrDefault(name => string.Equals(name, configuration["Database:Provider"], StringComparison.OrdinalIgnoreCase)) is { } known ? Enum.Parse<Provider>(known) : null;
}
