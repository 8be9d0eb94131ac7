using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Reviews;

/// <summary>A review: those who answer for keys say of each of them whether it is still needed. Which keys these are was frozen when it was opened.</summary>
public sealed class Review : ITenantOwned
{
    public required Guid Id { get; init; }

    public required string TenantId { get; init; }

    public required string Name { get; init; }

    /// <summary>Until then the owners are asked.</summary>
    public required DateTimeOffset DueAt { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>A person's id (Audit room).</summary>
    public Guid? OpenedById { get; set; }

    public required ReviewScope Scope { get; init; }

    /// <summary>What it was narrowed to, as <see cref="ReviewFilter.Said"/> tells it; empty for no filter.</summary>
    public required string Filter { get; init; }

    /// <summary>Keys that were frozen.</summary>
    public required int Keys { get; init; }

    /// <summary>The sequence of its <c>review.opened</c> entry; what was done since comes after it.</summary>
    public long OpenedEntry { get; set; }

    /// <summary>When the log was told that the day has passed; null before.</summary>
    public DateTimeOffset? OverdueNotedAt { get; set; }
}

/// <summary>Which keys a review is of. The numbers are stored.</summary>
public enum ReviewScope
{
    /// <summary>All that have not come to their end.</summary>
    All = 0,

    /// <summary>Those of them that are of the live environment.</summary>
    Live = 1,

    /// <summary>Those of them that a filter finds.</summary>
    Filter = 2,
}

internal sealed class ReviewMapping : IEntityTypeConfiguration<Review>
{
    public const int MaxFilterLength = 2000;

    public void Configure(EntityTypeBuilder<Review> builder)
    {
        builder.ToTable("reviews");
        builder.HasKey(r => r.Id);
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.Property(r => r.TenantId).HasMaxLength(64);
        builder.Property(r => r.Name).HasMaxLength(NewReviewValidator.MaxNameLength * 4);
        builder.Property(r => r.Filter).HasMaxLength(MaxFilterLength);
        builder.HasIndex(r => new { r.TenantId, r.OpenedAt, r.Id });
        // Only those whose day the log is to be told of.
        builder.HasIndex(r => r.DueAt).HasFilter("\"OverdueNotedAt\" IS NULL");
    }
}
