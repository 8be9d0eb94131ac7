using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Audit;

/// <summary>
/// One link of a tenant's chain. <see cref="Canonical"/> is the truth: the columns beside it serve searching and are recomputed from it
/// when the chain is verified.
/// </summary>
public sealed class AuditEntry : ITenantOwned
{
    public required string TenantId { get; init; }

    /// <summary>From 1, without a gap.</summary>
    public required long Sequence { get; init; }

    public required Guid Id { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>One of <see cref="AuditActions"/>.</summary>
    public required string Action { get; init; }

    /// <summary><c>ok</c> or <c>refused</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>The <see cref="Person"/> who acted; null for the program itself.</summary>
    public Guid? ActorId { get; init; }

    public Guid? KeyId { get; init; }

    public string? RequestId { get; init; }

    /// <summary>The entry as UTF-8 JSON in a fixed order of names (see <see cref="AuditCanonical"/>), as it was hashed.</summary>
    public required byte[] Canonical { get; init; }

    /// <summary>SHA-256, 32 bytes; zeros for the first entry.</summary>
    public required byte[] PreviousHash { get; init; }

    /// <summary>SHA-256 over <see cref="PreviousHash"/> followed by <see cref="Canonical"/>, 32 bytes.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>Null once the person's data is erased.</summary>
    public AuditPersonal? Personal { get; init; }
}

/// <summary>
/// The personal data of one entry, beside the chain: the chained bytes hold only SHA-256 over <see cref="Salt"/> followed by
/// <see cref="Data"/>. A salt of its own for each entry keeps equal people from being recognised by equal hashes after erasure.
/// </summary>
public sealed class AuditPersonal : ITenantOwned
{
    public required string TenantId { get; init; }

    public required long Sequence { get; init; }

    /// <summary>16 random bytes.</summary>
    public required byte[] Salt { get; init; }

    /// <summary>UTF-8 JSON: <c>subject</c>, <c>name</c>, <c>email</c>, <c>address</c>, <c>agent</c>.</summary>
    public required byte[] Data { get; init; }
}

internal sealed class AuditEntryMapping : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.ToTable("audit_entries");
        builder.HasKey(e => new { e.TenantId, e.Sequence });
        builder.Property(e => e.TenantId).HasMaxLength(64);
        builder.Property(e => e.Action).HasMaxLength(64);
        builder.Property(e => e.Outcome).HasMaxLength(16);
        builder.Property(e => e.RequestId).HasMaxLength(64);
        builder.HasIndex(e => new { e.TenantId, e.KeyId, e.Sequence });
        builder.HasIndex(e => new { e.TenantId, e.ActorId, e.Sequence });
        builder.HasIndex(e => new { e.TenantId, e.At });
        builder.HasOne(e => e.Personal).WithOne().HasForeignKey<AuditPersonal>(p => new { p.TenantId, p.Sequence });
    }
}

internal sealed class AuditPersonalMapping : IEntityTypeConfiguration<AuditPersonal>
{
    public void Configure(EntityTypeBuilder<AuditPersonal> builder)
    {
        builder.ToTable("audit_personal");
        builder.HasKey(p => new { p.TenantId, p.Sequence });
        builder.Property(p => p.TenantId).HasMaxLength(64);
    }
}
