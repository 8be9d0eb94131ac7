using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices;

/// <summary>By which channels a tenant chose to be told of an event; where there is no row, <see cref="NoticeEvents.DefaultOf"/> holds.</summary>
public sealed class NoticeChoice : ITenantOwned
{
    public required string TenantId { get; init; }

    public required NoticeEvent Event { get; init; }

    public required NoticeChannels Channels { get; set; }
}

internal sealed class NoticeChoiceMapping : IEntityTypeConfiguration<NoticeChoice>
{
    public void Configure(EntityTypeBuilder<NoticeChoice> builder)
    {
        builder.ToTable("notice_choices");
        builder.HasKey(c => new { c.TenantId, c.Event });
        builder.Property(c => c.TenantId).HasMaxLength(64);
    }
}

/// <summary>A person has read a notice in the bell.</summary>
public sealed class NoticeRead : ITenantOwned
{
    public required string TenantId { get; init; }

    public required Guid PersonId { get; init; }

    public required Guid NoticeId { get; init; }
}

internal sealed class NoticeReadMapping : IEntityTypeConfiguration<NoticeRead>
{
    public void Configure(EntityTypeBuilder<NoticeRead> builder)
    {
        builder.ToTable("notice_reads");
        builder.HasKey(r => new { r.TenantId, r.PersonId, r.NoticeId });
        builder.Property(r => r.TenantId).HasMaxLength(64);
        builder.HasIndex(r => r.NoticeId);
        builder.HasOne<NoticeRow>().WithMany().HasForeignKey(r => r.NoticeId).OnDelete(DeleteBehavior.Cascade);
    }
}
