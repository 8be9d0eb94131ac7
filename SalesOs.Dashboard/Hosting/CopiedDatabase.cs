using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Hosting;

/// <summary>A database that does not serve, opened apart from the program to be looked through or filled: a copy, a snapshot, or what a backup is put into.</summary>
internal sealed class CopiedDatabase : IAsyncDisposable
{
    private readonly ServiceProvider services;
    private readonly string named;

    /// <param name="engine">Holds the database, which nothing else holds for this process.</param>
    /// <param name="named">How a line for the operator names it.</param>
    public CopiedDatabase(IServiceCollection engine, string named, IConfiguration configuration)
    {
        this.named = named;
        Configuration = configuration;
        services = engine
            .AddSingleton(configuration)
            .AddSingleton(TimeProvider.System)
            .AddLogging()
            .AddApiKeys()
            .AddStoredSessions()
            .BuildServiceProvider();
        // Whoever is asked for closes what it has opened.
        Database = services.GetRequiredService<Database>();
    }

    public IConfiguration Configuration { get; }

    public Database Database { get; }

    public MasterKey MasterKey => services.GetRequiredService<MasterKey>();

    public IStoreProof Proof => new StoreProof(services);

    /// <summary>Brings its tables up to this program's form.</summary>
    /// <exception cref="StartupFaultException">It was made by a newer program.</exception>
    public Task PrepareAsync(CancellationToken cancellationToken) =>
        Database.Engine.PrepareAsync(services.GetRequiredService<IDbContextFactory<DashboardDbContext>>(), cancellationToken);

    /// <summary>Opens its keys, and brings them under the present master key where another that is known opens it.</summary>
    /// <exception cref="StartupFaultException">It was made with another master key, or the master key is missing.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await DemandMasterKeyAsync(cancellationToken);
        await services.GetRequiredService<MasterKeyChange>().RunAsync();
        await services.GetRequiredService<Vault>().ProveAsync(Database);
        await services.OpenAuditAsync();
    }

    /// <exception cref="StartupFaultException">It was made with another master key, or the master key is missing.</exception>
    public async Task DemandMasterKeyAsync(CancellationToken cancellationToken)
    {
        await using var db = Database.Read(AuditLog.Platform);
        // Asked first: beside a database without it the master key would be made.
        if (!await db.Set<TenantDataKey>().AnyAsync(cancellationToken))
        {
            throw new StartupFaultException($"{named}: was never opened by the program, so no master key belongs to it.");
        }

        if (!await services.GetRequiredService<Vault>().FitsAsync(db, cancellationToken))
        {
            throw new StartupFaultException("MasterKey:Value or MasterKey:File: this is not the master key that the database was made with.");
        }
    }

    public Task<StoredKeys> KeysAsync(CancellationToken cancellationToken) => StoredKeys.CountAsync(Database, services.GetRequiredService<Vault>(), cancellationToken);

    /// <returns>Entries in all chains, and a line for each chain that does not hold.</returns>
    public async Task<(long Entries, IReadOnlyList<string> Broken)> ChainsAsync(CancellationToken cancellationToken)
    {
        await using var db = Database.Read(tenantId: null);
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

    /// <summary>
    /// Writes into the platform's chain that this copy is about to take the database's place, ends every session in it (who was signed in then may have been signed out since),
    /// and takes the generation of the gate's memory away: what Redis holds belongs to what was there before.
    /// </summary>
    /// <param name="end">What else belongs into this last transaction.</param>
    /// <returns>The mark that goes with it.</returns>
    public Task<byte[]?> RecordRestoreAsync(AuditEvent what, Func<DashboardDbContext, Task>? end = null) => RecordAsync(what, async db =>
    {
        await SessionRows.DropAsync(db);
        await db.Set<GateGeneration>().ExecuteDeleteAsync();
        await (end?.Invoke(db) ?? Task.CompletedTask);
    });

    /// <summary>Writes into the platform's chain what has become of this database.</summary>
    /// <param name="end">What else belongs into this last transaction.</param>
    public Task<byte[]?> RecordAsync(AuditEvent what, Func<DashboardDbContext, Task> end) => Database.WriteAsync(AuditLog.Platform, async db =>
    {
        await services.GetRequiredService<AuditLog>().AppendAsync(db, what, caller: null);
        await end(db);
        return db.Mark;
    });

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
