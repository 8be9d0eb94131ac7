using Npgsql;

namespace SalesOs.Dashboard.Persistence.Postgres;

/// <summary>Where the data lies: the server and the database of <c>Database:ConnectionString</c>, and a folder of this process's own.</summary>
/// <param name="Directory">The folder of <c>Data:Directory</c>, absolute.</param>
internal sealed record PostgresLocation(string Directory, string ConnectionString)
{
    /// <summary>
    /// What holds where the operator names nothing else. Times are in seconds, but for the last: a server that does not answer must not hold an act for longer than
    /// about six seconds. Statements that come again and again are prepared. The longest reads some 100,000 rows in 50 ms: workers and compiled plans cost more than they
    /// save there, and an index that is in memory is worth its use (<c>docs/performance.md</c>, "On PostgreSQL").
    /// </summary>
    private const string Defaults =
        "Maximum Pool Size=30;Timeout=4;Command Timeout=5;Cancellation Timeout=500;Max Auto Prepare=100;Application Name=SalesOS Dashboard;"
        + "Options=-c max_parallel_workers_per_gather=0 -c jit=off -c random_page_cost=1.1;";

    /// <summary>For the operator: no user and no password.</summary>
    public string Name
    {
        get
        {
            var parts = new NpgsqlConnectionStringBuilder(ConnectionString);
            return $"{parts.Database ?? parts.Username} on {parts.Host}";
        }
    }

    /// <exception cref="StartupFaultException">A setting is wrong.</exception>
    public static PostgresLocation From(IConfiguration configuration, string contentRoot)
    {
        string[] faults = [.. Faults(configuration)];
        return faults.Length == 0
            ? new PostgresLocation(
                Path.GetFullPath(configuration["Data:Directory"]!, contentRoot),
                new NpgsqlConnectionStringBuilder(Defaults + configuration["Database:ConnectionString"]) { Enlist = false, IncludeErrorDetail = false }.ToString())
            : throw new StartupFaultException(faults);
    }

    /// <summary>One line per fault, each beginning with the setting's key.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration)
    {
        if (string.IsNullOrWhiteSpace(configuration["Data:Directory"]))
        {
            yield return "Data:Directory: name the folder for what this process keeps beside the database.";
        }

        if (string.IsNullOrEmpty(configuration["MasterKey:Value"]) && string.IsNullOrEmpty(configuration["MasterKey:File"]))
        {
            yield return "MasterKey:Value or MasterKey:File: must be given with Database:Provider=Postgres, where the program never makes the master key.";
        }

        if (FaultOf(configuration["Database:ConnectionString"]) is { } fault)
        {
            // The text may hold a password, so it is not repeated.
            yield return "Database:ConnectionString: " + fault;
        }
    }

    private static string? FaultOf(string? given)
    {
        if (string.IsNullOrWhiteSpace(given))
        {
            return "must be given with Database:Provider=Postgres, such as Host=db.example;Database=salesos;Username=salesos;Password=….";
        }

        try
        {
            var parts = new NpgsqlConnectionStringBuilder(given);
            return string.IsNullOrWhiteSpace(parts.Host) ? "name the server (Host=…)."
                : parts.Host.Contains(',', StringComparison.Ordinal) ? "name one server (Host=…): which of several is the primary may change while the program runs."
                : parts.Multiplexing ? "Multiplexing can't be used: transactions and locks need a connection of their own."
                : null;
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or KeyNotFoundException or OverflowException)
        {
            return "not a PostgreSQL connection string (Host=…;Database=…;Username=…;Password=…).";
        }
    }
}
