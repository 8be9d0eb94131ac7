using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Persistence.Sqlite;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Hosting;

/// <summary>A copy of the database, opened apart from the program to be looked through.</summary>
internal sealed class CopiedDatabase(DatabaseLocation location, IConfiguration configuration) : IAsyncDisposable
{
    private readonly ServiceProvider services = new ServiceCollection()
        .AddSingleton(configuration)
        .AddSingleton(TimeProvider.System)
        .AddLogging()
        .AddDatabase(location)
        .AddApiKeys()
        .AddStoredSessions()
        .BuildServiceProvider();

    /// <summary>Brings it up to this program's form, and under the present master key where <c>MasterKey:Previous</c> opens it.</summary>
    /// <exception cref="StartupFaultException">It was made by a newer program, or with another master key, or the master key is missing.</exception>
    public async Task BringUpToDateAsync(CancellationToken cancellationToken)
    {
        await SqliteSetup.PrepareAsync(location, services.GetRequiredService<IDbContextFactory<DashboardDbContext>>(), cancellationToken);
        await DemandMasterKeyAsync(cancellationToken);
        await services.GetRequiredService<MasterKeyChange>().RunAsync();
        await services.GetRequiredService<Vault>().ProveAsync(services.GetRequiredService<Database>());
        await services.OpenAuditAsync();
    }

    /// <exception cref="StartupFaultException">It was made with another master key, or the master key is missing.</exception>
    public async Task DemandMasterKeyAsync(CancellationToken cancellationToken)
    {
        await using var db = services.GetRequiredService<Database>().Read(AuditLog.Platform);
        // Asked first: beside a database without it the master key would be made.
        if (!await db.Set<TenantDataKey>().AnyAsync(cancellationToken))
        {
            throw new StartupFaultException($"{location.DatabaseFile}: was never opened by the program, so no master key belongs to it.");
        }

        var vault = services.GetRequiredService<Vault>();
        if (!await vault.FitsAsync(db, cancellationToken))
        {
            throw new StartupFaultException("MasterKey:Value or MasterKey:File: this is not the master key that the database was made with.");
        }
    }

    public Task<StoredKeys> KeysAsync(CancellationToken cancellationToken) =>
        StoredKeys.CountAsync(services.GetRequiredService<Database>(), services.GetRequiredService<Vault>(), cancellationToken);

    /// <returns>Entries in all chains, and a line for each chain that does not hold.</returns>
    public async Task<(long Entries, IReadOnlyList<string> Broken)> ChainsAsync(CancellationToken cancellationToken)
    {
        await using var db = services.GetRequiredService<Database>().Read(tenantId: null);
        await services.GetRequiredService<AuditSigner>().OpenAsync(db);
        var entries = 0L;
        var broken = new List<string>();
        // A chain that was cut off as a whole still has its head.
        var tenants = db.Set<AuditEntry>().IgnoreQueryFilters().Select(e => e.TenantId).Union(db.Set<AuditHead>().IgnoreQueryFilters().Select(h => h.TenantId));
        foreach (var tenant in await tenants.ToListAsync(cancellationToken))
        {
            var verdict = await services.GetRequiredService<AuditVerification>().VerifyAsync(tenant, full: true, cancellationToken);
            entries += verdict.Entries;
            if (!verdict.Whole)
            {
                broken.Add($"the audit chain of tenant {tenant} does not hold from entry {verdict.FirstBad} on.");
            }
        }

        return (entries, broken);
    }

    /// <summary>Writes into the platform's chain that this copy is about to take the database's place, and ends every session in it: who was signed in then may have been signed out since.</summary>
    /// <returns>The mark that goes with it.</returns>
    public Task<byte[]> RecordRestoreAsync(AuditEvent what) => services.GetRequiredService<Database>().WriteAsync(AuditLog.Platform, async db =>
    {
        await SessionRows.DropAsync(db);
        await services.GetRequiredService<AuditLog>().AppendAsync(db, what, caller: null);
        return db.Mark!;
    });

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        // A pooled connection would hold the file open.
        await using var connection = new SqliteConnection(location.ConnectionString);
        SqliteConnection.ClearPool(connection);
    }
}
