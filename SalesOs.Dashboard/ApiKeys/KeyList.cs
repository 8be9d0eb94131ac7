using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>The list's query: filtered, sorted and cut in the database.</summary>
internal static class KeyList
{
    public const int MaxPerPage = 100;

    /// <summary>A key and what stands beside it: the people's names, and whether the keys before and after it in a rotation are still there.</summary>
    public sealed record Row(ApiKey Key, Person? Creator, Person? Revoker, Person? Pauser, Person? Owner, bool HasPredecessor, bool HasSuccessor, StoredPolicy? Policy);

    public static IQueryable<ApiKey> Matching(this IQueryable<ApiKey> keys, KeyQuery query, DateTimeOffset now)
    {
        var ms = now.ToUnixTimeMilliseconds();
        if (query.Status is { } status)
        {
            keys = status switch
            {
                KeyStatus.Active => keys.Active(now),
                KeyStatus.Paused => keys.Where(k => k.RevokedAt == null && k.ExpiryOrder > ms && (
                    (k.PausedAt != null && (k.PausedUntil == null || k.PausedUntil > now || k.PausedThen == PauseEnd.Revoke)) || (k.BrownOutFrom <= now && k.BrownOutUntil > now))),
                KeyStatus.Expired => keys.Where(k => k.RevokedAt == null && k.ExpiryOrder <= ms),
                KeyStatus.Revoked => keys.Where(k => k.RevokedAt != null),
            };
        }

        if (query.Revocable)
        {
            keys = keys.Where(k => k.RevokedAt == null);
        }

        if (query.Mark is { } mark)
        {
            keys = keys.Marked(mark, now, query.Policy);
        }

        if (query.CreatedBy is { } person)
        {
            keys = keys.Where(k => k.CreatedById == person);
        }

        if (query.Environment is { } environment)
        {
            keys = keys.Where(k => k.Environment == environment);
        }

        if (query.Scope is { } scope)
        {
            var between = $" {scope} ";
            keys = keys.Where(k => k.ScopeText.Contains(between));
        }

        if (query.Makers is { } makers)
        {
            keys = keys.Where(k => k.CreatedById != null && makers.Contains(k.CreatedById.Value));
        }

        keys = query.Traits is { } traits ? keys.Having(traits) : keys;
        keys = query.Owners is { } owners ? keys.OwnedAs(owners) : keys;
        return query.SearchFolded is { } search ? keys.Found(search, query.Owners?.Found ?? []) : keys;
    }

    /// <summary>A pause that was to end in revoking counts as one until that is put down, a few seconds later.</summary>
    public static IQueryable<ApiKey> Active(this IQueryable<ApiKey> keys, DateTimeOffset now)
    {
        var ms = now.ToUnixTimeMilliseconds();
        return keys.Where(k => k.RevokedAt == null && k.ExpiryOrder > ms && (k.PausedAt == null || (k.PausedUntil <= now && k.PausedThen == PauseEnd.Resume))
            && (k.BrownOutFrom == null || k.BrownOutFrom > now || k.BrownOutUntil <= now));
    }

    /// <summary>The query with the people looked up whom it names, and the policy that it asks by; to be done before it is asked.</summary>
    public static async Task<KeyQuery> ResolvedAsync(DashboardDbContext db, KeyQuery query, CancellationToken cancellationToken)
    {
        query = query.Traits?.MadeBy is { } maker ? query with { Makers = await AuditQueries.ActorsAsync(db, maker, cancellationToken) } : query;
        query = query.Mark == KeyMark.OutOfPolicy ? query with { Policy = await db.PolicyAsync(cancellationToken) } : query;
        return query with { Owners = await OwnersMeant.ByAsync(db, query, cancellationToken) };
    }

    /// <summary>All that match, in the query's order; its page does not matter.</summary>
    public static Task<List<Guid>> IdsAsync(DashboardDbContext db, KeyQuery query, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.Set<ApiKey>().Matching(query, now).Sorted(db, query.Sort, query.Descending).Select(k => k.Id).ToListAsync(cancellationToken);

    /// <summary>
    /// One page's rows. In SQLite a narrowed list is gathered from the index that holds all that can be filtered and sorted by, so that its cost does not depend on how
    /// rare the matches are or where in the order they stand; PostgreSQL chooses by itself. The whole list is walked along its sort's own index.
    /// </summary>
    public static async Task<IReadOnlyList<ApiKey>> PageAsync(DashboardDbContext db, KeyQuery query, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var perPage = Math.Clamp(query.PerPage, 1, MaxPerPage);
        var skip = (int)Math.Min(int.MaxValue, (Math.Max(query.Page, 1) - 1L) * perPage);
        var matching = db.Set<ApiKey>().Matching(query, now);
        // A bounded query inside stays apart from the order outside; without it SQLite walks the sort's index and looks each row up.
        var source = query.IsNarrowed && !db.WeighsPlans ? matching.OrderBy(k => k.TenantId).Take(int.MaxValue) : matching;
        var ids = await source.Sorted(db, query.Sort, query.Descending).Skip(skip).Take(perPage).Select(k => k.Id).ToListAsync(cancellationToken);
        var rows = (await db.RowsAsync(ids, cancellationToken)).ToDictionary(k => k.Id);
        return [.. ids.Where(rows.ContainsKey).Select(id => rows[id])];
    }

    /// <summary>How many match on all pages.</summary>
    public static Task<long> CountAsync(DashboardDbContext db, KeyQuery query, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.Set<ApiKey>().Matching(query, now).LongCountAsync(cancellationToken);

    /// <summary>The tenant's keys with these ids, in no order.</summary>
    public static async Task<List<ApiKey>> RowsAsync(this DashboardDbContext db, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        // By their ids alone: with the tenant's filter beside them SQLite reads the whole tenant for a handful of rows.
        var rows = await db.Set<ApiKey>().IgnoreQueryFilters().Where(k => ids.Contains(k.Id)).ToListAsync(cancellationToken);
        rows.RemoveAll(k => !string.Equals(k.TenantId, db.TenantId, StringComparison.Ordinal));
        return rows;
    }

    /// <summary>The rows with the names of the people beside them, in the same order.</summary>
    public static async Task<IReadOnlyList<ApiKeyView>> ViewsAsync(DashboardDbContext db, IReadOnlyList<ApiKey> keys, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ids = keys.SelectMany(k => new[] { k.CreatedById, k.RevokedById, k.PausedById, k.Owner }).OfType<Guid>().Distinct().ToList();
        var people = await db.Set<Person>().Where(p => ids.Contains(p.Id)).ToDictionaryAsync(p => p.Id, cancellationToken);
        var deleted = await DeletedRelativesAsync(db, keys, cancellationToken);
        var policy = await db.PolicyAsync(cancellationToken);
        return [.. keys.Select(k => ToView(k, id => Label(people, id), KeyOwner.Of(k.Owner is { } owner ? people.GetValueOrDefault(owner) : null), now, deleted.Contains) with { Breaches = policy.Breaches(JudgedKey.Of(k), now) })];
    }

    public static IQueryable<ApiKey> Sorted(this IQueryable<ApiKey> keys, DashboardDbContext db, KeySort sort, bool descending) => sort switch
    {
        KeySort.CreatedAt => By(keys, k => k.CreatedAt, descending),
        KeySort.Name => By(keys, k => k.NameFolded, descending),
        KeySort.ExpiresAt => By(keys, k => k.ExpiryOrder, descending),
        // What was never used comes before everything else, in every database.
        KeySort.LastUsedAt when db.SortsNullsLast => By(keys, k => EF.Property<long>(k, DashboardDbContext.OrderOf(nameof(ApiKey.LastUsedAt))), descending),
        KeySort.LastUsedAt => By(keys, k => k.LastUsedAt, descending),
        KeySort.UsageCount => By(keys, k => k.UsageCount, descending),
        KeySort.Owner => ByOwner(keys, db, descending),
    };

    public static IQueryable<Row> WithPeople(this IQueryable<ApiKey> keys, DashboardDbContext db) =>
        from key in keys
        from creator in db.Set<Person>().Where(p => p.Id == key.CreatedById).DefaultIfEmpty()
        from revoker in db.Set<Person>().Where(p => p.Id == key.RevokedById).DefaultIfEmpty()
        from pauser in db.Set<Person>().Where(p => p.Id == key.PausedById).DefaultIfEmpty()
        from owner in db.Set<Person>().Where(p => p.Id == key.OwnerId).DefaultIfEmpty()
        from policy in db.Set<StoredPolicy>().Where(p => p.TenantId == key.TenantId).DefaultIfEmpty()
        select new Row(key, creator, revoker, pauser, owner, db.Set<ApiKey>().Any(k => k.Id == key.RotatedFrom), db.Set<ApiKey>().Any(k => k.Id == key.RotatedTo), policy);

    /// <summary>Of the keys before and after these in a rotation, those that are deleted.</summary>
    private static async Task<HashSet<Guid>> DeletedRelativesAsync(DashboardDbContext db, IReadOnlyList<ApiKey> keys, CancellationToken cancellationToken)
    {
        var relatives = keys.Select(k => k.RotatedFrom).Concat(keys.Select(k => k.RotatedTo)).OfType<Guid>().ToHashSet();
        relatives.ExceptWith(keys.Select(k => k.Id));
        if (relatives.Count > 0)
        {
            relatives.ExceptWith((await db.RowsAsync(relatives, cancellationToken)).Select(k => k.Id));
        }

        return relatives;
    }

    public static ApiKeyView ToView(this Row row, DateTimeOffset now)
    {
        var view = ToView(
            row.Key,
            person => (person == row.Creator?.Id ? row.Creator : person == row.Revoker?.Id ? row.Revoker : person == row.Pauser?.Id ? row.Pauser : null)?.Label,
            KeyOwner.Of(row.Key.OwnerId is null ? row.Creator : row.Owner),
            now,
            id => !(id == row.Key.RotatedFrom ? row.HasPredecessor : row.HasSuccessor));
        return view with { Breaches = row.Policy?.Policy.Breaches(JudgedKey.Of(row.Key), now) ?? [] };
    }

    /// <param name="nameOf">Of a person; null for one that is not known any more.</param>
    /// <param name="isDeleted">Of the key before it and the one after it.</param>
    public static ApiKeyView ToView(ApiKey k, Func<Guid?, string?> nameOf, KeyOwner? owner, DateTimeOffset now, Func<Guid, bool> isDeleted) => new(
        k.Id,
        k.Name,
        k.KeyPrefix,
        k.KeyLast4,
        k.Environment,
        k.Scopes,
        k.RateLimit,
        k.AllowedIps,
        k.SingleUse,
        k.StatusAt(now),
        k.ExpiresAt,
        k.CreatedAt,
        nameOf(k.CreatedById),
        k.RevokedSince(now),
        nameOf(k.RevokedById ?? (k.RevokedSince(now) is null ? null : k.PausedById)),
        k.RevokeReason ?? (k.RevokedSince(now) is null ? null : k.PauseReason),
        k.RotatedFrom,
        k.RotatedTo,
        k.Notes,
        k.LastUsedAt,
        k.LastUsedIp,
        k.LastUsedAgent,
        k.UsageCount,
        k.Version,
        k.CreatedById,
        k.RotatedFrom is { } from && isDeleted(from),
        k.RotatedTo is { } to && isDeleted(to))
    {
        Pause = PauseOf(k, nameOf, now),
        Owner = owner,
        IsExcess = k.IsExcess,
    };

    private static PauseView? PauseOf(ApiKey k, Func<Guid?, string?> nameOf, DateTimeOffset now) =>
        k.PausedAt is { } paused && !(k.PausedUntil <= now) ? new PauseView(paused, nameOf(k.PausedById), k.PausedUntil, k.PausedThen, k.PauseReason, k.PauseAnswer)
        : k.BrownOutAt(now) is { } span && k.RevokedAt is null
            ? new PauseView(DateTimeOffset.FromUnixTimeMilliseconds(span.From), By: null, DateTimeOffset.FromUnixTimeMilliseconds(span.Until), PauseEnd.Resume, Reason: null, PauseAnswer.KeyPaused) { BrownOut = span.Id }
        : null;

    private static IQueryable<ApiKey> Having(this IQueryable<ApiKey> keys, KeyTraits traits)
    {
        keys = traits.FullAccess switch
        {
            null => keys,
            true => keys.Where(k => k.ScopeText == ""),
            false => keys.Where(k => k.ScopeText != ""),
        };
        keys = traits.NeverExpires switch
        {
            null => keys,
            true => keys.Where(k => k.ExpiryOrder == long.MaxValue),
            false => keys.Where(k => k.ExpiryOrder != long.MaxValue),
        };
        keys = traits.AnyAddress switch
        {
            null => keys,
            true => keys.Where(k => k.AllowedIpText == "" || k.AllowedIpText.Contains(AddressBlock.NoBounds)),
            false => keys.Where(k => k.AllowedIpText != "" && !k.AllowedIpText.Contains(AddressBlock.NoBounds)),
        };
        keys = traits.UsedSince is { } since ? keys.Where(k => k.LastUsedAt >= since) : keys;
        keys = traits.UnusedSince is { } unused ? keys.Where(k => k.LastUsedAt == null || k.LastUsedAt < unused) : keys;
        var before = traits.ExpiresBefore?.ToUnixTimeMilliseconds();
        return before is null ? keys : keys.Where(k => k.ExpiryOrder < before);
    }

    /// <param name="owners">Those who are called so.</param>
    private static IQueryable<ApiKey> Found(this IQueryable<ApiKey> keys, string search, IReadOnlyCollection<Guid> owners)
    {
        if (NamedKeys.Whole(search) is { } whole)
        {
            return keys.Where(k => k.Key == whole);
        }

        var named = NamedKeys.In(search);
        if (named is { OnlyPrefix: null })
        {
            var (prefixes, shown, ends) = named;
            // The key as it is shown is the text's end.
            return keys.Where(k =>
                prefixes.Contains(k.SearchText.Substring(k.SearchText.Length - NamedKeys.ShownLength, NamedKeys.PrefixLength))
                || shown.Contains(k.SearchText.Substring(k.SearchText.Length - NamedKeys.ShownLength))
                || ends.Contains(k.SearchText.Substring(k.SearchText.Length - NamedKeys.ShownLength, NamedKeys.KindLength) + k.SearchText.Substring(k.SearchText.Length - NamedKeys.EndLength)));
        }

        var text = named?.OnlyPrefix ?? search;
        return owners.Count == 0
            ? keys.Where(k => k.SearchText.Contains(text))
            : keys.Where(k => k.SearchText.Contains(text) || ((k.OwnerId ?? k.CreatedById) != null && owners.Contains((k.OwnerId ?? k.CreatedById)!.Value)));
    }

    private static IQueryable<ApiKey> By<T>(IQueryable<ApiKey> keys, Expression<Func<ApiKey, T>> field, bool descending) =>
        descending ? keys.OrderByDescending(field).ThenByDescending(k => k.Id) : keys.OrderBy(field).ThenBy(k => k.Id);

    /// <summary>By e-mail address, name or subject of the owner; who has none comes first. Only letters of ASCII are compared without case, so that every database orders alike.</summary>
    private static IQueryable<ApiKey> ByOwner(IQueryable<ApiKey> keys, DashboardDbContext db, bool descending)
    {
#pragma warning disable MA0011, CA1304, CA1311 // It becomes the databases' lower(), which takes no culture.
        var owned =
            from key in keys
            join person in db.Set<Person>() on key.OwnerId ?? key.CreatedById equals (Guid?)person.Id into people
            from owner in people.DefaultIfEmpty()
            select new { Key = key, Owner = (owner.Email ?? owner.Name ?? owner.Subject ?? "").ToLower() };
#pragma warning restore MA0011, CA1304, CA1311
        return (descending ? owned.OrderByDescending(o => o.Owner).ThenByDescending(o => o.Key.Id) : owned.OrderBy(o => o.Owner).ThenBy(o => o.Key.Id)).Select(o => o.Key);
    }

    private static string? Label(Dictionary<Guid, Person> people, Guid? id) => id is { } known && people.TryGetValue(known, out var person) ? person.Label : null;
}
