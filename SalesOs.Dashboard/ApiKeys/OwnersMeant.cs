using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>The people and teams whom a list's query means by its words about owners, once they are looked up. Names are compared here: no second copy of them is kept, folded, to be erased with them.</summary>
/// <param name="Named">Whom <see cref="KeyTraits.Owner"/> means; null: it is not said.</param>
/// <param name="Gone">Those who have left or were erased, where <see cref="KeyTraits.WithoutOwner"/> is said; else null.</param>
/// <param name="Without">As <see cref="KeyTraits.WithoutOwner"/>.</param>
/// <param name="Found">Those who are called what is searched for.</param>
internal sealed record OwnersMeant(IReadOnlyList<Guid>? Named, IReadOnlyList<Guid>? Gone, bool Without, IReadOnlyList<Guid> Found)
{
    /// <summary>Null: the query says nothing of owners.</summary>
    public static async Task<OwnersMeant?> ByAsync(DashboardDbContext db, KeyQuery query, CancellationToken cancellationToken)
    {
        var (named, without) = (query.Traits?.Owner, query.Traits?.WithoutOwner);
        var search = query.SearchFolded is { } text && NamedKeys.Whole(text) is null && NamedKeys.In(text) is null ? text : null;
        if (named is null && without is null && search is null)
        {
            return null;
        }

        List<Guid>? gone = null;
        if (without is not null)
        {
            gone = await db.Set<Person>().Where(p => p.LeftAt != null || p.Subject == null).Select(p => p.Id).ToListAsync(cancellationToken);
        }

        return new OwnersMeant(
            named is null ? null : await AuditQueries.ActorsAsync(db, named, cancellationToken),
            gone,
            without == true,
            search is null ? [] : await CalledAsync(db, search, cancellationToken));
    }

    private static async Task<List<Guid>> CalledAsync(DashboardDbContext db, string search, CancellationToken cancellationToken)
    {
        var called = new List<Guid>();
        await foreach (var person in db.Set<Person>().Where(p => p.Kind != CallerKind.Service).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (Holds(person.Email) || Holds(person.Name))
            {
                called.Add(person.Id);
            }
        }

        return called;

        bool Holds(string? name) => name is not null && FoldedText.Of(name).Contains(search, StringComparison.Ordinal);
    }
}

/// <summary>A list of keys narrowed by who owns them.</summary>
internal static class OwnedKeys
{
    public static IQueryable<ApiKey> OwnedAs(this IQueryable<ApiKey> keys, OwnersMeant owners)
    {
        if (owners.Named is { } named)
        {
            keys = keys.Where(k => (k.OwnerId ?? k.CreatedById) != null && named.Contains((k.OwnerId ?? k.CreatedById)!.Value));
        }

        return owners.Gone is not { } gone ? keys
            : owners.Without ? keys.Where(k => (k.OwnerId ?? k.CreatedById) == null || gone.Contains((k.OwnerId ?? k.CreatedById)!.Value))
            : keys.Where(k => (k.OwnerId ?? k.CreatedById) != null && !gone.Contains((k.OwnerId ?? k.CreatedById)!.Value));
    }

    /// <summary>The keys of one owner that are not revoked.</summary>
    public static IQueryable<ApiKey> OwnedBy(this IQueryable<ApiKey> keys, Guid owner) => keys.Where(k => k.RevokedAt == null && (k.OwnerId ?? k.CreatedById) == owner);

    /// <summary>Those that have not come to their end: active ones, and paused ones.</summary>
    public static IQueryable<ApiKey> Standing(this IQueryable<ApiKey> keys, DateTimeOffset now)
    {
        var ms = now.ToUnixTimeMilliseconds();
        return keys.Where(k => k.RevokedAt == null && k.ExpiryOrder > ms && (k.PausedThen == null || k.PausedThen != PauseEnd.Revoke || k.PausedUntil > now));
    }
}
