using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>
/// A call that has made a key and is to make it once, whatever a program's retries bring: stored in the transaction of the key, kept for <see cref="Kept"/>.
/// It outlives its key, so that a late repeat makes no other.
/// </summary>
public sealed class IdempotentCall : ITenantOwned
{
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    public required string TenantId { get; init; }

    /// <summary>SHA-256 over caller and idempotency key, 32 bytes: which person it was can't be read from it.</summary>
    public required byte[] Call { get; init; }

    /// <summary>SHA-256 over what was asked for, 32 bytes.</summary>
    public required byte[] Fingerprint { get; init; }

    /// <summary>The key that was made.</summary>
    public required Guid KeyId { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>What tells a repeated call from a new one.</summary>
internal sealed record CallOnce(byte[] Call, byte[] Fingerprint)
{
    /// <param name="idempotencyKey">As the caller chose it; null: each call is new.</param>
    /// <param name="request">The work and all that it is done with.</param>
    public static CallOnce? Of(Caller caller, string? idempotencyKey, string work, ReadOnlySpan<byte> request) => idempotencyKey is null
        ? null
        : new CallOnce(SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.Subject}\n{idempotencyKey}")), SHA256.HashData([.. Encoding.UTF8.GetBytes(work), 0, .. request]));
}

internal sealed class IdempotentCallMapping : IEntityTypeConfiguration<IdempotentCall>
{
    public void Configure(EntityTypeBuilder<IdempotentCall> builder)
    {
        builder.ToTable("idempotent_calls");
        builder.HasKey(c => new { c.TenantId, c.Call });
        builder.Property(c => c.TenantId).HasMaxLength(64);
        builder.HasIndex(c => c.At);
    }
}
