using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Usage;

/// <summary>How often something happened to one key in one minute, hour or day (UTC). Falls with its key.</summary>
public sealed class UsageCount : ITenantOwned
{
    public required string TenantId { get; init; }

    public required Guid KeyId { get; init; }

    public required UsageStep Step { get; init; }

    /// <summary>The step's first second, Unix seconds.</summary>
    public required long At { get; init; }

    /// <summary>The route as it is mapped, such as <c>GET /v1/leads/{id}</c>.</summary>
    public required string Route { get; init; }

    /// <summary><see cref="CountedAs"/>.</summary>
    public required short Counted { get; init; }

    public required long Count { get; init; }
}

internal sealed class UsageCountMapping : IEntityTypeConfiguration<UsageCount>
{
    public void Configure(EntityTypeBuilder<UsageCount> builder)
    {
        builder.ToTable("usage_counts");
        builder.HasKey(c => new { c.KeyId, c.Step, c.At, c.Route, c.Counted });
        builder.Property(c => c.TenantId).HasMaxLength(64);
        builder.Property(c => c.Route).HasMaxLength(128);
        builder.HasIndex(c => new { c.Step, c.At });
        builder.HasOne<ApiKey>().WithMany().HasForeignKey(c => c.KeyId).OnDelete(DeleteBehavior.Cascade);
    }
}
