using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using Database = SalesOs.Dashboard.Persistence.Database;

namespace SalesOs.Dashboard.Usage;

public enum BrownOutStatus
{
    Planned,
    Running,
    Ended,

    /// <summary>Before it began.</summary>
    Cancelled,
}

/// <summary>A brown-out and who noticed.</summary>
/// <param name="CreatedBy">The person's e-mail address or name, or <c>service_role</c>; null once the person's data is erased.</param>
/// <param name="EndedAt">When it was over; null before.</param>
/// <param name="Noticed">Callers that were refused in it, the busiest first.</param>
public sealed record BrownOutView(
    Guid Id,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt,
    int Minutes,
    BrownOutStatus Status,
    DateTimeOffset CreatedAt,
    string? CreatedBy,
    DateTimeOffset? EndedAt,
    IReadOnlyList<NoticedView> Noticed);

/// <param name="Address">Null where it was not known, and for callers beyond the first thousand, who are counted together.</param>
/// <param name="Route">Such as <c>GET /v1/leads/{id}</c>.</param>
/// <param name="Count">Requests refused.</param>
public sealed record NoticedView(string? Address, string? Agent, string Route, long Count, DateTimeOffset FirstSeenAt, DateTimeOffset LastSeenAt);

/// <param name="Total">On all pages.</param>
public sealed record BrownOutPage(IReadOnlyList<BrownOutView> BrownOuts, long Total);

/// <summary>A key's brown-outs, for people who may see keys (<c>admin.integrations</c> or <c>audit.integrations</c>).</summary>
public sealed class BrownOutQuery(Database database, TimeProvider clock)
{
    public const int MaxPerPage = 100;

    private static readonly Error NotFound = new(ErrorReason.NotFound);

    /// <summary>The latest begin first.</summary>
    /// <param name="page">From 1.</param>
    /// <param name="perPage">1–100.</param>
    public async Task<Result<BrownOutPage>> ListAsync(Guid keyId, int page, int perPage, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        if (!await db.Set<ApiKey>().AnyAsync(k => k.Id == keyId, cancellationToken))
        {
            return NotFound;
        }

        var all = db.Set<BrownOut>().Where(b => b.KeyId == keyId);
        var cut = Math.Clamp(perPage, 1, MaxPerPage);
        var skip = (int)Math.Min(int.MaxValue, (Math.Max(page, 1) - 1L) * cut);
        var total = await all.LongCountAsync(cancellationToken);
        var rows = await all.OrderByDescending(b => b.StartsAt).ThenBy(b => b.Id).Skip(skip).Take(cut).ToListAsync(cancellationToken);
        var ids = rows.Select(b => b.Id).ToList();
        var people = rows.Select(b => b.CreatedById).OfType<Guid>().Distinct().ToList();
        var names = await db.Set<Person>().Where(p => people.Contains(p.Id)).ToDictionaryAsync(p => p.Id, cancellationToken);
        var noticed = (await db.Set<NoticedCaller>().Where(c => ids.Contains(c.BrownOutId)).ToListAsync(cancellationToken)).ToLookup(c => c.BrownOutId);
        return new BrownOutPage([.. rows.Select(b => ViewOf(b, names.GetValueOrDefault(b.CreatedById ?? Guid.Empty)?.Label, noticed[b.Id]))], total);
    }

    private BrownOutView ViewOf(BrownOut b, string? creator, IEnumerable<NoticedCaller> noticed)
    {
        var now = clock.GetUtcNow();
        var endedAt = b.EndedAt ?? (b.EndsAt <= now ? b.EndsAt : null);
        var status = endedAt is { } end ? end < b.StartsAt ? BrownOutStatus.Cancelled : BrownOutStatus.Ended : b.StartsAt <= now ? BrownOutStatus.Running : BrownOutStatus.Planned;
        return new BrownOutView(b.Id, b.StartsAt, b.EndsAt, (int)(b.EndsAt - b.StartsAt).TotalMinutes, status, b.CreatedAt, creator, endedAt, [.. noticed
            .OrderByDescending(c => c.Count).ThenBy(c => c.Address, StringComparer.Ordinal).ThenBy(c => c.Agent, StringComparer.Ordinal).ThenBy(c => c.Route, StringComparer.Ordinal)
            .Select(c => new NoticedView(Known(c.Address), Known(c.Agent), c.Route, c.Count, c.FirstSeenAt, c.LastSeenAt))]);
    }

    private static string? Known(string text) => text.Length == 0 ? null : text;
}
