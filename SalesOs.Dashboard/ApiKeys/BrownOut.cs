using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>A planned pause that comes back by itself, to find out who still depends on a key. It begins and ends on the clock's minute. It falls with its key.</summary>
public sealed class BrownOut : ITenantOwned
{
    /// <summary>Planned or running at the same time, of one key.</summary>
    public const int MostOpen = 5;

    public const int MostDaysAhead = 14;

    public required Guid Id { get; init; }

    public required string TenantId { get; init; }

    public required Guid KeyId { get; init; }

    /// <summary>A whole minute.</summary>
    public required DateTimeOffset StartsAt { get; init; }

    /// <summary>A whole minute; the first moment at which the key is not refused for it any more.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public Guid? CreatedById { get; set; }

    /// <summary>When the log was told of its begin.</summary>
    public DateTimeOffset? BegunNotedAt { get; set; }

    /// <summary>When it was over: <see cref="EndsAt"/>, or earlier by somebody's hand, or before its begin when it was cancelled. Null until that is put down.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Who has ended or cancelled it; null: the clock.</summary>
    public Guid? EndedById { get; set; }
}

/// <summary>What is to be planned.</summary>
public record BrownOutPlan
{
    /// <summary>At most <see cref="BrownOut.MostOpen"/> times in the next <see cref="BrownOut.MostDaysAhead"/> days, each cut to its minute; none: now.</summary>
    public IReadOnlyList<DateTimeOffset>? StartsAt { get; init; }

    /// <summary>5, 15 or 60.</summary>
    public int Minutes { get; init; }

    /// <summary>Whole minutes, in their order.</summary>
    internal IReadOnlyList<DateTimeOffset> Begins(DateTimeOffset now) => StartsAt is { Count: > 0 } times ? [.. times.Select(BrownOutPlanValidator.ToMinute).Order()] : [BrownOutPlanValidator.ToMinute(now)];
}

/// <summary>The rules for planning. The same validator serves the dialog and the API.</summary>
/// <remarks>Codes: <c>minutes_unknown</c>, <c>starts_too_many</c>, <c>starts_past</c>, <c>starts_too_far</c>, <c>starts_overlap</c>.</remarks>
public sealed class BrownOutPlanValidator : AbstractValidator<BrownOutPlan>
{
    public static readonly IReadOnlyList<int> Lengths = [5, 15, 60];

    public BrownOutPlanValidator(TimeProvider clock)
    {
        RuleFor(p => p.Minutes).Must(minutes => Lengths.Contains(minutes)).WithErrorCode("minutes_unknown").OverridePropertyName("minutes");
        RuleFor(p => p.StartsAt)
            .Must(times => times is null || times.Count <= BrownOut.MostOpen).WithErrorCode("starts_too_many").WithState(_ => "5")
            .Must(times => times is null || times.All(at => ToMinute(at) >= ToMinute(clock.GetUtcNow()))).WithErrorCode("starts_past")
            .Must(times => times is null || times.All(at => at <= clock.GetUtcNow().AddDays(BrownOut.MostDaysAhead))).WithErrorCode("starts_too_far")
            .OverridePropertyName("starts_at");
        RuleFor(p => p).Must(p => !Overlap(p.Begins(clock.GetUtcNow()).Select(at => (at, at.AddMinutes(p.Minutes))))).WithErrorCode("starts_overlap").OverridePropertyName("starts_at")
            .When(p => Lengths.Contains(p.Minutes));
    }

    internal static DateTimeOffset ToMinute(DateTimeOffset at) => DateTimeOffset.FromUnixTimeSeconds(Math.DivRem(at.ToUnixTimeSeconds(), 60).Quotient * 60);

    internal static bool Overlap(IEnumerable<(DateTimeOffset From, DateTimeOffset Until)> spans)
    {
        var inOrder = spans.OrderBy(s => s.From).ToList();
        return inOrder.Zip(inOrder.Skip(1)).Any(pair => pair.Second.From < pair.First.Until);
    }
}

internal sealed class BrownOutMapping : IEntityTypeConfiguration<BrownOut>
{
    public void Configure(EntityTypeBuilder<BrownOut> builder)
    {
        builder.ToTable("brown_outs");
        builder.HasKey(b => b.Id);
        builder.Property(b => b.Id).ValueGeneratedNever();
        builder.Property(b => b.TenantId).HasMaxLength(64);
        builder.HasIndex(b => new { b.KeyId, b.StartsAt });
        // Only those that the clock has yet to begin or to end.
        builder.HasIndex(b => b.StartsAt).HasFilter("\"EndedAt\" IS NULL");
        builder.HasOne<ApiKey>().WithMany().HasForeignKey(b => b.KeyId).OnDelete(DeleteBehavior.Cascade);
    }
}
