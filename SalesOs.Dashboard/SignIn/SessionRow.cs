using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace SalesOs.Dashboard.SignIn;

/// <summary>
/// A session as it is stored. Whoever reads it can't take the session over: of the cookie's key there is a digest alone, and what the provider gave, its tokens
/// among it, is sealed.
/// </summary>
internal sealed class SessionRow
{
    public required Guid Id { get; init; }

    /// <summary>SHA-256 over the secret part of what the cookie names the session by, 32 bytes.</summary>
    public required byte[] KeyDigest { get; init; }

    /// <summary>SHA-256 over the provider's <c>sub</c>, 32 bytes: who it is stands in the sealed part alone.</summary>
    public required byte[] SubjectDigest { get; init; }

    /// <summary>SHA-256 over the provider's own name for its session (<c>sid</c>), where it gives one.</summary>
    public byte[]? ProviderSessionDigest { get; init; }

    /// <summary>The tenant that the session acts in; null while a person of several has not chosen.</summary>
    public string? Tenant { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The latest act of the person, exact to a minute.</summary>
    public required DateTimeOffset UsedAt { get; init; }

    /// <summary>When the provider was last asked about the person.</summary>
    public required DateTimeOffset CheckedAt { get; init; }

    /// <summary>Until then one process alone may ask the provider; null when none does.</summary>
    public DateTimeOffset? AskedUntil { get; init; }

    /// <summary>Goes up with each change of <see cref="Tenant"/> and <see cref="Ticket"/>.</summary>
    public int Version { get; init; }

    /// <summary>Claims and tokens, sealed; empty once the session has ended.</summary>
    public required byte[] Ticket { get; init; }

    /// <summary>Why the session has ended; null while it goes on. The row stays for a moment, so that every open page learns why.</summary>
    public Termination? Ended { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public static byte[] DigestOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}

internal sealed class SessionRowMapping : IEntityTypeConfiguration<SessionRow>
{
    public void Configure(EntityTypeBuilder<SessionRow> builder)
    {
        builder.ToTable("sessions");
        builder.HasKey(s => s.Id);
        builder.Property(s => s.Tenant).HasMaxLength(64);
        builder.HasIndex(s => s.SubjectDigest);
        builder.HasIndex(s => s.ProviderSessionDigest);
        builder.HasIndex(s => s.StartedAt);
        builder.HasIndex(s => s.UsedAt);
        builder.HasIndex(s => s.EndedAt);
    }
}
