using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Persistence.Sqlite;

namespace SalesOs.Dashboard.Hosting;

/// <summary><c>backup FILE</c>: a whole copy of the database, checked, while the program goes on serving (guarantee N7).</summary>
internal static class BackupCommand
{
    /// <returns>0, or 1 when the copy was made but has something to look at.</returns>
    /// <exception cref="StartupFaultException">No copy was made.</exception>
    public static async Task<int> RunAsync(string file, WebApplicationBuilder builder, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        var location = DatabaseLocation.From(builder.Configuration, builder.Environment.ContentRootPath);
        await DatabaseCopy.MakeAsync(location, file, cancellationToken);
        List<string> findings = [];
        await using (var copy = new CopiedDatabase(location.At(file), builder.Configuration))
        {
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
        }

        foreach (var finding in findings)
        {
            await errors.WriteLineAsync($"{file}: was made, but {finding}");
        }

        return findings.Count == 0 ? 0 : 1;
    }
}
