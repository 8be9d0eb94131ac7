using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Sales;

/// <summary>Something that a collaborator did, told once: <see cref="ExternalId"/> is unique in its partition. Never changed.</summary>
public sealed class Activity : IPartitioned
{
    private Activity()
    {
    }

    public Guid Id { get; private set; }

    public string TenantId { get; private set; } = "";

    public DataEnvironment Environment { get; private set; }

    public string ExternalId { get; private set; } = "";

    /// <summary><c>001</c>–<c>999</c>.</summary>
    public string ActivityCode { get; private set; } = "";

    public Guid CollaboratorId { get; private set; }

    /// <summary>A JSON object.</summary>
    public string? Data { get; private set; }

    public DateTimeOffset OccurredAt { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <param name="row">One that <see cref="ActivityRules"/> found sound.</param>
    public static Activity From(DataPartition partition, ActivityRow row, Guid collaboratorId, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        TenantId = partition.TenantId,
        Environment = partition.Environment,
        ExternalId = row.ExternalId!,
        ActivityCode = row.ActivityCode!,
        CollaboratorId = collaboratorId,
        Data = OpenFields.Stored(row.Data.Value),
        OccurredAt = row.OccurredAt ?? now,
        CreatedAt = now,
    };
}

/// <summary>An activity as an integration sends it; the names are the API's.</summary>
public sealed record ActivityRow
{
    public string? ActivityCode { get; init; }

    public string? ExternalId { get; init; }

    public string? CollaboratorEmail { get; init; }

    /// <summary>An object, or null.</summary>
    public Optional<JsonElement> Data { get; init; }

    public DateTimeOffset? OccurredAt { get; init; }
}

/// <summary>The rules that refuse a whole batch. A malformed e-mail does not: it costs its own row alone.</summary>
internal static class ActivityRules
{
    public const int MaxExternalId = 255;

    public static IEnumerable<FieldFault> Faults(ActivityRow row) =>
    [
        .. Code(row.ActivityCode),
        .. TextRules.Required("external_id", row.ExternalId, MaxExternalId),
        .. string.IsNullOrWhiteSpace(row.CollaboratorEmail) ? [new FieldFault("collaborator_email", "is required")] : Array.Empty<FieldFault>(),
        .. OpenFields.Faults("data", row.Data.Value),
    ];

    private static IEnumerable<FieldFault> Code(string? code)
    {
        if (string.IsNullOrEmpty(code))
        {
            yield return new FieldFault("activity_code", "is required");
        }
        else if (code.Length != 3 || !code.All(char.IsAsciiDigit) || code == "000")
        {
            yield return new FieldFault("activity_code", "must be three digits from 001 to 999");
        }
    }
}

internal sealed class ActivityMapping : IEntityTypeConfiguration<Activity>
{
    public void Configure(EntityTypeBuilder<Activity> builder)
    {
        builder.ToTable("activities");
        builder.HasKey(a => a.Id);
        builder.Property(a => a.Id).ValueGeneratedNever();
        builder.Property(a => a.TenantId).HasMaxLength(64);
        builder.Property(a => a.ExternalId).HasMaxLength(ActivityRules.MaxExternalId);
        builder.Property(a => a.ActivityCode).HasMaxLength(3);
        builder.HasOne<Collaborator>().WithMany().HasForeignKey(a => a.CollaboratorId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(a => new { a.TenantId, a.Environment, a.ExternalId }).IsUnique();
    }
}
