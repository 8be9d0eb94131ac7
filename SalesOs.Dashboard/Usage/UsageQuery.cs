using System.Globalization;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;
using Database = SalesOs.Dashboard.Persistence.Database;

namespace SalesOs.Dashboard.Usage;

/// <summary>What was counted, for people who may see keys (<c>admin.integrations</c> or <c>audit.integrations</c>), of their own tenant.</summary>
public sealed class UsageQuery(Database database, IGateMemory memory, UsageRetention retention, KeyRing ring, TimeProvider clock)
{
    public const int MostKeys = 100;
    public const int SparklineDays = 30;

    private static readonly Error NotFound = new(ErrorReason.NotFound);

    /// <summary>One key's usage. A time that is no longer kept in such steps is <c>Invalid</c>: it would look as if nothing had happened.</summary>
    public async Task<Result<UsageReport>> ReportAsync(Guid keyId, UsageSpan span, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        var width = UsageSteps.SecondsOf(span.Step);
        if (Resolve(span, out var first, out var last) is { } fault)
        {
            return Error.Invalid([fault]);
        }

        await using var db = database.Read(caller.TenantId);
        if (!await db.Set<ApiKey>().AnyAsync(k => k.Id == keyId, cancellationToken))
        {
            return NotFound;
        }

        // One statement, so that the parts add up even while the writer goes on.
        var rows = await db.Set<UsageCount>()
            .Where(c => c.KeyId == keyId && c.Step == span.Step && c.At >= first && c.At <= last)
            .Select(c => new { c.At, c.Route, c.Counted, c.Count })
            .ToListAsync(cancellationToken);
        var points = new UsageTotals[((last - first) / width) + 1];
        var totals = default(UsageTotals);
        var routes = new Dictionary<string, UsageTotals>(StringComparer.Ordinal);
        var verdicts = new SortedDictionary<Verdict, long>();
        var answers = new SortedDictionary<AnswerClass, long>();
        foreach (var row in rows)
        {
            ref var point = ref points[(row.At - first) / width];
            point = point.With(row.Counted, row.Count);
            totals = totals.With(row.Counted, row.Count);
            routes[row.Route] = routes.GetValueOrDefault(row.Route).With(row.Counted, row.Count);
            if (CountedAs.AnswerOf(row.Counted) is { } answer)
            {
                answers[answer] = answers.GetValueOrDefault(answer) + row.Count;
            }
            else
            {
                var verdict = (Verdict)row.Counted;
                verdicts[verdict] = verdicts.GetValueOrDefault(verdict) + row.Count;
            }
        }

        return new UsageReport(
            DateTimeOffset.FromUnixTimeSeconds(first),
            DateTimeOffset.FromUnixTimeSeconds(last + width),
            span.Step,
            [.. points.Select((point, i) => new UsagePoint(DateTimeOffset.FromUnixTimeSeconds(first + (i * width)), point))],
            totals,
            [
                .. routes.Select(r => new RouteUsage(r.Key, r.Value))
                    .OrderByDescending(r => r.Totals.LetIn + r.Totals.Refused)
                    .ThenBy(r => r.Route, StringComparer.Ordinal),
            ],
            verdicts,
            answers);
    }

    /// <summary>
    /// Requests let in on each of the last 30 days (of UTC, today last) for at most 100 keys at once. Every id that is asked for has an entry;
    /// an absent or foreign one looks like a key that was never used.
    /// </summary>
    public async Task<Result<IReadOnlyDictionary<Guid, IReadOnlyList<long>>>> SparklinesAsync(
        IReadOnlyCollection<Guid> keyIds, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        const long day = 86_400;
        var today = UsageSteps.StartOf(UsageStep.Day, clock.GetUtcNow().ToUnixTimeSeconds());
        var first = today - ((SparklineDays - 1) * day);
        var letIn = CountedAs.Of(Verdict.LetIn);
        var lines = keyIds.Distinct().Take(MostKeys).ToDictionary(id => id, _ => new long[SparklineDays]);
        var wanted = lines.Keys.ToList();
        await using var db = database.Read(caller.TenantId);
        var rows = await db.Set<UsageCount>()
            .Where(c => wanted.Contains(c.KeyId) && c.Step == UsageStep.Day && c.At >= first && c.At <= today && c.Counted == letIn)
            .GroupBy(c => new { c.KeyId, c.At })
            .Select(g => new { g.Key.KeyId, g.Key.At, Count = g.Sum(c => c.Count) })
            .ToListAsync(cancellationToken);
        foreach (var row in rows)
        {
            lines[row.KeyId][(row.At - first) / day] = row.Count;
        }

        return Result<IReadOnlyDictionary<Guid, IReadOnlyList<long>>>.Of(lines.ToDictionary(l => l.Key, IReadOnlyList<long> (l) => l.Value));
    }

    /// <summary>Used of the limit in this sliding hour, from memory, for at most 100 keys; those that are gone are left out, and all of them where the memory can't be asked.</summary>
    public async Task<Result<IReadOnlyList<HourUsage>>> HoursAsync(
        IReadOnlyCollection<Guid> keyIds, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var wanted = keyIds.Take(MostKeys).ToList();
        await using var db = database.Read(caller.TenantId);
        var keys = await db.RowsAsync(wanted, cancellationToken);
        var inRing = keys.Select(k => ring.Find(k.Key)).OfType<RingKey>().ToList();
        var used = await memory.UsedAsync([.. inRing.Select(k => (k.Id, k.Ordinal))], now);
        return Result<IReadOnlyList<HourUsage>>.Of([.. inRing.Zip(used ?? [], (k, count) => new HourUsage(k.Id, count, k.RateLimit))]);
    }

    /// <summary>Where a key is used from.</summary>
    public async Task<Result<CallerList>> CallersAsync(Guid keyId, Caller caller, CancellationToken cancellationToken = default)
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

        var rows = await db.Set<KeyCaller>().Where(c => c.KeyId == keyId).ToListAsync(cancellationToken);
        var gap = await db.Set<RecordGap>().SingleOrDefaultAsync(g => g.KeyId == keyId, cancellationToken);
        var callers = rows
            .OrderByDescending(c => c.LastSeenAt).ThenBy(c => c.Address, StringComparer.Ordinal).ThenBy(c => c.Agent, StringComparer.Ordinal)
            .Select(c => new CallerView(c.Address is "" ? null : c.Address, c.Agent is "" ? null : c.Agent, c.FirstSeenAt, c.LastSeenAt, c.Count));
        return new CallerList([.. callers], gap?.CallersForgotten ?? 0, gap?.CallersMissed ?? 0);
    }

    /// <summary>The beginnings of the span's first and last step, Unix seconds; or what is wrong with it.</summary>
    private RuleFault? Resolve(UsageSpan span, out long first, out long last)
    {
        (first, last) = (0, 0);
        var now = clock.GetUtcNow();
        var kept = retention.Of(span.Step);
        var tooOld = new RuleFault("from", "from_not_kept", ((int)kept.TotalHours).ToString(CultureInfo.InvariantCulture));
        var oldest = retention.OldestKept(span.Step, now);
        if (span.From > (span.To < now ? span.To : now))
        {
            return new RuleFault("from", "from_after_to");
        }

        if (span.To <= DateTimeOffset.FromUnixTimeSeconds(oldest))
        {
            return tooOld;
        }

        // What happens in the present moment belongs to a report that goes on until now.
        last = UsageSteps.StartOf(span.Step, (span.To < now ? span.To.Value.AddTicks(-1) : now).ToUnixTimeSeconds());
        if (span.From is not { } from)
        {
            first = Math.Max(oldest, last + UsageSteps.SecondsOf(span.Step) - (long)DefaultOf(span.Step).TotalSeconds);
            return null;
        }

        if (from.ToUnixTimeSeconds() < oldest)
        {
            return tooOld;
        }

        first = UsageSteps.StartOf(span.Step, from.ToUnixTimeSeconds());
        last = Math.Max(first, last);
        return null;
    }

    private static TimeSpan DefaultOf(UsageStep step) => step switch
    {
        UsageStep.Minute => TimeSpan.FromHours(24),
        UsageStep.Hour => TimeSpan.FromDays(7),
        UsageStep.Day => TimeSpan.FromDays(30),
    };
}
