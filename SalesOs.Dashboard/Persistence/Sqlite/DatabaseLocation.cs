using Microsoft.Data.Sqlite;

namespace SalesOs.Dashboard.Persistence.Sqlite;

/// <summary>Where the data lies: <c>Data:Directory</c>, <c>Database:Provider</c> and <c>Database:ConnectionString</c>, all paths absolute.</summary>
public sealed record DatabaseLocation(string Directory, string DatabaseFile, string ConnectionString)
{
    /// <summary>The file itself, where <see cref="DatabaseFile"/> is a link to it.</summary>
    public string RealFile =>
        (File.Exists(DatabaseFile) ? File.ResolveLinkTarget(DatabaseFile, returnFinalTarget: true)?.FullName : null) ?? DatabaseFile;

    /// <summary>Another file, opened in the same way.</summary>
    public DatabaseLocation At(string file) =>
        this with { DatabaseFile = file, ConnectionString = new SqliteConnectionStringBuilder(ConnectionString) { DataSource = file }.ToString() };

    /// <summary>A database that is only read, wherever it lies.</summary>
    /// <param name="directory">Where the path of the master key begins.</param>
    public static DatabaseLocation ReadOnlyAt(string directory, string file) =>
        new(directory, file, new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 5 }.ToString());

    /// <exception cref="StartupFaultException">A setting is wrong.</exception>
    public static DatabaseLocation From(IConfiguration configuration, string contentRoot)
    {
        var faults = Faults(configuration).ToList();
        if (faults.Count > 0)
        {
            throw new StartupFaultException(faults);
        }

        var directory = Path.GetFullPath(configuration["Data:Directory"]!, contentRoot);
        var given = configuration["Database:ConnectionString"];
        var builder = new SqliteConnectionStringBuilder(string.IsNullOrWhiteSpace(given) ? "Data Source=salesos.db" : given);
        var file = Path.GetFullPath(builder.DataSource, directory);
        builder.DataSource = file;
        builder.ForeignKeys = true;
        // SQLite never makes the file: in the place of a database that was deleted it would make an empty one.
        builder.Mode = SqliteOpenMode.ReadWrite;
        // Nothing in the program waits for another process: the instance lock keeps them out, and writers queue on the write lock.
        builder.DefaultTimeout = 5;
        return new DatabaseLocation(directory, file, builder.ToString());
    }

    /// <summary>One line per fault, each beginning with the setting's key.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration)
    {
        if (string.IsNullOrWhiteSpace(configuration["Data:Directory"]))
        {
            yield return "Data:Directory: name the folder for the database and the master key.";
        }

        var given = configuration["Database:ConnectionString"];
        if (!string.IsNullOrWhiteSpace(given))
        {
            string? fault = null;
            try
            {
                var builder = new SqliteConnectionStringBuilder(given);
                if (builder.DataSource.Length == 0 || builder.DataSource == ":memory:" || builder.Mode == SqliteOpenMode.Memory)
                {
                    fault = "Database:ConnectionString: name a file (Data Source=…); a database in memory would lose the keys.";
                }
            }
            catch (ArgumentException)
            {
                // The text may hold a password, so it is not repeated.
                fault = "Database:ConnectionString: not a SQLite connection string.";
            }

            if (fault is not null)
            {
                yield return fault;
            }
        }
    }
}
