using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Reviews;

/// <summary>The reviews of the caller's tenant, for people who may see keys (<c>admin.integrations</c> or <c>audit.integrations</c>).</summary>
public sealed class ReviewQueries(Database database, TimeProvider clock)
{
    public const int MaxPerPage = 100;

    private static readonly Error NotFound = new(ErrorReason.NotFound);
    private static readonly KeyQuery WithoutOwner = new(Traits: new KeyTraits { WithoutOwner = true });

    /// <summary>Newest first.</summary>
    /// <param name="page">From 1.</param>
    /// <param name="perPage">1–100.</param>
    public async Task<Result<ReviewList>> ListAsync(int page, int perPage, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        var total = await db.Set<Review>().LongCountAsync(cancellationToken);
        var reviews = await db.Set<Review>().OrderByDescending(r => r.OpenedAt).ThenByDescending(r => r.Id).Skip(Skipped(page, perPage)).Take(Clamped(perPage)).ToListAsync(cancellationToken);
        return new ReviewList(await ViewsAsync(db, reviews, caller, cancellationToken), total);
    }

    public async Task<Result<ReviewView>> GetAsync(Guid id, Caller caller, CancellationToken cancellationToken = default)
    {
        var keys = await KeysAsync(id, ReviewPart.All, page: 1, perPage: 1, caller, cancellationToken);
        return keys.Then(found => found.Review);
    }

    /// <summary>A review with a part of its keys, by the names that they had.</summary>
    /// <param name="page">From 1.</param>
    /// <param name="perPage">1–100.</param>
    public async Task<Result<ReviewedKeyPage>> KeysAsync(Guid id, ReviewPart part, int page, int perPage, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        if (await db.Set<Review>().SingleOrDefaultAsync(r => r.Id == id, cancellationToken) is not { } review)
        {
            return NotFound;
        }

        var (now, me) = (clock.GetUtcNow(), await IdOfAsync(db, caller, cancellationToken));
        var keys = Part(db, review, part, me, now);
        var total = await keys.LongCountAsync(cancellationToken);
        var rows = await keys.OrderBy(k => k.Name).ThenBy(k => k.KeyId).Skip(Skipped(page, perPage)).Take(Clamped(perPage)).ToListAsync(cancellationToken);
        var views = await ViewsAsync(db, review, rows, me, caller, now, cancellationToken);
        return new ReviewedKeyPage((await ViewsAsync(db, [review], caller, cancellationToken))[0], views, total);
    }

    /// <summary>How many keys the caller answers for that a review asks about and of which nobody has said anything; and the keys that nobody answers for.</summary>
    public async Task<Result<ReviewCounts>> CountsAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        var (now, me) = (clock.GetUtcNow(), await IdOfAsync(db, caller, cancellationToken));
        var mine = me is null ? 0 : await Silent(db, now).CountAsync(s => s.Owner == me, cancellationToken);
        var query = await KeyList.ResolvedAsync(db, WithoutOwner, cancellationToken);
        return new ReviewCounts(mine, await db.Set<ApiKey>().Standing(now).Matching(query, now).CountAsync(cancellationToken));
    }

    /// <summary>The active and paused keys whose owner has left or was erased, by name.</summary>
    /// <param name="page">From 1.</param>
    /// <param name="perPage">1–100.</param>
    public async Task<Result<KeyPage>> WithoutOwnerAsync(int page, int perPage, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        var now = clock.GetUtcNow();
        var query = await KeyList.ResolvedAsync(db, WithoutOwner, cancellationToken);
        var keys = db.Set<ApiKey>().Standing(now).Matching(query, now);
        var rows = await keys.OrderBy(k => k.NameFolded).ThenBy(k => k.Id).Skip(Skipped(page, perPage)).Take(Clamped(perPage)).ToListAsync(cancellationToken);
        return new KeyPage(await KeyList.ViewsAsync(db, rows, now, cancellationToken), await keys.LongCountAsync(cancellationToken));
    }

    /// <summary>The caller's row among the people; null: they have done nothing yet, and so own nothing.</summary>
    internal static Task<Guid?> IdOfAsync(DashboardDbContext db, Caller caller, CancellationToken cancellationToken) =>
        db.Set<Person>().Where(p => p.Subject == caller.Subject).Select(p => (Guid?)p.Id).FirstOrDefaultAsync(cancellationToken);

    /// <summary>Keys that still stand and of which nobody has said anything.</summary>
    internal static IQueryable<SilentKey> Silent(DashboardDbContext db, DateTimeOffset now) =>
        from reviewed in db.Set<ReviewedKey>()
        where reviewed.Decision == null
        join key in db.Set<ApiKey>().Standing(now) on reviewed.KeyId equals key.Id
        select new SilentKey { ReviewId = reviewed.ReviewId, Owner = key.OwnerId ?? key.CreatedById };

    /// <summary>Whether the admins are asked to pause it: the rule of <see cref="ReviewPart.Proposed"/>.</summary>
    internal static bool IsProposed(Review review, ReviewedKey reviewed, ApiKeyView? key, DateTimeOffset now) =>
        key is not null && !key.Status.IsEnded()
        && (reviewed.Decision == ReviewChoice.Retire ? key.Pause?.Then != PauseEnd.Revoke : reviewed.Decision is null && review.DueAt <= now && key.Status != KeyStatus.Paused);

    private static IQueryable<ReviewedKey> Part(DashboardDbContext db, Review review, ReviewPart part, Guid? me, DateTimeOffset now)
    {
        var keys = db.Set<ReviewedKey>().Where(r => r.ReviewId == review.Id);
        var standing = db.Set<ApiKey>().Standing(now);
        var active = standing.Active(now);
        var isOver = review.DueAt <= now;
        return part switch
        {
            ReviewPart.All => keys,
            ReviewPart.Mine => keys.Where(r => standing.Any(k => k.Id == r.KeyId && (k.OwnerId ?? k.CreatedById) == me)),
            ReviewPart.Silent => keys.Where(r => r.Decision == null && standing.Any(k => k.Id == r.KeyId)),
            ReviewPart.Proposed => keys.Where(r =>
                (r.Decision == ReviewChoice.Retire && standing.Any(k => k.Id == r.KeyId && (k.PausedThen == null || k.PausedThen != PauseEnd.Revoke)))
                || (isOver && r.Decision == null && active.Any(k => k.Id == r.KeyId))),
        };
    }

    private static int Clamped(int perPage) => Math.Clamp(perPage, 1, MaxPerPage);

    private static int Skipped(int page, int perPage) => (int)Math.Min(int.MaxValue, (Math.Max(page, 1) - 1L) * Clamped(perPage));

    private static async Task<List<ReviewedKeyView>> ViewsAsync(
        DashboardDbContext db, Review review, List<ReviewedKey> rows, Guid? me, Caller caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var keys = (await KeyList.ViewsAsync(db, await db.RowsAsync([.. rows.Select(r => r.KeyId)], cancellationToken), now, cancellationToken)).ToDictionary(k => k.Id);
        var people = await PeopleAsync(db, rows.SelectMany(r => new[] { r.OwnerId, r.DecidedById }), cancellationToken);
        return [.. rows.Select(r =>
        {
            var key = keys.GetValueOrDefault(r.KeyId);
            var owner = key is null ? KeyOwner.Of(r.OwnerId is { } id ? people.GetValueOrDefault(id) : null) : key.Owner;
            return new ReviewedKeyView(
                r,
                key,
                owner,
                r.DecidedById is { } person ? people.GetValueOrDefault(person)?.Label : null,
                IsProposed(review, r, key, now),
                key is not null && !key.Status.IsEnded() && (caller.CanManageKeys || (me is not null && owner?.Id == me)));
        })];
    }

    private async Task<List<ReviewView>> ViewsAsync(DashboardDbContext db, List<Review> reviews, Caller caller, CancellationToken cancellationToken)
    {
        var (now, me, ids) = (clock.GetUtcNow(), await IdOfAsync(db, caller, cancellationToken), reviews.Select(r => r.Id).ToList());
        var decided = (await db.Set<ReviewedKey>().Where(k => ids.Contains(k.ReviewId) && k.Decision != null)
            .GroupBy(k => new { k.ReviewId, k.Decision }).Select(g => new { g.Key.ReviewId, g.Key.Decision, Count = g.Count() }).ToListAsync(cancellationToken))
            .ToDictionary(g => (g.ReviewId, g.Decision), g => g.Count);
        var silent = (await Silent(db, now).Where(s => ids.Contains(s.ReviewId))
            .GroupBy(s => new { s.ReviewId, Mine = s.Owner == me }).Select(g => new { g.Key.ReviewId, g.Key.Mine, Count = g.Count() }).ToListAsync(cancellationToken))
            .ToLookup(g => g.ReviewId);
        var people = await PeopleAsync(db, reviews.Select(r => r.OpenedById), cancellationToken);
        return [.. reviews.Select(r => new ReviewView(
            r.Id,
            r.Name,
            r.OpenedAt,
            r.OpenedById,
            r.OpenedById is { } person ? people.GetValueOrDefault(person)?.Label : null,
            r.DueAt,
            r.Scope,
            r.Filter,
            r.Keys,
            decided.GetValueOrDefault((r.Id, ReviewChoice.Keep)),
            decided.GetValueOrDefault((r.Id, ReviewChoice.Narrow)),
            decided.GetValueOrDefault((r.Id, ReviewChoice.Retire)),
            silent[r.Id].Sum(g => g.Count),
            me is null ? 0 : silent[r.Id].Where(g => g.Mine).Sum(g => g.Count),
            r.DueAt <= now))];
    }

    internal static async Task<Dictionary<Guid, Person>> PeopleAsync(DashboardDbContext db, IEnumerable<Guid?> ids, CancellationToken cancellationToken)
    {
        var wanted = ids.OfType<Guid>().Distinct().ToList();
        return await db.Set<Person>().Where(p => wanted.Contains(p.Id)).ToDictionaryAsync(p => p.Id, cancellationToken);
    }

    /// <summary>A row of a query.</summary>
    internal sealed class SilentKey
    {
        public required Guid ReviewId { get; init; }

        public required Guid? Owner { get; init; }
    }
}

/// <param name="Mine">Keys that the caller answers for, that a review asks about and of which nobody has said anything.</param>
/// <param name="WithoutOwner">Active and paused keys whose owner has left or was erased.</param>
public sealed record ReviewCounts(int Mine, int WithoutOwner);
