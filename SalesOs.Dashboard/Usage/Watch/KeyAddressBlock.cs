using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Usage.Watch;

/// <summary>
/// A block of addresses (/24, of IPv6 /64) that a key was let in from, and on which days: so that a new one is told from a known one by one row. Personal data: it falls
/// with its key, and when it was not seen for <see cref="UsageWatch.Remembered"/>.
/// </summary>
public sealed class KeyAddressBlock : ITenantOwned
{
    /// <summary>A key that is called from more is called from anywhere: further ones are neither kept nor told of.</summary>
    public const int MostPerKey = 200;

    public required string TenantId { get; init; }

    public required Guid KeyId { get; init; }

    /// <summary>Such as <c>203.0.113.0/24</c> or <c>2001:db8::/64</c>.</summary>
    public required string Block { get; init; }

    /// <summary>Days since 1970 (UTC); 0 where the block was seen before such rows were kept.</summary>
    public required int FirstSeenOn { get; init; }

    /// <summary>Days since 1970 (UTC).</summary>
    public required int LastSeenOn { get; init; }
}

internal sealed class KeyAddressBlockMapping : IEntityTypeConfiguration<KeyAddressBlock>
{
    public void Configure(EntityTypeBuilder<KeyAddressBlock> builder)
    {
        builder.ToTable("key_address_blocks");
        builder.HasKey(b => new { b.KeyId, b.Block });
        builder.Property(b => b.TenantId).HasMaxLength(64);
        builder.Property(b => b.Block).HasMaxLength(49);
        builder.HasIndex(b => b.LastSeenOn);
        builder.HasOne<ApiKey>().WithMany().HasForeignKey(b => b.KeyId).OnDelete(DeleteBehavior.Cascade);
    }
}
