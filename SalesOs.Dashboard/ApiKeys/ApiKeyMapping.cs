using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace SalesOs.Dashboard.ApiKeys;

internal sealed class ApiKeyMapping : IEntityTypeConfiguration<ApiKey>
{
    public void Configure(EntityTypeBuilder<ApiKey> builder)
    {
        builder.ToTable("api_keys");
        builder.HasKey(k => k.Id);
        builder.Property(k => k.Id).ValueGeneratedNever();
        builder.Property(k => k.TenantId).HasMaxLength(64);
        builder.Property(k => k.Key).HasMaxLength(40);
        builder.Property(k => k.Name).HasMaxLength(KeyRules.MaxNameLength * 4);
        builder.Property(k => k.NameFolded).HasMaxLength(KeyRules.MaxNameLength * 4);
        builder.Property(k => k.Notes).HasMaxLength(KeyRules.MaxNotesLength);
        builder.Property(k => k.RevokeReason).HasMaxLength(KeyRules.MaxReasonLength);
        builder.Property(k => k.PauseReason).HasMaxLength(KeyRules.MaxReasonLength);
        builder.Ignore(k => k.Scopes);
        builder.Ignore(k => k.AllowedIps);
        builder.Ignore(k => k.KeyPrefix);
        builder.Ignore(k => k.KeyLast4);
        builder.Ignore(k => k.Owner);
        builder.HasIndex(k => k.Key).IsUnique();
        // Only keys that are yet to expire, so that looking for those that have just done so reads nothing else.
        builder.HasIndex(k => k.ExpiryOrder).HasFilter("\"ExpiresAt\" IS NOT NULL AND \"ExpiryNotedAt\" IS NULL AND \"RevokedAt\" IS NULL");
        // Only keys of whose expiry somebody is still to be reminded, and those of which that is not worked out yet.
        builder.HasIndex(k => k.RemindAt).HasFilter("\"ExpiresAt\" IS NOT NULL AND \"RevokedAt\" IS NULL");
        // Only the pauses that the clock ends.
        builder.HasIndex(k => k.PausedUntil).HasFilter("\"PausedUntil\" IS NOT NULL AND \"RevokedAt\" IS NULL");
        // Only the few keys whose maker is to be told.
        builder.HasIndex(k => new { k.TenantId, k.CreatedById }).HasFilter("\"ValuesUnsaved\"");
        // One index for each sort by a column of the key; the id makes the order total.
        builder.HasIndex(k => new { k.TenantId, k.CreatedAt, k.Id });
        builder.HasIndex(k => new { k.TenantId, k.NameFolded, k.Id });
        builder.HasIndex(k => new { k.TenantId, k.ExpiryOrder, k.Id });
        builder.HasIndex(k => new { k.TenantId, k.LastUsedAt, k.Id });
        builder.HasIndex(k => new { k.TenantId, k.UsageCount, k.Id });
        // All that the list is narrowed and sorted by, so that a narrowed list and the figures above it are read from here alone.
        builder.HasIndex(k => new
        {
            k.TenantId,
            k.RevokedAt,
            k.ExpiryOrder,
            k.PausedAt,
            k.PausedUntil,
            k.PausedThen,
            k.BrownOutFrom,
            k.BrownOutUntil,
            k.LastUsedAt,
            k.Environment,
            k.IsExcess,
            k.ScopeText,
            k.CreatedById,
            k.OwnerId,
            k.CreatedAt,
            k.UsageCount,
            k.NameFolded,
            k.AllowedIpText,
            k.RateLimit,
            k.SingleUse,
            k.SearchText,
            k.Id,
        }).HasDatabaseName("IX_api_keys_narrowed");
    }
}
