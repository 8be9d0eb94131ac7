using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Reviews;

/// <summary>What an owner says of a key. The numbers are stored.</summary>
public enum ReviewChoice
{
    /// <summary>It is needed as it is.</summary>
    Keep = 0,

    /// <summary>It is needed, and may do less: whoever says so edits it.</summary>
    Narrow = 1,

    /// <summary>It is not needed: paused now, revoked after <see cref="ReviewService.RetireAfter"/>.</summary>
    Retire = 2,
}

/// <summary>A key of a review: its settings and its use as they were when the review was opened, which nothing changes, and what was decided since. It outlives the key.</summary>
public sealed class ReviewedKey : ITenantOwned
{
    private ReviewedKey()
    {
    }

    public Guid ReviewId { get; private init; }

    public Guid KeyId { get; private init; }

    public string TenantId { get; private init; } = "";

    public string Name { get; private init; } = "";

    /// <summary>As the list shows it, such as <c>sk_live_a1b2c3d4…o5p6</c>; never the whole key.</summary>
    public string Shown { get; private init; } = "";

    public KeyEnvironment Environment { get; private init; }

    /// <inheritdoc cref="ApiKey.ScopeText"/>
    public string ScopeText { get; private init; } = "";

    public int RateLimit { get; private init; }

    /// <inheritdoc cref="ApiKey.AllowedIpText"/>
    public string AllowedIpText { get; private init; } = "";

    public bool SingleUse { get; private init; }

    public DateTimeOffset? ExpiresAt { get; private init; }

    public DateTimeOffset CreatedAt { get; private init; }

    public KeyStatus Status { get; private init; }

    public long UsageCount { get; private init; }

    public DateTimeOffset? LastUsedAt { get; private init; }

    /// <inheritdoc cref="ApiKey.IsExcess"/>
    public bool IsExcess { get; private init; }

    /// <summary>Who answered for it then.</summary>
    public Guid? OwnerId { get; private init; }

    /// <summary>The latest; null: nobody has said anything.</summary>
    public ReviewChoice? Decision { get; private set; }

    public DateTimeOffset? DecidedAt { get; private set; }

    public Guid? DecidedById { get; private set; }

    /// <summary>Null also once the person's data is erased.</summary>
    public string? Reason { get; private set; }

    public IReadOnlyList<string> Scopes => ScopeText.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public IReadOnlyList<string> AllowedIps => AllowedIpText.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    internal static ReviewedKey Of(Guid reviewId, ApiKey key, DateTimeOffset now) => new()
    {
        ReviewId = reviewId,
        KeyId = key.Id,
        TenantId = key.TenantId,
        Name = key.Name,
        Shown = NamedKeys.Show(key.Key),
        Environment = key.Environment,
        ScopeText = key.ScopeText,
        RateLimit = key.RateLimit,
        AllowedIpText = key.AllowedIpText,
        SingleUse = key.SingleUse,
        ExpiresAt = key.ExpiresAt,
        CreatedAt = key.CreatedAt,
        Status = key.StatusAt(now),
        UsageCount = key.UsageCount,
        LastUsedAt = key.LastUsedAt,
        IsExcess = key.IsExcess,
        OwnerId = key.Owner,
    };

    /// <param name="reason">1–200 characters, trimmed.</param>
    internal void Decide(ReviewChoice decision, string reason, Guid? person, DateTimeOffset now) => (Decision, Reason, DecidedById, DecidedAt) = (decision, reason, person, now);
}

internal sealed class ReviewedKeyMapping : IEntityTypeConfiguration<ReviewedKey>
{
    private const int ShownLength = 64;

    public void Configure(EntityTypeBuilder<ReviewedKey> builder)
    {
        builder.ToTable("reviewed_keys");
        builder.HasKey(k => new { k.ReviewId, k.KeyId });
        builder.Property(k => k.TenantId).HasMaxLength(64);
        builder.Property(k => k.Name).HasMaxLength(KeyRules.MaxNameLength * 4);
        builder.Property(k => k.Shown).HasMaxLength(ShownLength);
        builder.Property(k => k.Reason).HasMaxLength(KeyRules.MaxReasonLength * 4);
        builder.Ignore(k => k.Scopes);
        builder.Ignore(k => k.AllowedIps);
        builder.HasOne<Review>().WithMany().HasForeignKey(k => k.ReviewId).OnDelete(DeleteBehavior.Cascade);
        // What an erasure looks for.
        builder.HasIndex(k => new { k.TenantId, k.DecidedById });
    }
}
