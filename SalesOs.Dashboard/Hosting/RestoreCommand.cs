using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Persistence.Postgres;
using SalesOs.Dashboard.Persistence.Sqlite;

namespace SalesOs.Dashboard.Hosting;

/// <summary><c>restore FILE</c>: puts a backup in the database's place, once it has shown to be whole and to belong to this master key (guarantee N7).</summary>
internal static class RestoreCommand
{
    /// <returns>0, or 1 when it was done but some keys do not open.</returns>
    /// <exception cref="StartupFaultException">The backup is not fit, or the program is running; nothing was changed.</exception>
    public static async Task<int> RunAsync(string file, WebApplicationBuilder builder, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
        {
            throw new StartupFaultException($"{file}: there is no such file.");
        }

        return DatabaseSetup.IsServer(builder.Configuration)
            ? await FillAsync(file, PostgresLocation.From(builder.Configuration, builder.Environment.ContentRootPath), builder.Configuration, output, errors, cancellationToken)
            : await PutInPlaceAsync(file, DatabaseLocation.From(builder.Configuration, builder.Environment.ContentRootPath), builder.Configuration, output, errors, cancellationToken);
    }

    /// <summary>Into an empty database, which is empty again where the backup shows not to be fit.</summary>
    private static async Task<int> FillAsync(
        string file, PostgresLocation location, IConfiguration configuration, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        var digest = await BackupFile.DemandSealedAsync(file, MasterKey.Load(configuration, location.Directory, mayBeMade: false), cancellationToken);
        await using var filling = await PostgresFilling.BeginAsync(location, cancellationToken);
        try
        {
            await PostgresBackup.PutAsync(location, filling, file, cancellationToken);
            await using var copy = new CopiedDatabase(new ServiceCollection().AddDatabase(location), location.Name, configuration);
            var (keys, entries) = await CheckAsync(file, copy, cancellationToken);
            await filling.AnalyzeAsync(cancellationToken);
            await copy.RecordRestoreAsync(Restored(digest, entries), PostgresFilling.EndAsync);
            await output.WriteLineAsync($"{location.Name}: restored from {file}, {keys.Keys} keys, {entries} audit entries.");
            return await TellClosedAsync(file, keys, errors);
        }
        catch
        {
            await filling.GiveUpAsync();
            throw;
        }
    }

    private static async Task<int> PutInPlaceAsync(
        string file, DatabaseLocation location, IConfiguration configuration, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        SqliteSetup.MakeDirectory(location);
        using var held = InstanceLock.Take(location);
        var staged = await DatabaseCopy.StageAsync(location, file, cancellationToken);
        try
        {
            var (keys, entries, mark) = await StageAsync(file, staged, configuration, cancellationToken);
            var aside = Aside(location.RealFile);
            var before = File.Exists(location.RealFile);
            // From here on a process that dies leaves a database that must not be started by mistake.
            held.Mark(LeftBehind.Restoring);
            await DatabaseCopy.PutInPlaceAsync(location, staged, aside, CancellationToken.None);
            StoreMark.Put(location, mark);
            held.Mark(LeftBehind.Nothing);
            await output.WriteLineAsync($"{location.DatabaseFile}: restored from {file}, {keys.Keys} keys, {entries} audit entries.");
            if (before)
            {
                await output.WriteLineAsync($"{aside}: the database that was there. What was revoked since the backup works again: see its audit log, and delete it when it is no longer needed.");
            }

            return await TellClosedAsync(file, keys, errors);
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

    private static async Task<(StoredKeys Keys, long Entries, byte[] Mark)> StageAsync(
        string file, DatabaseLocation staged, IConfiguration configuration, CancellationToken cancellationToken)
    {
        await using var copy = new CopiedDatabase(new ServiceCollection().AddDatabase(staged), staged.DatabaseFile, configuration);
        var (keys, entries) = await CheckAsync(file, copy, cancellationToken);
        await using var bytes = File.OpenRead(file);
        var mark = await copy.RecordRestoreAsync(Restored(Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, cancellationToken)), entries));
        return (keys, entries, mark!);
    }

    /// <summary>Brings a copy up to date and looks it through.</summary>
    private static async Task<(StoredKeys Keys, long Entries)> CheckAsync(string file, CopiedDatabase copy, CancellationToken cancellationToken)
    {
        await copy.PrepareAsync(cancellationToken);
        await copy.OpenAsync(cancellationToken);
        var (entries, broken) = await copy.ChainsAsync(cancellationToken);
        return broken.Count == 0 ? (await copy.KeysAsync(cancellationToken), entries) : throw new StartupFaultException([.. broken.Select(chain => $"{file}: {chain}")]);
    }

    private static AuditEvent Restored(string digest, long entries) => new(AuditActions.DatabaseRestored, Detail: new JsonObject { ["sha256"] = digest, ["entries"] = entries });

    private static async Task<int> TellClosedAsync(string file, StoredKeys keys, TextWriter errors)
    {
        if (keys.Closed > 0)
        {
            await errors.WriteLineAsync($"{file}: was restored, but the material of {keys.Closed} keys does not open; they answer 401.");
        }

        return keys.Closed == 0 ? 0 : 1;
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
