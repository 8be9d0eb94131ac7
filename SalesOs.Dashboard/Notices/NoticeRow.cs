using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices;

/// <summary>One notice as it was added in the transaction of what it tells of. It names a person by id alone, so that their data can be erased.</summary>
public sealed class NoticeRow : ITenantOwned
{
    public const int MaxOnceKeyLength = 100;

    public required Guid Id { get; init; }

    public required string TenantId { get; init; }

    public required NoticeEvent Event { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>It may be deleted by now.</summary>
    public Guid? KeyId { get; init; }

    /// <inheritdoc cref="Notice.KeyName"/>
    public string? KeyName { get; init; }

    /// <inheritdoc cref="Notice.KeyShown"/>
    public string? KeyShown { get; init; }

    /// <summary>A person's id (Audit room).</summary>
    public Guid? ActorId { get; init; }

    /// <summary>A JSON object.</summary>
    public required string Data { get; init; }

    /// <summary>A tenant has one notice of each.</summary>
    public string? OnceKey { get; init; }

    /// <summary>The one receiver that it is for; null: whoever is told of such events.</summary>
    public Guid? OnlyFor { get; init; }

    /// <summary>Its deliveries are made.</summary>
    public bool IsSpread { get; init; }

    /// <summary>It stands in the bell.</summary>
    public bool IsInBell { get; init; }

    /// <param name="actor">Who did it, as the page shows them.</param>
    internal Notice ToNotice(string? actor) => new(Id, TenantId, Event, At, KeyId, KeyName, KeyShown, actor, JsonNode.Parse(Data) as JsonObject ?? []);
}

internal sealed class NoticeRowMapping : IEntityTypeConfiguration<NoticeRow>
{
    public void Configure(EntityTypeBuilder<NoticeRow> builder)
    {
        builder.ToTable("notices");
        builder.HasKey(n => n.Id);
        builder.Property(n => n.Id).ValueGeneratedNever();
        builder.Property(n => n.TenantId).HasMaxLength(64);
        builder.Property(n => n.OnceKey).HasMaxLength(NoticeRow.MaxOnceKeyLength);
        builder.HasIndex(n => new { n.TenantId, n.OnceKey }).IsUnique().HasFilter("\"OnceKey\" IS NOT NULL");
        // Only those that wait for their deliveries: that there are none is seen at once, however many there were.
        builder.HasIndex(n => n.Id).HasDatabaseName("IX_notices_to_spread").HasFilter("NOT \"IsSpread\"");
        builder.HasIndex(n => new { n.TenantId, n.Id }).HasDatabaseName("IX_notices_in_bell").HasFilter("\"IsInBell\"");
        builder.HasIndex(n => n.At);
    }
}
