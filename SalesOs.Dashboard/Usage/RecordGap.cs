using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Usage;

/// <summary>
/// What the record of a key does not hold although it happened; shown beside what it holds. The counts themselves have no gaps. Falls with its key.
/// </summary>
public sealed class RecordGap : ITenantOwned
{
    public required string TenantId { get; init; }

    public required Guid KeyId { get; init; }

    /// <summary>Callers that had to go for more recent ones, or were erased with a person.</summary>
    public required long CallersForgotten { get; init; }

    /// <summary>Requests let in whose caller was not noted, because too many others were new in the same second.</summary>
    public required long CallersMissed { get; init; }

    /// <summary>Refused requests that did not fit into memory.</summary>
    public required long RejectionsDropped { get; init; }
}

internal sealed class RecordGapMapping : IEntityTypeConfiguration<RecordGap>
{
    public void Configure(EntityTypeBuilder<RecordGap> builder)
    {
        builder.ToTable("record_gaps");
        builder.HasKey(g => g.KeyId);
        builder.Property(g => g.KeyId).ValueGeneratedNever();
        builder.Property(g => g.TenantId).HasMaxLength(64);
        // The name that the column was made with; another would cost a migration.
        builder.Property(g => g.RejectionsDropped).HasColumnName("RefusalsDropped");
        builder.HasOne<ApiKey>().WithMany().HasForeignKey(g => g.KeyId).OnDelete(DeleteBehavior.Cascade);
    }
}
