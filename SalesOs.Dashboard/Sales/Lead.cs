using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Sales;

/// <summary>Stored as numbers, and sorted by them: the order of a lead's way. Never renumber.</summary>
public enum LeadStatus
{
    New = 0,
    Contacted = 1,
    Qualified = 2,
    Unqualified = 3,
    Converted = 4,
}

/// <summary>Someone who may buy. E-mails need not be unique.</summary>
public sealed class Lead : IPartitioned
{
    private Lead()
    {
    }

    public Guid Id { get; private set; }

    public string TenantId { get; private set; } = "";

    public DataEnvironment Environment { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary><see cref="FoldedText.Of"/> of <see cref="Name"/>, by which lists are sorted.</summary>
    public string NameFolded { get; private set; } = "";

    public string? Email { get; private set; }

    public string? Phone { get; private set; }

    public string? Company { get; private set; }

    public string? Position { get; private set; }

    public string? Source { get; private set; }

    /// <summary><see cref="FoldedText.Of"/> of <see cref="Source"/>, by which lists are filtered; null when there is none.</summary>
    public string? SourceFolded { get; private set; }

    public LeadStatus Status { get; private set; }

    /// <summary>A JSON object.</summary>
    public string CustomFields { get; private set; } = OpenFields.Empty;

    public IReadOnlyList<string> Tags { get; private set; } = [];

    /// <summary>What a search looks through, folded: name, e-mail, phone, company and position, one to a line.</summary>
    public string SearchFolded { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    /// <param name="fields">Ones that <see cref="LeadRules"/> found sound.</param>
    public static Lead From(DataPartition partition, LeadFields fields, DateTimeOffset now)
    {
        var made = new Lead
        {
            Id = Guid.CreateVersion7(now),
            TenantId = partition.TenantId,
            Environment = partition.Environment,
            CreatedAt = now,
        };
        made.Update(fields, now);
        return made;
    }

    /// <inheritdoc cref="SearchFolded"/>
    public static string SearchTextOf(string name, string? email, string? phone, string? company, string? position) =>
        string.Join('\n', new[] { name, email, phone, company, position }.Select(text => FoldedText.Of(text ?? "")));

    /// <summary>Takes what is given and leaves the rest; null clears what may be empty.</summary>
    public void Update(LeadFields fields, DateTimeOffset now)
    {
        Name = fields.Name.IsGiven ? fields.Name.Value!.Trim() : Name;
        Email = fields.Email.Or(Email);
        Phone = fields.Phone.Or(Phone);
        Company = fields.Company.Or(Company);
        Position = fields.Position.Or(Position);
        Source = fields.Source.Or(Source);
        Status = fields.Status.Or(Status);
        CustomFields = fields.CustomFields.IsGiven ? OpenFields.Stored(fields.CustomFields.Value) ?? OpenFields.Empty : CustomFields;
        Tags = fields.Tags.IsGiven ? [.. fields.Tags.Value ?? []] : Tags;
        NameFolded = FoldedText.Of(Name);
        SourceFolded = Source is null ? null : FoldedText.Of(Source);
        SearchFolded = SearchTextOf(Name, Email, Phone, Company, Position);
        UpdatedAt = now;
    }
}

internal sealed class LeadMapping : IEntityTypeConfiguration<Lead>
{
    public void Configure(EntityTypeBuilder<Lead> builder)
    {
        builder.ToTable("leads");
        builder.HasKey(l => l.Id);
        builder.Property(l => l.Id).ValueGeneratedNever();
        builder.Property(l => l.TenantId).HasMaxLength(64);
        builder.Property(l => l.Name).HasMaxLength(LeadRules.MaxName);
        builder.Property(l => l.Email).HasMaxLength(EmailAddress.MaxLength);
        builder.Property(l => l.Phone).HasMaxLength(LeadRules.MaxPhone);
        builder.Property(l => l.Company).HasMaxLength(LeadRules.MaxCompany);
        builder.Property(l => l.Position).HasMaxLength(LeadRules.MaxPosition);
        builder.Property(l => l.Source).HasMaxLength(LeadRules.MaxSource);
        builder.HasIndex(l => new { l.TenantId, l.Environment, l.CreatedAt });
    }
}
