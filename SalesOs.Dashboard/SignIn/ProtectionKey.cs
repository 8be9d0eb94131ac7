using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace SalesOs.Dashboard.SignIn;

/// <summary>A key of ASP.NET Core's data protection, or its revocation, under the master key.</summary>
internal sealed class ProtectionKey
{
    /// <summary>Such as <c>key-</c> and an id, as data protection names it.</summary>
    public required string Name { get; init; }

    /// <summary>Nonce (12), ciphertext of the XML element (as long as it), tag (16).</summary>
    public required byte[] Sealed { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
}

internal sealed class ProtectionKeyMapping : IEntityTypeConfiguration<ProtectionKey>
{
    public void Configure(EntityTypeBuilder<ProtectionKey> builder)
    {
        builder.ToTable("protection_keys");
        builder.HasKey(k => k.Name);
        builder.Property(k => k.Name).HasMaxLength(200);
    }
}
