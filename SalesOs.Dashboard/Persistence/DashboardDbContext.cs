using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace SalesOs.Dashboard.Persistence;

/// <summary>
/// The database of one operation, bound to one tenant. It knows no entity: the mappings come from the assembly
/// (<see cref="IEntityTypeConfiguration{TEntity}"/> beside each entity).
/// </summary>
/// <remarks>
/// Every query over an <see cref="ITenantOwned"/> row is filtered by <see cref="TenantId"/>, and saving another tenant's row throws.
/// What reads across tenants (start-up, the usage writer) says so with <c>IgnoreQueryFilters</c>.
/// </remarks>
public class DashboardDbContext : DbContext
{
    public const string TenantFilter = "tenant";

    public DashboardDbContext(DbContextOptions<DashboardDbContext> options)
        : base(options)
    {
    }

    /// <summary>For an engine with a model of its own.</summary>
    protected DashboardDbContext(DbContextOptions options)
        : base(options)
    {
    }

    /// <summary>The tenant whose rows are seen; null sees none.</summary>
    public string? TenantId { get; internal set; }

    /// <summary>Whether the database sorts nulls after everything else. What is to be sorted by a column with nulls is then sorted by <see cref="OrderOf"/> it.</summary>
    public virtual bool SortsNullsLast => false;

    /// <summary>Whether the database weighs by itself how rare the matches of a filter are before it walks an index in the order that is asked for.</summary>
    public virtual bool WeighsPlans => false;

    /// <summary>What ends a <c>SELECT</c> of rows to be changed in the same transaction, so that rows which another transaction is about to change are left to it; empty where all changes queue.</summary>
    internal virtual string LeavingLocked => "";

    /// <summary>Given out for reading: saving throws, since writers queue for their turn.</summary>
    public bool ReadsOnly { get; internal set; }

    /// <summary>The followed rows that this operation has saved or deleted.</summary>
    internal HashSet<Guid> Followed { get; } = [];

    /// <summary>What the store's mark is after this operation's commit; null when it wrote nothing that a mark is for.</summary>
    internal byte[]? Mark { get; set; }

    /// <summary>What is to be told once the transaction is committed, each once; it must return at once and not throw.</summary>
    internal HashSet<Action> ToldOnCommit { get; } = [];

    /// <summary>Called once, when the context is disposed.</summary>
    internal Action? Closed { get; set; }

    /// <summary>Notes followed rows that this operation does not change themselves, but what is shown of them.</summary>
    public void Follow(IReadOnlyCollection<Guid> ids) => Followed.UnionWith(ids);

    /// <summary>For the engine, right after its commit.</summary>
    internal void TellCommitted()
    {
        foreach (var told in ToldOnCommit)
        {
            told();
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        TellClosed();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        TellClosed();
    }

    public override int SaveChanges(bool acceptAllChangesOnSuccess)
    {
        LookAtWhatIsSaved();
        return base.SaveChanges(acceptAllChangesOnSuccess);
    }

    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        LookAtWhatIsSaved();
        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(DashboardDbContext).Assembly);
        foreach (var entity in modelBuilder.Model.GetEntityTypes().Where(e => typeof(ITenantOwned).IsAssignableFrom(e.ClrType)))
        {
            var row = Expression.Parameter(entity.ClrType, "row");
            var mine = Expression.Equal(
                Expression.Property(row, nameof(ITenantOwned.TenantId)),
                Expression.Property(Expression.Constant(this), nameof(TenantId)));
            entity.SetQueryFilter(TenantFilter, Expression.Lambda(mine, row));
        }
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        // A number orders, indexes and compares alike in every database.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();

    /// <summary>The column that holds 0 where <paramref name="column"/> is null; only where <see cref="SortsNullsLast"/>.</summary>
    public static string OrderOf(string column) => column + "Order";

    /// <summary>What is written for a value in a statement of the program's own.</summary>
    internal virtual object? Storable(object? value) => value;

    private void TellClosed()
    {
        var closed = Closed;
        Closed = null;
        closed?.Invoke();
    }

    /// <summary>Refuses what may not be saved, and notes what others follow.</summary>
    private void LookAtWhatIsSaved()
    {
        if (ReadsOnly)
        {
            throw new InvalidOperationException("What was opened for reading was about to be saved; write through Database.WriteAsync.");
        }

        foreach (var entry in ChangeTracker.Entries<ITenantOwned>())
        {
            if (entry.State is not (EntityState.Added or EntityState.Modified or EntityState.Deleted))
            {
                continue;
            }

            if (!string.Equals(entry.Entity.TenantId, TenantId, StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"A {entry.Metadata.ClrType.Name} of another tenant was about to be saved.");
            }

            if (entry.Entity is IFollowedRow followed)
            {
                Followed.Add(followed.Id);
            }
        }
    }

    private sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(),
        number => DateTimeOffset.FromUnixTimeMilliseconds(number));
}
