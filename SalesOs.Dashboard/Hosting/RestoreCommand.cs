using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Persistence.Sqlite;

namespace SalesOs.Dashboard.Hosting;

/// <summary><c>restore FILE</c>: puts a backup in the database's place, once it has shown to be whole and to belong to this master key (guarantee N7).</summary>
internal static class RestoreCommand
{
    /// <returns>0, or 1 when it was done but some keys do not open.</returns>
    /// <exception cref="StartupFaultException">The backup is not fit, or the program is running; nothing was changed.</exception>
    public static async Task<int> RunAsync(string file, WebApplicationBuilder builder, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        var location = DatabaseLocation.From(builder.Configuration, builder.Environment.ContentRootPath);
        if (!File.Exists(file))
        {
            throw new StartupFaultException($"{file}: there is no such file.");
        }

        SqliteSetup.MakeDirectory(location);
        using var held = InstanceLock.Take(location);
        var staged = await DatabaseCopy.StageAsync(location, file, cancellationToken);
        try
        {
            var found = await CheckAsync(file, staged, builder.Configuration, cancellationToken);
            var aside = Aside(location.RealFile);
            var before = File.Exists(location.RealFile);
            // From here on a process that dies leaves a database that must not be started by mistake.
            held.Mark(LeftBehind.Restoring);
            await DatabaseCopy.PutInPlaceAsync(location, staged, aside, CancellationToken.None);
            StoreMark.Put(location, found.Mark);
            held.Mark(LeftBehind.Nothing);
            await output.WriteLineAsync($"{location.DatabaseFile}: restored from {file}, {found.Keys} keys, {found.Entries} audit entries.");
            if (before)
            {
                await output.WriteLineAsync($"{aside}: the database that was there. What was revoked since the backup works again: see its audit log, and delete it when it is no longer needed.");
            }

            if (found.Closed > 0)
            {
                await errors.WriteLineAsync($"{file}: was restored, but the material of {found.Closed} keys does not open; they answer 401.");
            }

            return found.Closed == 0 ? 0 : 1;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartupFaultException($"{file}: could not be put in place: {fault.Message} Run restore again.");
        }
        finally
        {
            DatabaseCopy.Remove(staged.DatabaseFile);
        }
    }

    private static async Task<(long Keys, long Closed, long Entries, byte[] Mark)> CheckAsync(
        string file, DatabaseLocation staged, IConfiguration configuration, CancellationToken cancellationToken)
    {
        await using var copy = new CopiedDatabase(staged, configuration);
        await copy.BringUpToDateAsync(cancellationToken);
        var (entries, broken) = await copy.ChainsAsync(cancellationToken);
        if (broken.Count > 0)
        {
            throw new StartupFaultException([.. broken.Select(chain => $"{file}: {chain}")]);
        }

        var keys = await copy.KeysAsync(cancellationToken);
        await using var bytes = File.OpenRead(file);
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, cancellationToken));
        var mark = await copy.RecordRestoreAsync(new AuditEvent(AuditActions.DatabaseRestored, Detail: new JsonObject { ["sha256"] = digest, ["entries"] = entries }));
        return (keys.Keys, keys.Closed, entries, mark);
    }

    private static string Aside(string file)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{file}.before-restore-{TimeProvider.System.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}");
        var free = name;
        for (var i = 2; File.Exists(free); i++)
        {
            free = string.Create(CultureInfo.InvariantCulture, $"{name}-{i}");
        }

        return free;
    }
}
