using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Audit;

/// <summary>
/// The program's signature under a chain as it stood: who keeps one elsewhere can later tell a chain that was rewritten or cut. Checkpoints
/// hold no personal data and outlive the entries that they stand for.
/// </summary>
public sealed class AuditCheckpoint : ITenantOwned
{
    public required string TenantId { get; init; }

    /// <summary>Of the entry that was the latest.</summary>
    public required long Sequence { get; init; }

    /// <summary>Of that entry, 32 bytes.</summary>
    public required byte[] Hash { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary><see cref="AuditSigningKey.Id"/> of the key that signed.</summary>
    public required string KeyId { get; init; }

    /// <summary>ECDSA P-256 with SHA-256 over <see cref="SignedText"/>: r and s, 64 bytes.</summary>
    public required byte[] Signature { get; init; }

    /// <summary>UTF-8 lines without a last line feed: <c>salesos-audit-checkpoint-v1</c>, tenant, sequence, hash in lowercase hex, Unix milliseconds.</summary>
    public static byte[] SignedText(string tenant, long sequence, ReadOnlySpan<byte> hash, DateTimeOffset at) => Encoding.UTF8.GetBytes(
        FormattableString.Invariant($"salesos-audit-checkpoint-v1\n{tenant}\n{sequence}\n{Convert.ToHexStringLower(hash)}\n{at.ToUnixTimeMilliseconds()}"));
}

internal sealed class AuditCheckpointMapping : IEntityTypeConfiguration<AuditCheckpoint>
{
    public void Configure(EntityTypeBuilder<AuditCheckpoint> builder)
    {
        builder.ToTable("audit_checkpoints");
        builder.HasKey(c => new { c.TenantId, c.Sequence });
        builder.Property(c => c.TenantId).HasMaxLength(64);
        builder.Property(c => c.KeyId).HasMaxLength(64);
    }
}
