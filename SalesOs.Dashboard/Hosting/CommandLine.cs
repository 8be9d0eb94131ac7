using System.Data.Common;
using System.Net.Sockets;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Hosting;

/// <summary>
/// What the program does instead of serving when its first argument is a word: <c>backup</c>, <c>restore</c>, <c>move</c>, <c>help</c>. Exit codes: 0 done;
/// 1 refused, or done with something to look at, a line each on the error stream; 2 called wrongly.
/// </summary>
public static class CommandLine
{
    private const string Help = """
        dotnet SalesOs.Dashboard.dll [--Section:Key=value ...]
            Serves. Settings also come from appsettings.json and the environment (Section__Key).

        dotnet SalesOs.Dashboard.dll backup FILE [--Section:Key=value ...]
            Writes a whole copy of the database to FILE, which must not exist, while the program goes on serving, and checks the copy.
            The copy holds neither a secret nor the master key: keep that apart; without it the copy is worth nothing.

        dotnet SalesOs.Dashboard.dll restore FILE [--Section:Key=value ...]
            Checks FILE (whole, made with this master key, audit chains unbroken) and puts it in the database's place; the program must not be running.
            The database that was there is kept beside it, as ….before-restore-TIME. On PostgreSQL it fills a database that must be empty.

        dotnet SalesOs.Dashboard.dll move FILE --Database:Provider=Postgres --Database:ConnectionString=… --MasterKey:File=… [--Section:Key=value ...]
            Copies the SQLite database FILE into an empty database on PostgreSQL and checks it there; the program must not be running. FILE is left as it is.

        Exit codes: 0 done; 1 refused, or done with something to look at: the error stream says what; 2 called wrongly.
        """;

    /// <summary>Whether the arguments ask for something other than serving.</summary>
    public static bool IsCommand(IReadOnlyList<string> args) =>
        args is ["--help" or "-h" or "-?", ..] || (args is [{ Length: > 0 } word, ..] && word[0] is not ('-' or '/') && !word.Contains('=', StringComparison.Ordinal));

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors, CancellationToken cancellationToken = default)
    {
        try
        {
            switch (args)
            {
                case ["help" or "--help" or "-h" or "-?", ..]:
                    await output.WriteLineAsync(Help);
                    return 0;
                case ["backup", { Length: > 0 } file, .. var settings] when IsFile(file) && settings.All(IsSetting):
                    return await RunAsync(settings, builder => BackupCommand.RunAsync(Path.GetFullPath(file), builder, output, errors, cancellationToken));
                case ["restore", { Length: > 0 } file, .. var settings] when IsFile(file) && settings.All(IsSetting):
                    return await RunAsync(settings, builder => RestoreCommand.RunAsync(Path.GetFullPath(file), builder, output, errors, cancellationToken));
                case ["move", { Length: > 0 } file, .. var settings] when IsFile(file) && settings.All(IsSetting):
                    return await RunAsync(settings, builder => MoveCommand.RunAsync(Path.GetFullPath(file), builder, output, errors, cancellationToken));
                default:
                    await errors.WriteLineAsync(Help);
                    return 2;
            }
        }
        catch (StartupFaultException fault)
        {
            foreach (var line in fault.Faults)
            {
                await errors.WriteLineAsync(line);
            }

            return 1;
        }
    }

    /// <summary>Runs a command with the settings of a start, as far as these commands need them.</summary>
    /// <exception cref="StartupFaultException">A setting is wrong, or the database can't be used.</exception>
    private static async Task<int> RunAsync(string[] settings, Func<WebApplicationBuilder, Task<int>> command)
    {
        var builder = DashboardHost.CreateBuilder(settings);
        string[] faults = [.. DatabaseSetup.Faults(builder.Configuration), .. MasterKey.Faults(builder.Configuration)];
        if (faults.Length > 0)
        {
            throw new StartupFaultException(faults);
        }

        try
        {
            return await command(builder);
        }
        catch (Exception fault) when (fault is DbException or SocketException)
        {
            throw new StartupFaultException(DatabaseSetup.Told(builder.Configuration, fault));
        }
    }

    private static bool IsFile(string argument) => !argument.StartsWith('-');

    private static bool IsSetting(string argument) => argument.StartsWith("--", StringComparison.Ordinal);
}
