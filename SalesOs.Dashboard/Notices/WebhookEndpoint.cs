using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices;

public enum WebhookState
{
    On = 0,

    /// <summary>Somebody switched it off, or it said that it is gone (410): it gets nothing.</summary>
    Off = 1,

    /// <summary>A notice was given up after all its tries. It goes on getting those that come, and is on again with the first that it takes.</summary>
    Failing = 2,
}

/// <summary>Where a tenant's notices go by HTTP.</summary>
public sealed class WebhookEndpoint : ITenantOwned
{
    public const int MaxDescriptionLength = 200;

    /// <summary>Of a tenant.</summary>
    public const int Most = 20;

    public required Guid Id { get; init; }

    public required string TenantId { get; init; }

    public required string Url { get; set; }

    public string? Description { get; set; }

    /// <summary>As <see cref="NoticeChoices.Text"/> has them; null: those for which the tenant chose webhooks.</summary>
    public string? EventText { get; set; }

    /// <summary>Under the tenant's data key (<see cref="WebhookSecrets"/>).</summary>
    public required byte[] SealedSecret { get; set; }

    /// <summary>The one before, for as long as it is signed with too.</summary>
    public byte[]? SealedPrevious { get; set; }

    public DateTimeOffset? PreviousUntil { get; set; }

    public WebhookState State { get; set; }

    public required DateTimeOffset StateSince { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public Guid? CreatedById { get; set; }

    public bool IsTold(NoticeEvent what, NoticeChannels chosen) =>
        State != WebhookState.Off && (EventText is { } own ? NoticeChoices.Of(own).Contains(what) : chosen.HasFlag(NoticeChannels.Webhook));
}

internal sealed class WebhookEndpointMapping : IEntityTypeConfiguration<WebhookEndpoint>
{
    public void Configure(EntityTypeBuilder<WebhookEndpoint> builder)
    {
        builder.ToTable("webhook_endpoints");
        builder.HasKey(w => w.Id);
        builder.Property(w => w.Id).ValueGeneratedNever();
        builder.Property(w => w.TenantId).HasMaxLength(64);
        builder.Property(w => w.Url).HasMaxLength(Webhooks.WebhookAddress.MaxLength);
        builder.Property(w => w.Description).HasMaxLength(WebhookEndpoint.MaxDescriptionLength);
        builder.HasIndex(w => new { w.TenantId, w.Id });
    }
}
