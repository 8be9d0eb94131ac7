using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Sales;

/// <summary>Someone who sells, known by e-mail within a partition.</summary>
public sealed class Collaborator : IPartitioned
{
    private Collaborator()
    {
    }

    public Guid Id { get; private set; }

    public string TenantId { get; private set; } = "";

    public DataEnvironment Environment { get; private set; }

    public string ExternalId { get; private set; } = "";

    public string Name { get; private set; } = "";

    /// <summary>As it was last sent.</summary>
    public string Email { get; private set; } = "";

    /// <summary><see cref="EmailAddress.Fold"/> of <see cref="Email"/>; unique in the partition.</summary>
    public string EmailFolded { get; private set; } = "";

    public string? Phone { get; private set; }

    public string? Document { get; private set; }

    public string? Team { get; private set; }

    public string? Role { get; private set; }

    /// <summary>A JSON object.</summary>
    public string? Metadata { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    /// <param name="row">One that <see cref="CollaboratorRules"/> found sound.</param>
    public static Collaborator From(DataPartition partition, CollaboratorRow row, DateTimeOffset now)
    {
        var made = new Collaborator
        {
            Id = Guid.CreateVersion7(now),
            TenantId = partition.TenantId,
            Environment = partition.Environment,
            EmailFolded = EmailAddress.Fold(row.Email!),
            CreatedAt = now,
        };
        made.Update(row, now);
        return made;
    }

    /// <summary>Takes what the row gives; an optional field that it leaves out stays, one that it sets to null is cleared.</summary>
    public void Update(CollaboratorRow row, DateTimeOffset now)
    {
        ExternalId = row.ExternalId!;
        Name = row.Name!.Trim();
        Email = row.Email!;
        Phone = row.Phone.Or(Phone);
        Document = row.Document.Or(Document);
        Team = row.Team.Or(Team);
        Role = row.Role.Or(Role);
        Metadata = row.Metadata.IsGiven ? OpenFields.Stored(row.Metadata.Value) : Metadata;
        UpdatedAt = now;
    }
}

/// <summary>A collaborator as an integration sends it; the names are the API's.</summary>
public sealed record CollaboratorRow
{
    public string? ExternalId { get; init; }

    public string? Name { get; init; }

    public string? Email { get; init; }

    public Optional<string?> Phone { get; init; }

    public Optional<string?> Document { get; init; }

    public Optional<string?> Team { get; init; }

    public Optional<string?> Role { get; init; }

    /// <summary>An object, or null.</summary>
    public Optional<JsonElement> Metadata { get; init; }
}

/// <summary>The rules of one row, whatever is stored.</summary>
internal static class CollaboratorRules
{
    public const int MaxExternalId = 255;
    public const int MaxName = 255;
    public const int MaxPhone = 20;
    public const int MaxDocument = 20;
    public const int MaxTeam = 100;
    public const int MaxRole = 50;

    public static IEnumerable<FieldFault> Faults(CollaboratorRow row) =>
    [
        .. TextRules.Required("external_id", row.ExternalId, MaxExternalId),
        .. TextRules.Required("name", row.Name, MaxName),
        .. string.IsNullOrWhiteSpace(row.Email) ? [new FieldFault("email", "is required")] : TextRules.Email("email", row.Email),
        .. TextRules.Optional("phone", row.Phone.Value, MaxPhone),
        .. TextRules.Optional("document", row.Document.Value, MaxDocument),
        .. TextRules.Optional("team", row.Team.Value, MaxTeam),
        .. TextRules.Optional("role", row.Role.Value, MaxRole),
        .. OpenFields.Faults("metadata", row.Metadata.Value),
    ];
}

internal sealed class CollaboratorMapping : IEntityTypeConfiguration<Collaborator>
{
    public void Configure(EntityTypeBuilder<Collaborator> builder)
    {
        builder.ToTable("collaborators");
        builder.HasKey(c => c.Id);
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.TenantId).HasMaxLength(64);
        builder.Property(c => c.ExternalId).HasMaxLength(CollaboratorRules.MaxExternalId);
        builder.Property(c => c.Name).HasMaxLength(CollaboratorRules.MaxName);
        builder.Property(c => c.Email).HasMaxLength(EmailAddress.MaxLength);
        builder.Property(c => c.EmailFolded).HasMaxLength(EmailAddress.MaxLength);
        builder.Property(c => c.Phone).HasMaxLength(CollaboratorRules.MaxPhone);
        builder.Property(c => c.Document).HasMaxLength(CollaboratorRules.MaxDocument);
        builder.Property(c => c.Team).HasMaxLength(CollaboratorRules.MaxTeam);
        builder.Property(c => c.Role).HasMaxLength(CollaboratorRules.MaxRole);
        builder.HasIndex(c => new { c.TenantId, c.Environment, c.EmailFolded }).IsUnique();
    }
}
