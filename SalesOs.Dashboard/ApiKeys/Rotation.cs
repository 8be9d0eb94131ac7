using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>How the old key of a rotation is to end. It is over once that key is revoked or expired; it falls with it.</summary>
public sealed class Rotation : ITenantOwned
{
    /// <summary>The old key; its row names the latest successor.</summary>
    public required Guid KeyId { get; init; }

    public required string TenantId { get; init; }

    public required DateTimeOffset StartedAt { get; set; }

    /// <inheritdoc cref="RotationOverlap.Until"/>
    public DateTimeOffset? Until { get; private set; }

    /// <inheritdoc cref="RotationOverlap.QuietCycles"/>
    public int? QuietCycles { get; private set; }

    /// <inheritdoc cref="RotationOverlap.Latest"/>
    public DateTimeOffset? Latest { get; private set; }

    /// <summary>Since when it waits for somebody to decide: the old key was still needed when it should have ended. Null: it is not held.</summary>
    public DateTimeOffset? HeldAt { get; set; }

    /// <summary>When the program was last there to hear the old key's callers; kept up for a rotation that ends on evidence.</summary>
    public required DateTimeOffset WatchedAt { get; set; }

    /// <summary>Milliseconds since the start in which it was not: a silence that says nothing.</summary>
    public long Unwatched { get; set; }

    public RotationOverlap Overlap => new() { Until = Until, QuietCycles = QuietCycles, Latest = Latest };

    /// <summary>False when nothing differs. Held, it goes on.</summary>
    public bool Change(RotationOverlap overlap, DateTimeOffset now)
    {
        overlap = overlap.Stored();
        if (overlap == Overlap && HeldAt is null)
        {
            return false;
        }

        // Until now nobody had to look.
        WatchedAt = QuietCycles is null ? now : WatchedAt;
        (Until, QuietCycles, Latest, HeldAt) = (overlap.Until, overlap.QuietCycles, overlap.Latest, null);
        return true;
    }

    /// <summary>Adds what is given of an overlap to an audit entry's detail.</summary>
    internal static void Tell(JsonObject detail, RotationOverlap overlap)
    {
        if (overlap.Until is { } until)
        {
            detail["until"] = until.ToUnixTimeMilliseconds();
        }

        if (overlap.QuietCycles is { } cycles)
        {
            detail["quiet_cycles"] = cycles;
        }

        if (overlap.Latest is { } latest)
        {
            detail["latest"] = latest.ToUnixTimeMilliseconds();
        }
    }
}

internal sealed class RotationMapping : IEntityTypeConfiguration<Rotation>
{
    public void Configure(EntityTypeBuilder<Rotation> builder)
    {
        builder.ToTable("rotations");
        builder.HasKey(r => r.KeyId);
        builder.Property(r => r.KeyId).ValueGeneratedNever();
        builder.Property(r => r.TenantId).HasMaxLength(64);
        builder.Ignore(r => r.Overlap);
        // Only those that end by themselves.
        builder.HasIndex(r => r.Until).HasFilter("\"Until\" IS NOT NULL AND \"HeldAt\" IS NULL");
        builder.HasIndex(r => r.QuietCycles).HasFilter("\"QuietCycles\" IS NOT NULL AND \"HeldAt\" IS NULL");
        builder.HasOne<ApiKey>().WithOne().HasForeignKey<Rotation>(r => r.KeyId).OnDelete(DeleteBehavior.Cascade);
    }
}
