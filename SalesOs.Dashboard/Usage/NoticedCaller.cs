using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Usage;

/// <summary>
/// Who was refused in a brown-out, by address, agent and route; all of them had the secret. Personal data: it falls with its key, and after <c>Usage:RetentionDays</c>.
/// </summary>
public sealed class NoticedCaller : ITenantOwned
{
    /// <summary>Kept for one brown-out; the others are counted together, without address and agent.</summary>
    public const int MostPerBrownOut = 1000;

    internal const string Add = """
        INSERT INTO "brown_out_callers" ("TenantId", "BrownOutId", "Address", "Agent", "Route", "FirstSeenAt", "LastSeenAt", "Count")
        SELECT @tenant, @brownOut, @address, @agent, @route, @first, @last, @count
        WHERE EXISTS (SELECT 1 FROM "brown_outs" WHERE "Id" = @brownOut)
          AND (EXISTS (SELECT 1 FROM "brown_out_callers" WHERE "BrownOutId" = @brownOut AND "Address" = @address AND "Agent" = @agent AND "Route" = @route)
            OR (SELECT COUNT(*) FROM "brown_out_callers" WHERE "BrownOutId" = @brownOut) < @most)
        ON CONFLICT ("BrownOutId", "Address", "Agent", "Route") DO UPDATE SET
          "FirstSeenAt" = CASE WHEN excluded."FirstSeenAt" < "brown_out_callers"."FirstSeenAt" THEN excluded."FirstSeenAt" ELSE "brown_out_callers"."FirstSeenAt" END,
          "LastSeenAt" = CASE WHEN excluded."LastSeenAt" > "brown_out_callers"."LastSeenAt" THEN excluded."LastSeenAt" ELSE "brown_out_callers"."LastSeenAt" END,
          "Count" = "brown_out_callers"."Count" + excluded."Count"
        """;

    public required string TenantId { get; init; }

    public required Guid BrownOutId { get; init; }

    /// <summary>Empty when the server did not know it.</summary>
    public required string Address { get; init; }

    /// <summary>At most 256 characters; empty when none was sent.</summary>
    public required string Agent { get; init; }

    /// <summary>Such as <c>GET /v1/leads/{id}</c>.</summary>
    public required string Route { get; init; }

    public required DateTimeOffset FirstSeenAt { get; init; }

    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>Requests refused.</summary>
    public required long Count { get; init; }
}

internal sealed class NoticedCallerMapping : IEntityTypeConfiguration<NoticedCaller>
{
    public void Configure(EntityTypeBuilder<NoticedCaller> builder)
    {
        builder.ToTable("brown_out_callers");
        builder.HasKey(c => new { c.BrownOutId, c.Address, c.Agent, c.Route });
        builder.Property(c => c.TenantId).HasMaxLength(64);
        builder.Property(c => c.Address).HasMaxLength(64);
        builder.Property(c => c.Agent).HasMaxLength(256);
        builder.Property(c => c.Route).HasMaxLength(128);
        builder.HasIndex(c => c.LastSeenAt);
        builder.HasOne<BrownOut>().WithMany().HasForeignKey(c => c.BrownOutId).OnDelete(DeleteBehavior.Cascade);
    }
}
