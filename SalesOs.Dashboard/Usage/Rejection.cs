using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Usage;

/// <summary>
/// A request that named a known key and was refused, with what it takes to say why. Never the header as a whole: people put secrets there by mistake.
/// Address and agent are personal data: they fall with the key, and after <c>Usage:RetentionDays</c>.
/// </summary>
public sealed class Rejection : ITenantOwned
{
    /// <summary>Kept for a key, of the proven and of the unproven each: an outsider, who knows only the public key, can't push the owner's own out.</summary>
    public const int MostPerKey = 100;

    public const int MaxTargetLength = 1024;

    public required Guid RequestId { get; init; }

    public required string TenantId { get; init; }

    public required Guid KeyId { get; init; }

    public required DateTimeOffset At { get; init; }

    public required Verdict Verdict { get; init; }

    /// <summary>The signature held: whoever sent it had the secret, or had heard a request of someone who has it.</summary>
    public required bool Proven { get; init; }

    /// <summary>As it came, at most 32 characters.</summary>
    public required string Method { get; init; }

    /// <summary>As it came, at most <see cref="MaxTargetLength"/> characters.</summary>
    public required string Target { get; init; }

    /// <summary><see cref="Target"/> is not the whole of it.</summary>
    public required bool TargetCut { get; init; }

    public required string? Address { get; init; }

    public required string? Agent { get; init; }

    /// <summary>Seconds by which the caller's clock is behind this one; negative: ahead. Null when no TIMESTAMP could be read, as for the next two.</summary>
    public required long? SkewSeconds { get; init; }

    /// <summary>TIMESTAMP as it came, 1–18 digits.</summary>
    public required string? Timestamp { get; init; }

    /// <summary>SIGNATURE as it came, 64 hex digits.</summary>
    public required string? Signature { get; init; }

    /// <summary>SHA-256 of the body, 32 bytes; null when it was not read.</summary>
    public required byte[]? BodyDigest { get; init; }

    /// <summary>SHA-256 of the JSON body without its white space, where that is another and the body was short (<see cref="MinifiedJson.MaxBytes"/>).</summary>
    public required byte[]? MinifiedDigest { get; init; }

    /// <summary>The scope that the route asks for; null when it asks for none.</summary>
    public required string? Scope { get; init; }

    /// <summary>Whether a request that was refused for this had passed the check of its signature.</summary>
    public static bool IsProven(Verdict verdict) => verdict switch
    {
        Verdict.LetIn or Verdict.Revoked or Verdict.Expired or Verdict.AddressNotAllowed or Verdict.MissingScope or Verdict.RateLimited or Verdict.Replayed
            or Verdict.ReplayMemoryFull or Verdict.AfterMemoryLoss or Verdict.SharedMemoryAway or Verdict.Paused => true,
        Verdict.MalformedRequest or Verdict.EncodedBody or Verdict.MalformedAuthorization or Verdict.OutsideWindow or Verdict.BodyTooLarge or Verdict.UnknownKey
            or Verdict.BadSignature or Verdict.NoRoomForBody => false,
    };

    /// <summary>Whether whoever sent it had the secret and means the key, let in or not. A request that was heard and sent again means nothing.</summary>
    public static bool IsCall(Verdict verdict) => verdict != Verdict.Replayed && IsProven(verdict);
}

internal sealed class RejectionMapping : IEntityTypeConfiguration<Rejection>
{
    public void Configure(EntityTypeBuilder<Rejection> builder)
    {
        builder.ToTable("refused_requests");
        builder.HasKey(r => r.RequestId);
        builder.Property(r => r.RequestId).ValueGeneratedNever();
        builder.Property(r => r.TenantId).HasMaxLength(64);
        builder.Property(r => r.Method).HasMaxLength(32);
        builder.Property(r => r.Target).HasMaxLength(Rejection.MaxTargetLength);
        builder.Property(r => r.Address).HasMaxLength(64);
        builder.Property(r => r.Agent).HasMaxLength(256);
        builder.Property(r => r.Timestamp).HasMaxLength(18);
        builder.Property(r => r.Signature).HasMaxLength(64);
        builder.Property(r => r.Scope).HasMaxLength(64);
        builder.HasIndex(r => new { r.KeyId, r.Proven, r.At, r.RequestId });
        builder.HasIndex(r => r.At);
        builder.HasOne<ApiKey>().WithMany().HasForeignKey(r => r.KeyId).OnDelete(DeleteBehavior.Cascade);
    }
}
