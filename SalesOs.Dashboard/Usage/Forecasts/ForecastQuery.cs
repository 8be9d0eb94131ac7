using FluentValidation;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;
using Database = SalesOs.Dashboard.Persistence.Database;

namespace SalesOs.Dashboard.Usage.Forecasts;

/// <summary>
/// What other settings would have refused, for people who may see keys (<c>admin.integrations</c> or <c>audit.integrations</c>), from what is counted already; at most a second behind.
/// </summary>
public sealed class ForecastQuery(Database database, UsageRecorder recorder, UsageRetention retention, IValidator<Proposal> rules, TimeProvider clock)
{
    private const int MostTurns = 3;
    private const long Hour = 3600;

    /// <summary>What takes from the hour, and what found nothing left in it.</summary>
    private static readonly string OfTheHour = string.Join(", ", CountedAs.Granted.Append(CountedAs.Of(Verdict.RateLimited)));

    /// <summary>One statement, so that hours and minutes are of one moment; each half is a range of the primary key. Of minutes the routes are not wanted.</summary>
    private static readonly string RowsSql = $$"""
        SELECT "Step", "At", "Route", "Counted", "Count" FROM "usage_counts"
        WHERE "KeyId" = {0} AND "Step" = {1} AND "At" >= {3} AND "Counted" IN ({{OfTheHour}})
        UNION ALL
        SELECT "Step", "At", '', "Counted", CAST(SUM("Count") AS bigint) FROM "usage_counts"
        WHERE "KeyId" = {0} AND "Step" = {2} AND "At" >= {3} AND "Counted" IN ({{OfTheHour}})
        GROUP BY "Step", "At", "Counted"
        """;

    public async Task<Result<Forecast>> OfAsync(Guid keyId, Proposal proposal, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        if (rules.Faults(proposal) is { Count: > 0 } faults)
        {
            return Error.Invalid(faults);
        }

        var use = await UseAsync(keyId, proposal.Days, caller, cancellationToken);
        return use.Then(recorded => recorded.Foretell(proposal));
    }

    /// <summary>What forecasts of one key are made from, as often as wanted.</summary>
    /// <param name="days">1–90; no further than hours are kept.</param>
    public async Task<Result<RecordedUse>> UseAsync(Guid keyId, int days, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        for (var turn = 1; ; turn++)
        {
            if ((await db.RowsAsync([keyId], cancellationToken)).SingleOrDefault() is not { } key)
            {
                return new Error(ErrorReason.NotFound);
            }

            var now = clock.GetUtcNow();
            // The hour before must be on record too: it counts into the first one.
            var from = DateTimeOffset.FromUnixTimeSeconds(Math.Max(
                UsageSteps.StartOf(UsageStep.Hour, now.AddDays(-days).ToUnixTimeSeconds()),
                UsageSteps.StartOf(UsageStep.Hour, retention.OldestKept(UsageStep.Hour, now)) + Hour));
            var rows = await db.Database.SqlQueryRaw<UseRow>(RowsSql, keyId, (int)UsageStep.Hour, (int)UsageStep.Minute, from.ToUnixTimeSeconds() - Hour).ToListAsync(cancellationToken);
            var callers = await db.Set<KeyCaller>().Where(c => c.KeyId == keyId).ToListAsync(cancellationToken);
            var missing = await MissingAsync(db, key, callers, now, cancellationToken);
            var limit = await RecordedLimit.OfAsync(db, keyId, key.RateLimit, from.AddHours(-1), cancellationToken);
            // Counts and callers are written together: where none came meanwhile, all was read as of one moment.
            var unmoved = await db.Set<ApiKey>().AnyAsync(k => k.Id == keyId && k.UsageCount == key.UsageCount && k.RateLimit == key.RateLimit, cancellationToken);
            if (unmoved || turn == MostTurns)
            {
                return RecordedUse.Of(from, now, rows, callers, unmoved ? missing : long.MaxValue, limit, recorder.ScopesOfRoutes());
            }
        }
    }

    /// <summary>Requests, ever, of callers who are not on record; without those who went because they were not seen for so long, which no forecast looks back to.</summary>
    private async Task<long> MissingAsync(DashboardDbContext db, ApiKey key, List<KeyCaller> callers, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var all = Math.Max(0, key.UsageCount - callers.Sum(c => c.Count));
        return all > 0 && key.CreatedAt < now - retention.Longest
            && !await db.Set<RecordGap>().AnyAsync(g => g.KeyId == key.Id && (g.CallersForgotten > 0 || g.CallersMissed > 0), cancellationToken)
            ? 0
            : all;
    }
}
