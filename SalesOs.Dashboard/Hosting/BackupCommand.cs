using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Persistence.Postgres;
using SalesOs.Dashboard.Persistence.Sqlite;

namespace SalesOs.Dashboard.Hosting;

/// <summary><c>backup FILE</c>: a whole copy of the database, checked, while the program goes on serving (guarantee N7).</summary>
internal static class BackupCommand
{
    /// <returns>0, or 1 when the copy was made but has something to look at.</returns>
    /// <exception cref="StartupFaultException">No copy was made.</exception>
    public static async Task<int> RunAsync(string file, WebApplicationBuilder builder, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        if (DatabaseSetup.IsServer(builder.Configuration))
        {
            var server = PostgresLocation.From(builder.Configuration, builder.Environment.ContentRootPath);
            await using var snapshot = await PostgresSnapshot.TakeAsync(server, cancellationToken);
            await using var database = new CopiedDatabase(new ServiceCollection().AddSingleton(snapshot).AddDatabase(server), server.Name, builder.Configuration);
            // The seal is made with it.
            await database.DemandMasterKeyAsync(cancellationToken);
            await PostgresBackup.MakeAsync(server, snapshot, database.MasterKey, file, cancellationToken);
            return await CheckAsync(file, database, output, errors, cancellationToken);
        }

        var location = DatabaseLocation.From(builder.Configuration, builder.Environment.ContentRootPath);
        await DatabaseCopy.MakeAsync(location, file, cancellationToken);
        await using var copy = new CopiedDatabase(new ServiceCollection().AddDatabase(location.At(file)), file, builder.Configuration);
        return await CheckAsync(file, copy, output, errors, cancellationToken);
    }

    private static async Task<int> CheckAsync(string file, CopiedDatabase copy, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        List<string> findings = [];
        try
        {
            await copy.DemandMasterKeyAsync(cancellationToken);
            var (entries, broken) = await copy.ChainsAsync(cancellationToken);
            findings.AddRange(broken);
            var keys = await copy.KeysAsync(cancellationToken);
            if (keys.Closed > 0)
            {
                findings.Add($"the material of {keys.Closed} keys does not open; they answer 401.");
            }

            await output.WriteLineAsync(
                $"{file}: {new FileInfo(file).Length >> 10} KiB, {keys.Keys} keys, {entries} audit entries. It is worth nothing without the master key, which is not in it.");
        }
        catch (StartupFaultException fault)
        {
            findings.AddRange(fault.Faults);
        }

        foreach (var finding in findings)
        {
            await errors.WriteLineAsync($"{file}: was made, but {finding}");
        }

        return findings.Count == 0 ? 0 : 1;
    }
}
