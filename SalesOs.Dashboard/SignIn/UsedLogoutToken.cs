using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace SalesOs.Dashboard.SignIn;

/// <summary>A logout token of the provider that was taken, so that it is taken once.</summary>
internal sealed class UsedLogoutToken
{
    /// <summary>SHA-256 over its <c>jti</c>, 32 bytes.</summary>
    public required byte[] Digest { get; init; }

    /// <summary>From then on the token does not hold by its own time.</summary>
    public required DateTimeOffset Until { get; init; }
}

internal sealed class UsedLogoutTokenMapping : IEntityTypeConfiguration<UsedLogoutToken>
{
    public void Configure(EntityTypeBuilder<UsedLogoutToken> builder)
    {
        builder.ToTable("used_logout_tokens");
        builder.HasKey(t => t.Digest);
        builder.HasIndex(t => t.Until);
    }
}
