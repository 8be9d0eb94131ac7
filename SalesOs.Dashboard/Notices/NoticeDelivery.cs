using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices;

public enum DeliveryState
{
    /// <summary>To be tried, now or again.</summary>
    Waiting = 0,

    Delivered = 1,

    /// <summary>Given up after all its tries, or because the receiver is gone.</summary>
    Failed = 2,

    /// <summary>The receiver was switched off or taken away before.</summary>
    Dropped = 3,
}

/// <summary>One notice to one receiver, or the link with which an e-mail address is confirmed.</summary>
public sealed class NoticeDelivery : ITenantOwned
{
    public required Guid Id { get; init; }

    public required string TenantId { get; init; }

    /// <summary>Null: the link of an e-mail address.</summary>
    public Guid? NoticeId { get; init; }

    /// <summary><see cref="NoticeChannels.Email"/> or <see cref="NoticeChannels.Webhook"/>.</summary>
    public required NoticeChannels Channel { get; init; }

    /// <summary>A <see cref="WebhookEndpoint"/> or a <see cref="NoticeEmail"/>; it may be gone.</summary>
    public required Guid ReceiverId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DeliveryState State { get; init; }

    /// <summary>Tries since it was made, or since somebody had it sent again.</summary>
    public int Tries { get; init; }

    /// <summary>
    /// When it is tried next. Whoever takes it to try it puts this off first, for longer than a try lasts: should that process die, the delivery is due again by itself.
    /// </summary>
    public required DateTimeOffset NextAt { get; init; }

    /// <summary>Who has taken it, anew each time: what somebody says of a try counts only while it is theirs.</summary>
    public Guid? TakenAs { get; init; }

    public DateTimeOffset? DoneAt { get; init; }
}

internal sealed class NoticeDeliveryMapping : IEntityTypeConfiguration<NoticeDelivery>
{
    public void Configure(EntityTypeBuilder<NoticeDelivery> builder)
    {
        builder.ToTable("notice_deliveries");
        builder.HasKey(d => d.Id);
        builder.Property(d => d.Id).ValueGeneratedNever();
        builder.Property(d => d.TenantId).HasMaxLength(64);
        // Only what waits, a receiver at a time: what one of them leaves lying costs the others nothing.
        builder.HasIndex(d => new { d.ReceiverId, d.NextAt }).HasFilter("\"State\" = 0");
        builder.HasIndex(d => new { d.TenantId, d.Id });
        builder.HasIndex(d => d.DoneAt).HasFilter("\"DoneAt\" IS NOT NULL");
        builder.HasOne<NoticeRow>().WithMany().HasForeignKey(d => d.NoticeId).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>One try of a delivery; kept as long as that.</summary>
public sealed class DeliveryAttempt : ITenantOwned
{
    public required Guid Id { get; init; }

    public required string TenantId { get; init; }

    public required Guid DeliveryId { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <inheritdoc cref="SendResult.Status"/>
    public int? Status { get; init; }

    public required int Milliseconds { get; init; }

    /// <inheritdoc cref="SendResult.Answer"/>
    public string? Answer { get; init; }

    /// <inheritdoc cref="SendResult.Fault"/>
    public string? Fault { get; init; }
}

internal sealed class DeliveryAttemptMapping : IEntityTypeConfiguration<DeliveryAttempt>
{
    public void Configure(EntityTypeBuilder<DeliveryAttempt> builder)
    {
        builder.ToTable("notice_attempts");
        builder.HasKey(a => a.Id);
        builder.Property(a => a.Id).ValueGeneratedNever();
        builder.Property(a => a.TenantId).HasMaxLength(64);
        builder.Property(a => a.Answer).HasMaxLength(SendResult.MaxAnswerBytes);
        builder.Property(a => a.Fault).HasMaxLength(64);
        builder.HasIndex(a => a.DeliveryId);
        builder.HasOne<NoticeDelivery>().WithMany().HasForeignKey(a => a.DeliveryId).OnDelete(DeleteBehavior.Cascade);
    }
}
