using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Persistence.Postgres;
using SalesOs.Dashboard.Persistence.Sqlite;

namespace SalesOs.Dashboard.Hosting;

/// <summary><c>move FILE</c>: copies a SQLite database into the empty one on PostgreSQL that the settings name. The file is held meanwhile and left as it is.</summary>
internal static class MoveCommand
{
    /// <returns>0, or 1 when it was done but some keys do not open, as they did not before.</returns>
    /// <exception cref="StartupFaultException">One of the databases is not fit, or the program is running; the one on PostgreSQL is as empty as it was.</exception>
    public static async Task<int> RunAsync(string file, WebApplicationBuilder builder, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        var configuration = builder.Configuration;
        if (!DatabaseSetup.IsServer(configuration))
        {
            throw new StartupFaultException("Database:Provider: move copies into PostgreSQL. Set Database:Provider=Postgres and Database:ConnectionString to an empty database.");
        }

        var target = PostgresLocation.From(configuration, builder.Environment.ContentRootPath);
        if (!File.Exists(file))
        {
            throw new StartupFaultException($"{file}: there is no such file.");
        }

        var location = DatabaseLocation.ReadOnlyAt(target.Directory, file);
        using var held = InstanceLock.Take(location);
        await using var source = new CopiedDatabase(new ServiceCollection().AddDatabase(location), file, configuration);
        var (keys, entries) = await CheckAsync(file, location, held, source, cancellationToken);
        await using var filling = await PostgresFilling.BeginAsync(target, cancellationToken);
        try
        {
            await using var copy = new CopiedDatabase(new ServiceCollection().AddDatabase(target), target.Name, configuration);
            await copy.PrepareAsync(cancellationToken);
            await CopyAsync(source.Database, copy.Database, cancellationToken);
            await copy.OpenAsync(cancellationToken);
            var (copied, broken) = await copy.ChainsAsync(cancellationToken);
            if (broken.Count > 0 || copied != entries || await copy.KeysAsync(cancellationToken) != keys)
            {
                throw new StartupFaultException([.. broken.Append("not all of it has arrived.").Select(line => $"{target.Name}: {line}")]);
            }

            await filling.AnalyzeAsync(cancellationToken);
            await copy.RecordAsync(new AuditEvent(AuditActions.DatabaseMoved, Detail: new JsonObject { ["keys"] = keys.Keys, ["entries"] = entries }), PostgresFilling.EndAsync);
        }
        catch
        {
            await filling.GiveUpAsync();
            throw;
        }

        await output.WriteLineAsync($"{target.Name}: moved from {file}, {keys.Keys} keys, {entries} audit entries. The file is left as it is; don't start the program on it any more.");
        if (keys.Closed > 0)
        {
            await errors.WriteLineAsync($"{file}: was moved, but the material of {keys.Closed} keys does not open; they answer 401, as before.");
        }

        return keys.Closed == 0 ? 0 : 1;
    }

    /// <summary>What a start looks at, and what a backup does.</summary>
    private static async Task<(ApiKeys.StoredKeys Keys, long Entries)> CheckAsync(
        string file, DatabaseLocation location, InstanceLock held, CopiedDatabase source, CancellationToken cancellationToken)
    {
        if (held.LeftBehind == LeftBehind.Restoring)
        {
            throw new StartupFaultException($"{file}: a restore did not come to its end. Run it again: dotnet SalesOs.Dashboard.dll restore FILE");
        }

        await DatabaseCopy.DemandWholeAsync(file, file, cancellationToken);
        await using (var untouched = new UntouchedDatabase(location))
        {
            await untouched.DemandMarkAsync(source.Proof, source.Configuration);
        }

        await using (var db = source.Database.Read(tenantId: null))
        {
            if (!(await db.Database.GetAppliedMigrationsAsync(cancellationToken)).SequenceEqual(db.Database.GetMigrations(), StringComparer.Ordinal))
            {
                throw new StartupFaultException($"{file}: is of another version. Start this version on it once, stop it, and run move again.");
            }
        }

        await source.DemandMasterKeyAsync(cancellationToken);
        var (entries, broken) = await source.ChainsAsync(cancellationToken);
        return broken.Count == 0 ? (await source.KeysAsync(cancellationToken), entries) : throw new StartupFaultException([.. broken.Select(chain => $"{file}: {chain}")]);
    }

    private static async Task CopyAsync(Database source, Database target, CancellationToken cancellationToken)
    {
        await using var from = source.Read(tenantId: null);
        await target.WriteAsync(
            tenantId: null,
            async to =>
            {
                await MovedTables.CopyAsync(from, to, cancellationToken);
                await target.Engine.KeepFoldedFormAsync(to, await source.Engine.FoldedFormAsync(from, cancellationToken));
                return true;
            },
            cancellationToken: cancellationToken);
    }
}
