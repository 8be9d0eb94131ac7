using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Usage;

/// <summary>
/// An address and an agent that a key was let in from. Personal data: it falls with its key, and when it was not seen for <c>Usage:RetentionDays</c>.
/// </summary>
public sealed class KeyCaller : ITenantOwned
{
    /// <summary>Callers kept for a key; beyond them the least recently seen goes.</summary>
    public const int MostPerKey = 200;

    public required string TenantId { get; init; }

    public required Guid KeyId { get; init; }

    /// <summary>Empty when the server did not know it.</summary>
    public required string Address { get; init; }

    /// <summary>At most 256 characters; empty when none was sent.</summary>
    public required string Agent { get; init; }

    public required DateTimeOffset FirstSeenAt { get; init; }

    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>Requests let in.</summary>
    public required long Count { get; init; }

    /// <summary>Milliseconds of its longest silence between two writings; null: it was written once, or before silences were kept.</summary>
    public long? LongestSilence { get; init; }
}

internal sealed class KeyCallerMapping : IEntityTypeConfiguration<KeyCaller>
{
    public void Configure(EntityTypeBuilder<KeyCaller> builder)
    {
        builder.ToTable("key_callers");
        builder.HasKey(c => new { c.KeyId, c.Address, c.Agent });
        builder.Property(c => c.TenantId).HasMaxLength(64);
        builder.Property(c => c.Address).HasMaxLength(64);
        builder.Property(c => c.Agent).HasMaxLength(256);
        builder.HasIndex(c => c.LastSeenAt);
        builder.HasOne<ApiKey>().WithMany().HasForeignKey(c => c.KeyId).OnDelete(DeleteBehavior.Cascade);
    }
}
