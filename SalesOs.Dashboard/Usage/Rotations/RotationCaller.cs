using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Usage.Rotations;

/// <summary>
/// Who still called with a key that has a successor, by address, agent and route; all of them had the secret. Personal data: it falls with its key, and after
/// <c>Usage:RetentionDays</c>.
/// </summary>
public sealed class RotationCaller : ITenantOwned
{
    /// <summary>Kept for one key; the others are counted together, without address and agent.</summary>
    public const int MostPerKey = 1000;

    internal const string Add = """
        INSERT INTO "rotation_callers" ("TenantId", "KeyId", "Address", "Agent", "Route", "FirstSeenAt", "LastSeenAt", "Count")
        SELECT @tenant, @key, @address, @agent, @route, @first, @last, @count
        WHERE EXISTS (SELECT 1 FROM "rotation_callers" WHERE "KeyId" = @key AND "Address" = @address AND "Agent" = @agent AND "Route" = @route)
           OR (SELECT COUNT(*) FROM "rotation_callers" WHERE "KeyId" = @key) < @most
        ON CONFLICT ("KeyId", "Address", "Agent", "Route") DO UPDATE SET
          "FirstSeenAt" = CASE WHEN excluded."FirstSeenAt" < "rotation_callers"."FirstSeenAt" THEN excluded."FirstSeenAt" ELSE "rotation_callers"."FirstSeenAt" END,
          "LastSeenAt" = CASE WHEN excluded."LastSeenAt" > "rotation_callers"."LastSeenAt" THEN excluded."LastSeenAt" ELSE "rotation_callers"."LastSeenAt" END,
          "Count" = "rotation_callers"."Count" + excluded."Count"
        """;

    public required string TenantId { get; init; }

    /// <summary>The old key's.</summary>
    public required Guid KeyId { get; init; }

    /// <summary>Empty when the server did not know it.</summary>
    public required string Address { get; init; }

    /// <summary>At most 256 characters; empty when none was sent.</summary>
    public required string Agent { get; init; }

    /// <summary>Such as <c>GET /v1/leads/{id}</c>.</summary>
    public required string Route { get; init; }

    public required DateTimeOffset FirstSeenAt { get; init; }

    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>Requests, let in or refused with their signature proven.</summary>
    public required long Count { get; init; }
}

internal sealed class RotationCallerMapping : IEntityTypeConfiguration<RotationCaller>
{
    public void Configure(EntityTypeBuilder<RotationCaller> builder)
    {
        builder.ToTable("rotation_callers");
        builder.HasKey(c => new { c.KeyId, c.Address, c.Agent, c.Route });
        builder.Property(c => c.TenantId).HasMaxLength(64);
        builder.Property(c => c.Address).HasMaxLength(64);
        builder.Property(c => c.Agent).HasMaxLength(256);
        builder.Property(c => c.Route).HasMaxLength(128);
        builder.HasIndex(c => c.LastSeenAt);
        builder.HasOne<ApiKey>().WithMany().HasForeignKey(c => c.KeyId).OnDelete(DeleteBehavior.Cascade);
    }
}
