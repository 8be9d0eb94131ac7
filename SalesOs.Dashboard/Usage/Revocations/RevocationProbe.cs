using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Usage.Revocations;

/// <summary>What a node answered to a request that the program signed with a key after it was revoked. One for each key and node; falls with its key.</summary>
public sealed class RevocationProbe : ITenantOwned
{
    public required string TenantId { get; init; }

    public required Guid KeyId { get; init; }

    /// <summary>The node's name.</summary>
    public required string Node { get; init; }

    /// <summary>From then on the node has refused what was signed with the key; null when the probe was let in.</summary>
    public required DateTimeOffset? RefusedSince { get; init; }

    /// <summary>When it was signed and sent.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Of the answer.</summary>
    public required int Status { get; init; }

    /// <summary>What the gate found.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>From sending to the answer, as the sender saw it.</summary>
    public required int Milliseconds { get; init; }
}

internal sealed class RevocationProbeMapping : IEntityTypeConfiguration<RevocationProbe>
{
    public const int MaxNodeLength = 64;

    public void Configure(EntityTypeBuilder<RevocationProbe> builder)
    {
        builder.ToTable("revocation_probes");
        builder.HasKey(p => new { p.KeyId, p.Node });
        builder.Property(p => p.TenantId).HasMaxLength(64);
        builder.Property(p => p.Node).HasMaxLength(MaxNodeLength);
        builder.HasOne<ApiKey>().WithMany().HasForeignKey(p => p.KeyId).OnDelete(DeleteBehavior.Cascade);
    }
}
