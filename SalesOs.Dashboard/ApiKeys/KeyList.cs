using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>The list's query: filtered, sorted and cut in the database.</summary>
internal static class KeyList
{
    public const int MaxPerPage = 100;

    /// <summary>A key and the people whose names stand beside it.</summary>
    public sealed record Row(ApiKey Key, Person? Creator, Person? Revoker);

    public static IQueryable<ApiKey> Matching(this IQueryable<ApiKey> keys, KeyQuery query, DateTimeOffset now)
    {
        var ms = now.ToUnixTimeMilliseconds();
        if (query.Status is { } status)
        {
            keys = status switch
            {
                KeyStatus.Active => keys.Where(k => k.RevokedAt == null && k.ExpiryOrder > ms),
                KeyStatus.Expired => keys.Where(k => k.RevokedAt == null && k.ExpiryOrder <= ms),
                KeyStatus.Revoked => keys.Where(k => k.RevokedAt != null),
            };
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

        if (query.Search?.Trim() is { Length: > 0 } search)
        {
            if (CredentialFormat.IsApiKey(search))
            {
                return keys.Where(k => k.Key == search);
            }

            var folded = FoldedText.Of(search);
            keys = keys.Where(k => k.SearchText.Contains(folded));
        }

        return keys;
    }

    public static IQueryable<ApiKey> Sorted(this IQueryable<ApiKey> keys, KeySort sort, bool descending) => sort switch
    {
        KeySort.CreatedAt => By(keys, k => k.CreatedAt, descending),
        KeySort.Name => By(keys, k => k.NameFolded, descending),
        KeySort.ExpiresAt => By(keys, k => k.ExpiryOrder, descending),
        KeySort.LastUsedAt => By(keys, k => k.LastUsedAt, descending),
        KeySort.UsageCount => By(keys, k => k.UsageCount, descending),
    };

    public static IQueryable<Row> WithPeople(this IQueryable<ApiKey> keys, DashboardDbContext db) =>
        from key in keys
        from creator in db.Set<Person>().Where(p => p.Id == key.CreatedById).DefaultIfEmpty()
        from revoker in db.Set<Person>().Where(p => p.Id == key.RevokedById).DefaultIfEmpty()
        select new Row(key, creator, revoker);

    public static ApiKeyView ToView(this Row row, DateTimeOffset now) => ToView(row.Key, row.Creator?.Label, row.Revoker?.Label, now);

    public static ApiKeyView ToView(ApiKey k, string? creator, string? revoker, DateTimeOffset now) => new(
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
        creator,
        k.RevokedAt,
        revoker,
        k.RevokeReason,
        k.RotatedFrom,
        k.RotatedTo,
        k.Notes,
        k.LastUsedAt,
        k.LastUsedIp,
        k.LastUsedAgent,
        k.UsageCount,
        k.Version);

    private static IQueryable<ApiKey> By<T>(IQueryable<ApiKey> keys, Expression<Func<ApiKey, T>> field, bool descending) =>
        descending ? keys.OrderByDescending(field).ThenByDescending(k => k.Id) : keys.OrderBy(field).ThenBy(k => k.Id);
}
