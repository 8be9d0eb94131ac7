using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Audit;

/// <summary>
/// Who acts, once per tenant: the chain and the keys hold only <see cref="Id"/>, so that what identifies a person can be erased here
/// without breaking either (guarantee A4). A team's address, which owns keys, stands here too.
/// </summary>
public sealed class Person : ITenantOwned
{
    public const int MaxTextLength = 320;

    public required string TenantId { get; init; }

    public required Guid Id { get; init; }

    public required CallerKind Kind { get; init; }

    /// <summary>The provider's <c>sub</c>; null once erased.</summary>
    public string? Subject { get; set; }

    public string? Name { get; set; }

    public string? Email { get; set; }

    /// <summary>Since when they have left, as their provider says, or an admin; null: they have not. Whoever signs in again is back.</summary>
    public DateTimeOffset? LeftAt { get; set; }

    /// <summary>Whether they can answer for something: neither left nor erased.</summary>
    public bool IsThere => LeftAt is null && Subject is not null;

    /// <summary>What stands under a key's name; null once erased.</summary>
    public string? Label => Email ?? Name ?? Subject;

    /// <summary>Whether a filter means them: by their <c>sub</c>, or by their e-mail address or name in any case, however its accents are composed.</summary>
    public bool IsCalled(string text)
    {
        var caseless = FoldedText.Caseless(text.Trim());
        return caseless.Length > 0 && (Subject == text || Is(Email) || Is(Name));

        bool Is(string? called) => called is not null && FoldedText.Caseless(called.Trim()) == caseless;
    }
}

internal sealed class PersonMapping : IEntityTypeConfiguration<Person>
{
    public void Configure(EntityTypeBuilder<Person> builder)
    {
        builder.ToTable("people");
        builder.HasKey(p => new { p.TenantId, p.Id });
        builder.Property(p => p.TenantId).HasMaxLength(64);
        builder.Property(p => p.Subject).HasMaxLength(Person.MaxTextLength);
        builder.Property(p => p.Name).HasMaxLength(Person.MaxTextLength);
        builder.Property(p => p.Email).HasMaxLength(Person.MaxTextLength);
        builder.HasIndex(p => new { p.TenantId, p.Subject }).IsUnique();
        builder.Ignore(p => p.Label);
        builder.Ignore(p => p.IsThere);
    }
}
