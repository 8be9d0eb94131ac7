using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices;

/// <summary>Where a tenant's notices go by e-mail, or those of one key. It gets none before somebody has followed the link that was sent there.</summary>
public sealed class NoticeEmail : ITenantOwned
{
    /// <summary>In characters, as RFC 5321 bounds a path.</summary>
    public const int MaxAddressLength = 254;

    /// <summary>Of a tenant.</summary>
    public const int Most = 50;

    /// <summary>Of one key.</summary>
    public const int MostPerKey = 5;

    public required Guid Id { get; init; }

    public required string TenantId { get; init; }

    public required string Address { get; init; }

    /// <summary><c>en</c> or <c>pt-BR</c>.</summary>
    public required string Language { get; set; }

    /// <summary>As <see cref="NoticeChoices.Text"/> has them; null: those for which the tenant chose e-mail.</summary>
    public string? EventText { get; set; }

    /// <summary>It is told of this key alone; null: of all.</summary>
    public Guid? KeyId { get; init; }

    public DateTimeOffset? ConfirmedAt { get; set; }

    /// <summary>When the link was last asked for; it holds for <see cref="ConfirmationLinks.Lasts"/>.</summary>
    public required DateTimeOffset AskedAt { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public Guid? CreatedById { get; set; }

    public bool IsTold(NoticeEvent what, Guid? key, NoticeChannels chosen) =>
        ConfirmedAt is not null && (KeyId is null || KeyId == key)
        && (EventText is { } own ? NoticeChoices.Of(own).Contains(what) : chosen.HasFlag(NoticeChannels.Email));
}

internal sealed class NoticeEmailMapping : IEntityTypeConfiguration<NoticeEmail>
{
    public void Configure(EntityTypeBuilder<NoticeEmail> builder)
    {
        builder.ToTable("notice_emails");
        builder.HasKey(e => e.Id);
        builder.Property(e => e.Id).ValueGeneratedNever();
        builder.Property(e => e.TenantId).HasMaxLength(64);
        builder.Property(e => e.Address).HasMaxLength(NoticeEmail.MaxAddressLength);
        builder.Property(e => e.Language).HasMaxLength(16);
        builder.HasIndex(e => new { e.TenantId, e.KeyId, e.Id });
    }
}
