using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace SalesOs.Dashboard.Audit;

/// <summary>The key that signs checkpoints and exports of all chains of this installation.</summary>
public sealed class AuditSigningKey
{
    /// <summary>SHA-256 over <see cref="PublicKey"/>, lowercase hex.</summary>
    public required string Id { get; init; }

    /// <summary>SubjectPublicKeyInfo in DER.</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>The private scalar, 32 bytes, under the master key.</summary>
    public required byte[] Sealed { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
}

internal sealed class AuditSigningKeyMapping : IEntityTypeConfiguration<AuditSigningKey>
{
    public void Configure(EntityTypeBuilder<AuditSigningKey> builder)
    {
        builder.ToTable("audit_signing_keys");
        builder.HasKey(k => k.Id);
        builder.Property(k => k.Id).HasMaxLength(64);
    }
}
