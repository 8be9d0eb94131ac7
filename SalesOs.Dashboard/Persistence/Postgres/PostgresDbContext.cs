using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace SalesOs.Dashboard.Persistence.Postgres;

/// <summary>
/// The same model on PostgreSQL, with what that takes otherwise: texts compare and sort by their bytes, as SQLite's do, and lengths are the rules' to judge; the list
/// of keys has indexes of its own.
/// </summary>
internal sealed class PostgresDbContext(DbContextOptions<PostgresDbContext> options) : DashboardDbContext(options)
{
    /// <summary>All that a list is narrowed by. Its texts stay out of it here: half a kilobyte of four-byte characters would not fit into an index's row (2,704 bytes).</summary>
    private const string Narrowed = "IX_api_keys_narrowed";

    public override bool SortsNullsLast => true;

    public override bool WeighsPlans => true;

    internal override string LeavingLocked => "FOR UPDATE SKIP LOCKED";

    internal override object? Storable(object? value) => value is string text ? StorableText.Of(text) : value;

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<string>().UseCollation("C");
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<FoldedForm>(form =>
        {
            form.ToTable("folded_form");
            form.HasKey(f => f.Id);
            form.Property(f => f.Id).ValueGeneratedNever();
        });
        modelBuilder.Entity<ChangeCounter>(counter =>
        {
            counter.ToTable("change_counter");
            counter.HasKey(c => c.Id);
            counter.Property(c => c.Id).ValueGeneratedNever();
        });
        modelBuilder.Entity<KeyChange>(change =>
        {
            change.ToTable("key_changes");
            change.HasKey(c => c.Number);
            change.Property(c => c.Number).ValueGeneratedNever();
            change.HasIndex(c => c.At);
        });
        modelBuilder.Entity<Node>(node => node.ToTable("nodes"));
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (var text in entity.GetProperties().Where(p => p.ClrType == typeof(string)))
            {
                // SQLite keeps no length either: what is folded may be longer than what it was made of.
                text.SetMaxLength(null);
            }

            if (entity.GetIndexes().FirstOrDefault(index => index.GetDatabaseName() == Narrowed) is { } wide)
            {
                string[] narrow = [.. wide.Properties.Where(p => p.ClrType != typeof(string) || p.Name == nameof(ITenantOwned.TenantId)).Select(p => p.Name)];
                entity.RemoveIndex(wide);
                modelBuilder.Entity(entity.ClrType).HasIndex(narrow).HasDatabaseName(Narrowed);
                AddNullsFirst(modelBuilder, entity, "LastUsedAt");
            }
        }
    }

    /// <summary>Nulls sort first in SQLite and last here: a column that holds the lowest number in their place sorts alike (<see cref="DashboardDbContext.SortsNullsLast"/>).</summary>
    private static void AddNullsFirst(ModelBuilder modelBuilder, IMutableEntityType entity, string column)
    {
        var builder = modelBuilder.Entity(entity.ClrType);
        builder.Property<long>(OrderOf(column)).HasComputedColumnSql($"COALESCE(\"{column}\", 0)", stored: true);
        var plain = entity.GetIndexes().Single(index => index.Properties.Select(p => p.Name).SequenceEqual(["TenantId", column, "Id"], StringComparer.Ordinal));
        entity.RemoveIndex(plain);
        builder.HasIndex("TenantId", OrderOf(column), "Id");
    }

    /// <summary>The one row that says in which form texts are stored folded.</summary>
    internal sealed class FoldedForm
    {
        public int Id { get; init; }

        public int Form { get; set; }
    }

    /// <summary>The one row that numbers the changes of followed rows (<see cref="PostgresShared"/>).</summary>
    internal sealed class ChangeCounter
    {
        public int Id { get; init; }

        public long Number { get; init; }
    }

    /// <summary>A key was made, changed or deleted; for a while, so that every process that shares the database reads it anew.</summary>
    internal sealed class KeyChange
    {
        public long Number { get; init; }

        public required string TenantId { get; init; }

        public Guid KeyId { get; init; }

        public Guid Process { get; init; }

        /// <summary>Unix milliseconds, by the database's clock.</summary>
        public long At { get; init; }
    }

    /// <summary>A process that shares the database.</summary>
    internal sealed class Node
    {
        public Guid Id { get; init; }

        public required string Name { get; init; }

        /// <summary>Unix milliseconds, by the database's clock.</summary>
        public long SeenAt { get; init; }

        public bool HasMemory { get; init; }

        public bool HasFeed { get; init; }
    }
}
