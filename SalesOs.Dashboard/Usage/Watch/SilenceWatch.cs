using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Persistence;
using Database = SalesOs.Dashboard.Persistence.Database;

namespace SalesOs.Dashboard.Usage.Watch;

/// <summary>
/// Tells of keys that are silent for more than twice their rhythm, once for each silence. A time in which the program was away, or that a clock leapt over, is no silence of a key;
/// nor is one in which the key was refused, paused or replaced. Of several nodes one does it.
/// </summary>
public sealed partial class SilenceWatch(Database database, NoticeOutbox outbox, TimeProvider clock, ILogger<SilenceWatch> logger) : PeriodicJob(Every, clock, atStart: true)
{
    /// <summary>Keys judged in one round at most; the next one goes on.</summary>
    private const int MostInRound = 2000;

    private const int BatchSize = 50;

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    /// <summary>No rhythm is quicker, so that a key that was used since is not looked at.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromHours(2);

    /// <summary>A program that was away for less has missed no more than a caller who was late.</summary>
    private static readonly TimeSpan LongestAway = TimeSpan.FromHours(1);

    /// <summary>What should have been told longer ago was, or has become known otherwise.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromDays(7);

    /// <summary>Of a job that runs less than once a week the days say more than the hours, and are kept for longer.</summary>
    private static readonly TimeSpan SlowSpan = TimeSpan.FromDays(400);

    /// <summary>Calls that a key was refused with: whoever calls is not silent.</summary>
    private static readonly short[] Calls = [.. Enum.GetValues<Verdict>().Where(Rejection.IsCall).Select(CountedAs.Of)];

    /// <summary>Until when a key need not be looked at, as long as it was not used since.</summary>
    private Dictionary<Guid, (DateTimeOffset LastUsedAt, DateTimeOffset From)> looked = [];

    /// <summary>Tells of every silence that is too long now.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken = default)
    {
        var now = Clock.GetUtcNow();
        var away = await SeeAsync(now, cancellationToken);
        var silent = await SilentAsync(now, cancellationToken);
        looked = looked.Where(one => silent.TryGetValue(one.Key, out var key) && key.LastUsedAt == one.Value.LastUsedAt).ToDictionary();
        var due = silent.Values.Where(key => !looked.TryGetValue(key.Id, out var before) || before.From <= now).OrderBy(key => key.LastUsedAt).ThenBy(key => key.Id).Take(MostInRound);
        foreach (var batch in due.Chunk(BatchSize))
        {
            foreach (var (key, usual) in await UsualAsync(batch, now, cancellationToken))
            {
                looked[key.Id] = (key.LastUsedAt, usual is { } known ? await JudgeAsync(key, known, away, now, cancellationToken) : DateTimeOffset.MaxValue);
            }
        }
    }

    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        await using var round = await database.TryTakeAsync("watching of silent keys", cancellationToken);
        if (round is not null)
        {
            await WatchAsync(cancellationToken);
        }
    }

    [LoggerMessage(2530, LogLevel.Error, "Silent API keys could not be looked for; it is tried again in five minutes.")]
    protected override partial void Failed(Exception fault);

    /// <summary>Notes that the program is there, and tells when it was away.</summary>
    private async Task<Away?> SeeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (away, hasMoved) = await database.WriteAsync(
            tenantId: null,
            async db =>
            {
                var row = await db.Set<WatchedTime>().AsTracking().SingleOrDefaultAsync(CancellationToken.None) ?? db.Add(new WatchedTime { SeenAt = now }).Entity;
                var (wasAway, isBack) = (now - row.SeenAt > LongestAway, now < row.SeenAt);
                if (wasAway || row.AwayUntil > now)
                {
                    (row.AwayFrom, row.AwayUntil) = (wasAway ? row.SeenAt : row.AwayFrom, now);
                }

                row.SeenAt = now;
                return (row is { AwayFrom: { } from, AwayUntil: { } until } ? new Away(from, until) : (Away?)null, wasAway || isBack);
            },
            cancellationToken: cancellationToken);
        if (hasMoved)
        {
            looked = [];
        }

        return away;
    }

    private async Task<Dictionary<Guid, SilentKey>> SilentAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = database.Read(tenantId: null);
        var keys = await Silent(db.Set<ApiKey>().IgnoreQueryFilters(), now).Select(k => new { k.Id, k.TenantId, k.LastUsedAt }).ToListAsync(cancellationToken);
        return keys.ToDictionary(k => k.Id, k => new SilentKey(k.Id, k.TenantId, k.LastUsedAt!.Value));
    }

    /// <summary>Not used lately although it may be, and not on its way out.</summary>
    private static IQueryable<ApiKey> Silent(IQueryable<ApiKey> keys, DateTimeOffset now)
    {
        var (order, latest) = (now.ToUnixTimeMilliseconds(), now - Shortest);
        return keys.Where(k => k.RevokedAt == null && k.ExpiryOrder > order && k.PausedAt == null && k.RotatedTo == null && k.LastUsedAt != null && k.LastUsedAt <= latest);
    }

    /// <summary>Each key's usual silence; null where too little is known.</summary>
    private async Task<IReadOnlyList<(SilentKey Key, TimeSpan? Usual)>> UsualAsync(SilentKey[] keys, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = database.Read(tenantId: null);
        var byHour = await UsedAsync(db, [.. keys.Select(key => key.Id)], UsageStep.Hour, now - Rhythm.Span, cancellationToken);
        var usual = keys.Select(key => (Key: key, Usual: SilenceRule.UsualOf(new Rhythm(byHour[key.Id])))).ToList();
        var slow = usual.Where(one => one.Usual is null).Select(one => one.Key.Id).ToList();
        var byDay = await UsedAsync(db, slow, UsageStep.Day, now - SlowSpan, cancellationToken);
        return [.. usual.Select(one => (one.Key, one.Usual ?? SilenceRule.UsualOf(new Rhythm(byDay[one.Key.Id]))))];
    }

    private static async Task<ILookup<Guid, long>> UsedAsync(DashboardDbContext db, List<Guid> keys, UsageStep step, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var (from, letIn) = (since.ToUnixTimeSeconds(), CountedAs.Of(Verdict.LetIn));
        var used = await db.Set<UsageCount>().IgnoreQueryFilters()
            .Where(c => keys.Contains(c.KeyId) && c.Step == step && c.At >= from && c.Counted == letIn)
            .Select(c => new { c.KeyId, c.At }).Distinct()
            .ToListAsync(cancellationToken);
        return used.ToLookup(c => c.KeyId, c => c.At);
    }

    /// <summary>Tells of the silence where it is too long.</summary>
    /// <returns>When to look again.</returns>
    private async Task<DateTimeOffset> JudgeAsync(SilentKey key, TimeSpan usual, Away? away, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var due = DueOf(key.LastUsedAt, usual, away);
        if (due > now)
        {
            return due;
        }

        due = DueOf(await LatestSignAsync(key, cancellationToken), usual, away);
        if (due <= now && now - due < Late)
        {
            await TellAsync(key, usual, now, cancellationToken);
        }

        return due > now ? due : DateTimeOffset.MaxValue;
    }

    /// <summary>What was due before the program went away was told then; what would be due later begins anew when it is back.</summary>
    private static DateTimeOffset DueOf(DateTimeOffset silentSince, TimeSpan usual, Away? away)
    {
        var due = SilenceRule.From(silentSince, usual);
        return away is { } was && was.From < due && was.Until > silentSince ? SilenceRule.From(was.Until, usual) : due;
    }

    /// <summary>The latest use, call that was refused, or end of a pause.</summary>
    private async Task<DateTimeOffset> LatestSignAsync(SilentKey key, CancellationToken cancellationToken)
    {
        var from = UsageSteps.StartOf(UsageStep.Hour, key.LastUsedAt.ToUnixTimeSeconds());
        await using var db = database.Read(key.TenantId);
        var called = await db.Set<UsageCount>().Where(c => c.KeyId == key.Id && c.Step == UsageStep.Hour && c.At > from && Calls.Contains(c.Counted)).MaxAsync(c => (long?)c.At, cancellationToken);
        var resumed = await db.Set<AuditEntry>().Where(e => e.KeyId == key.Id && e.Action == AuditActions.KeyResumed && e.At > key.LastUsedAt)
            .OrderByDescending(e => e.At).Select(e => (DateTimeOffset?)e.At).FirstOrDefaultAsync(cancellationToken);
        return new[] { key.LastUsedAt, called is { } at ? DateTimeOffset.FromUnixTimeSeconds(at) : key.LastUsedAt, resumed ?? key.LastUsedAt }.Max();
    }

    private Task<bool> TellAsync(SilentKey key, TimeSpan usual, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        key.TenantId,
        async db =>
        {
            var last = key.LastUsedAt;
            // Asked again under the write lock: it may have been used, revoked or paused since.
            return await Silent(db.Set<ApiKey>(), now).AnyAsync(k => k.Id == key.Id && k.LastUsedAt == last, CancellationToken.None) && await outbox.AddAsync(
                db,
                key.TenantId,
                NoticeEvent.KeySilent,
                key.Id,
                new JsonObject { ["last_used_at"] = Rfc3339.Of(last), ["hours"] = (int)Math.Ceiling(usual.TotalHours) },
                onceKey: string.Create(CultureInfo.InvariantCulture, $"key.silent:{key.Id:N}:{last.ToUnixTimeMilliseconds()}"));
        },
        cancellationToken: cancellationToken);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct SilentKey(Guid Id, string TenantId, DateTimeOffset LastUsedAt);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Away(DateTimeOffset From, DateTimeOffset Until);
}
