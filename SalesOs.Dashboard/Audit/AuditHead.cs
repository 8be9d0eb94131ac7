using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Audit;

/// <summary>
/// Where a tenant's chain ends and where what is kept of it begins. Moved by each entry in its transaction, and proven by a code that only who
/// holds the signing key can make: a tail that is cut off the table, head and all, shows at once.
/// </summary>
public sealed class AuditHead : ITenantOwned
{
    public required string TenantId { get; init; }

    /// <summary>Of the latest entry; 0 before the first.</summary>
    public long Sequence { get; set; }

    /// <summary>Of the latest entry; 32 zeros before the first.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>When the latest entry was written.</summary>
    public required DateTimeOffset At { get; set; }

    /// <summary>The latest entry that a checkpoint has signed; 0 for none.</summary>
    public long CheckpointedThrough { get; set; }

    /// <summary>Entries up to this one, always a checkpoint's, are no longer kept; 0 for none.</summary>
    public long PrunedThrough { get; set; }

    /// <summary>The first entry that was written while the head was not proven; null as long as it always was.</summary>
    public long? UnprovenFrom { get; set; }

    /// <summary>HMAC-SHA256 over tenant, sequence, hash and <see cref="PrunedThrough"/>; empty when the head is not proven.</summary>
    public required byte[] Mac { get; set; }

    internal byte[] ProvenText() => Encoding.UTF8.GetBytes(
        FormattableString.Invariant($"salesos-audit-head-v1\n{TenantId}\n{Sequence}\n{Convert.ToHexStringLower(Hash)}\n{PrunedThrough}"));

    internal static AuditHead Empty(string tenant, DateTimeOffset now) =>
        new() { TenantId = tenant, Hash = new byte[SHA256.HashSizeInBytes], At = now, Mac = [] };
}

internal sealed class AuditHeadMapping : IEntityTypeConfiguration<AuditHead>
{
    public void Configure(EntityTypeBuilder<AuditHead> builder)
    {
        builder.ToTable("audit_heads");
        builder.HasKey(h => h.TenantId);
        builder.Property(h => h.TenantId).HasMaxLength(64);
    }
}
