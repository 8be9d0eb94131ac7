using System.ComponentModel.DataAnnotations;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Reviews;

namespace SalesOs.Dashboard.Api;

/// <summary>The body of <c>POST /v1/reviews</c>. The rules stand in <see cref="NewReviewValidator"/>.</summary>
public sealed record OpenReviewBody : IManagementBody
{
    // The attributes are for the OpenAPI document alone.
    [Required]
    [StringLength(NewReviewValidator.MaxNameLength, MinimumLength = 1)]
    public string? Name { get; init; }

    /// <summary>Until then the owners are asked; in the future, at most 366 days away.</summary>
    [Required]
    public DateTimeOffset? DueAt { get; init; }

    public ReviewScope Keys { get; init; }

    /// <summary>With <c>filter</c> alone.</summary>
    public ReviewFilter? Filter { get; init; }

    /// <inheritdoc/>
    public string? TenantId { get; init; }

    public NewReview ToRequest() => new(Name, DueAt, Keys, Filter);

    IEnumerable<FieldFault> IManagementBody.Faults(IServiceProvider services) => KeyProblems.FaultsOf(services, ToRequest());
}

/// <summary>The body of <c>POST /v1/reviews/{id}/decisions</c>: all of these keys, or none.</summary>
public sealed record DecideBody : IManagementBody
{
    [Required]
    [Length(1, ReviewService.MostAtOnce)]
    public IReadOnlyList<Guid>? KeyIds { get; init; }

    [Required]
    public ReviewChoice? Decision { get; init; }

    [Required]
    [StringLength(200, MinimumLength = 1)]
    public string? Reason { get; init; }

    /// <inheritdoc/>
    public string? TenantId { get; init; }

    IEnumerable<FieldFault> IManagementBody.Faults(IServiceProvider services)
    {
        if (KeyIds is not { Count: > 0 })
        {
            yield return new FieldFault("key_ids", "is required");
        }
        else if (KeyIds.Count > ReviewService.MostAtOnce)
        {
            yield return new FieldFault("key_ids", FormattableString.Invariant($"must have at most {ReviewService.MostAtOnce} entries"));
        }

        if (Decision is null)
        {
            yield return new FieldFault("decision", "is required");
        }

        if (string.IsNullOrWhiteSpace(Reason))
        {
            yield return new FieldFault("reason", "is required");
        }
    }
}

/// <summary>How a review stands.</summary>
/// <param name="OpenedBy">Null once the person is erased; their id stays.</param>
/// <param name="Filter">What it was narrowed to; what may name a person is told as <c>…</c>. Empty: nothing.</param>
/// <param name="Count">Keys that were frozen.</param>
/// <param name="Silent">Keys that are still there and of which nobody has said anything.</param>
/// <param name="Mine">Those of them that the caller answers for.</param>
public record ReviewAnswer(
    Guid Id,
    string Name,
    DateTimeOffset OpenedAt,
    Guid? OpenedById,
    string? OpenedBy,
    DateTimeOffset DueAt,
    ReviewScope Keys,
    string Filter,
    int Count,
    int Kept,
    int Narrowed,
    int Retired,
    int Silent,
    int Mine,
    bool Overdue)
{
    public static ReviewAnswer Of(ReviewView r) => new(
        r.Id, r.Name, r.OpenedAt, r.OpenedById, r.OpenedBy, r.DueAt, r.Scope, r.Filter, r.Keys, r.Kept, r.Narrowed, r.Retired, r.Silent, r.Mine, r.IsOverdue);
}

/// <param name="Items">One page of the part that was asked for.</param>
/// <param name="Total">Keys of that part, on all pages.</param>
public sealed record ReviewKeysAnswer(ReviewAnswer Review, IReadOnlyList<ReviewedKeyAnswer> Items, long Total, int Page, int PerPage)
{
    public static ReviewKeysAnswer Of(ReviewedKeyPage page, int number, int perPage) => new(ReviewAnswer.Of(page.Review), [.. page.Keys.Select(ReviewedKeyAnswer.Of)], page.Total, number, perPage);
}

/// <summary>A key of a review: its settings and its use as they were frozen, and what is said of it.</summary>
/// <param name="Key">As the list shows it.</param>
/// <param name="StatusNow">Null once it is deleted.</param>
/// <param name="Owner">Who answers for it now; null once they are erased.</param>
/// <param name="WithoutOwner">Nobody does.</param>
/// <param name="Proposed">The admins are asked to pause it.</param>
public sealed record ReviewedKeyAnswer(
    Guid KeyId,
    string Name,
    string Key,
    KeyEnvironment Environment,
    KeyStatus Status,
    IReadOnlyList<string> Scopes,
    int RateLimit,
    IReadOnlyList<string> AllowedIps,
    bool SingleUse,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt,
    long UsageCount,
    DateTimeOffset? LastUsedAt,
    bool Excess,
    KeyStatus? StatusNow,
    string? Owner,
    Guid? OwnerId,
    bool WithoutOwner,
    ReviewChoice? Decision,
    DateTimeOffset? DecidedAt,
    string? DecidedBy,
    string? Reason,
    bool Proposed)
{
    public static ReviewedKeyAnswer Of(ReviewedKeyView v) => new(
        v.Key.KeyId, v.Key.Name, v.Key.Shown, v.Key.Environment, v.Key.Status, v.Key.Scopes, v.Key.RateLimit, v.Key.AllowedIps, v.Key.SingleUse, v.Key.ExpiresAt, v.Key.CreatedAt,
        v.Key.UsageCount, v.Key.LastUsedAt, v.Key.IsExcess, v.Now?.Status, v.Owner?.Label, v.Owner?.Id, v.Owner is null or { IsGone: true },
        v.Key.Decision, v.Key.DecidedAt, v.DecidedBy, v.Key.Reason, v.IsProposed);
}

/// <param name="Decided">Keys of which it is said now.</param>
/// <param name="Paused">Those of them that it has paused, to be revoked after 14 days.</param>
public sealed record DecidedAnswer(int Decided, int Paused);
