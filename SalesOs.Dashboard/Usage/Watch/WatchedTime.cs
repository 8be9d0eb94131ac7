using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace SalesOs.Dashboard.Usage.Watch;

/// <summary>The one row that says until when the program was there, and when it was away last: nobody could call it then.</summary>
public sealed class WatchedTime
{
    public const int OnlyId = 1;

    public int Id { get; init; } = OnlyId;

    public required DateTimeOffset SeenAt { get; set; }

    /// <summary>Null: it was never away.</summary>
    public DateTimeOffset? AwayFrom { get; set; }

    public DateTimeOffset? AwayUntil { get; set; }
}

internal sealed class WatchedTimeMapping : IEntityTypeConfiguration<WatchedTime>
{
    public void Configure(EntityTypeBuilder<WatchedTime> builder)
    {
        builder.ToTable("watched_time");
        builder.HasKey(w => w.Id);
        builder.Property(w => w.Id).ValueGeneratedNever();
    }
}
