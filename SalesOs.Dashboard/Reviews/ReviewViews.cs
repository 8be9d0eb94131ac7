using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Reviews;

/// <summary>How a review stands.</summary>
/// <param name="OpenedBy">E-mail address or name; null once the person is erased.</param>
/// <param name="Filter">What it was narrowed to, by the names of the HTTP API; empty: nothing.</param>
/// <param name="Keys">That were frozen when it was opened.</param>
/// <param name="Kept">Of them, by the latest decision; so of the next two.</param>
/// <param name="Silent">Keys that are still there and of which nobody has said anything.</param>
/// <param name="Mine">Those of them that the caller answers for.</param>
/// <param name="IsOverdue">The day has passed.</param>
public sealed record ReviewView(
    Guid Id,
    string Name,
    DateTimeOffset OpenedAt,
    Guid? OpenedById,
    string? OpenedBy,
    DateTimeOffset DueAt,
    ReviewScope Scope,
    string Filter,
    int Keys,
    int Kept,
    int Narrowed,
    int Retired,
    int Silent,
    int Mine,
    bool IsOverdue)
{
    public int Decided => Kept + Narrowed + Retired;
}

/// <param name="Total">Reviews on all pages.</param>
public sealed record ReviewList(IReadOnlyList<ReviewView> Reviews, long Total);

/// <summary>What is shown of a review's keys.</summary>
public enum ReviewPart
{
    /// <summary>Every key that was frozen.</summary>
    All,

    /// <summary>Those that the caller answers for now.</summary>
    Mine,

    /// <summary>Those of which nobody has said anything, and that are still there.</summary>
    Silent,

    /// <summary>Those that the admins are asked to pause.</summary>
    Proposed,
}

/// <summary>A key of a review.</summary>
/// <param name="Key">As it was frozen.</param>
/// <param name="Now">As it is; null: it is deleted.</param>
/// <param name="Owner">Who answers for it now, or did last; null: nobody was ever on record.</param>
/// <param name="DecidedBy">E-mail address or name; null: nobody yet, or the person is erased.</param>
/// <param name="IsProposed">The admins are asked to pause it: nobody answered in time, or whoever said that it may go may not pause it. Nothing does it by itself.</param>
/// <param name="MayDecide">The caller may say something of it.</param>
public sealed record ReviewedKeyView(ReviewedKey Key, ApiKeyView? Now, KeyOwner? Owner, string? DecidedBy, bool IsProposed, bool MayDecide);

/// <param name="Total">Keys of this part, on all pages.</param>
public sealed record ReviewedKeyPage(ReviewView Review, IReadOnlyList<ReviewedKeyView> Keys, long Total);

/// <param name="Keys">Keys of which it is said now.</param>
/// <param name="Paused">Those of them that it has paused; the others had come to their end, or the caller may not pause keys, and the admins are asked to.</param>
public sealed record Decided(int Keys, int Paused);
