using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys.Policies;

/// <summary>
/// Does on its date what a policy requires of keys that exist, within a minute: brings the expiry of a key that lives too long forward to the date, and pauses a key that
/// breaks another rule until somebody has mended and resumed it. It revokes and deletes nothing. Also tells the log of dates that are near (<see cref="Notice"/>) or have come, once each.
/// </summary>
public sealed partial class PolicyEnforcer(Database database, AuditLog audit, KeyPauses pauses, TimeProvider clock, ILogger<PolicyEnforcer> logger) : PeriodicJob(Every, clock, atStart: true)
{
    /// <summary>Why the keys are paused.</summary>
    public const string Reason = "policy";

    /// <summary>Days before a date at which the log is told.</summary>
    public static readonly IReadOnlyList<int> Notice = [14, 3];

    /// <summary>Keys that an entry of the log names.</summary>
    private const int MostNamed = 100;

    private const int BatchSize = 200;

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>Does and tells all that is due.</summary>
    public async Task EnforceAsync(CancellationToken cancellationToken = default)
    {
        List<StoredPolicy> policies;
        await using (var db = database.Read(tenantId: null))
        {
            policies = await db.Set<StoredPolicy>().IgnoreQueryFilters().ToListAsync(cancellationToken);
        }

        foreach (var stored in policies.Where(p => !p.Policy.AsksNothing))
        {
            var (tenant, policy) = (stored.TenantId, stored.Policy);
            foreach (var (rule, daysBefore) in Near(stored, Clock.GetUtcNow()))
            {
                await TellAsync(tenant, rule, daysBefore, cancellationToken);
            }

            if (KeyPolicy.Rules.Any(rule => policy.Of(rule).Holds(Clock.GetUtcNow())))
            {
                // What has come to its end is not paused.
                await EnforceAsync(tenant, policy, rule => rule == PolicyRule.MaxLifetimeDays, cancellationToken);
                await EnforceAsync(tenant, policy, rule => rule != PolicyRule.MaxLifetimeDays, cancellationToken);
            }
        }
    }

    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        await using var round = await database.TryTakeAsync("enforcing of policies", cancellationToken);
        if (round is not null)
        {
            await EnforceAsync(cancellationToken);
        }
    }

    [LoggerMessage(2030, LogLevel.Error, "What the tenants' policies require of API keys could not be done; it is tried again in a minute.")]
    protected override partial void Failed(Exception fault);

    /// <summary>Dates that come within so many days, each with the nearest of the steps, where it is not told yet. A date may have come before there was a turn to tell of it.</summary>
    private static IEnumerable<(PolicyRule Rule, int DaysBefore)> Near(StoredPolicy stored, DateTimeOffset now)
    {
        var policy = stored.Policy;
        return from rule in KeyPolicy.Rules
               let demand = policy.Of(rule)
               where demand.Level == PolicyLevel.Require
               from days in Notice.Where(days => now >= demand.From?.AddDays(-days)).Order().Take(1)
               where !stored.HasTold(rule, demand, days)
               select (rule, days);
    }

    private async Task EnforceAsync(string tenant, KeyPolicy policy, Func<PolicyRule, bool> meant, CancellationToken cancellationToken)
    {
        var after = Guid.Empty;
        while (true)
        {
            List<Guid> due;
            var now = Clock.GetUtcNow();
            await using (var db = database.Read(tenant))
            {
                due = await Due(db.Set<ApiKey>(), policy, meant, now).OrderBy(k => k.Id).Select(k => k.Id).Take(BatchSize).ToListAsync(cancellationToken);
            }

            // What is still first after a round could not be done: the next turn tries it again.
            if (due.Count == 0 || due[0] == after)
            {
                return;
            }

            after = due[0];
            await pauses.ActAsync(tenant, due, status => !status.IsEnded(), (db, key) => EnforceAsync(db, key, meant), cancellationToken);
        }
    }

    /// <summary>Asked again under the write lock: policy and key may have changed since.</summary>
    /// <returns>Whether the key was changed.</returns>
    private async Task<bool> EnforceAsync(DashboardDbContext db, ApiKey key, Func<PolicyRule, bool> meant)
    {
        var now = Clock.GetUtcNow();
        var breaches = (await db.PolicyAsync()).Breaches(JudgedKey.Of(key), now).Where(b => meant(b.Rule) && b.Demand.Holds(now)).ToList();
        if (breaches.Count == 0)
        {
            return false;
        }

        var names = new JsonArray([.. breaches.Select(b => JsonValue.Create(KeyPolicy.NameOf(b.Rule)))]);
        if (breaches.Find(b => !b.Pauses) is { } tooLong)
        {
            var before = KeyAudit.Settings(key);
            if (key.Edit(new KeyEdit { ExpiresAt = tooLong.Demand.From }, now))
            {
                var detail = KeyAudit.Difference(before, KeyAudit.Settings(key));
                detail["policy"] = names;
                await audit.AppendAsync(db, new AuditEvent(AuditActions.KeyEdited, key.Id, detail), caller: null);
            }

            return true;
        }

        return await pauses.PauseAsync(db, key, new KeyPause { Reason = Reason }, caller: null, detail => detail["policy"] = names);
    }

    private async Task TellAsync(string tenant, PolicyRule rule, int daysBefore, CancellationToken cancellationToken) => await database.WriteAsync(
        tenant,
        async db =>
        {
            var now = Clock.GetUtcNow();
            if (await db.Set<StoredPolicy>().SingleOrDefaultAsync(CancellationToken.None) is not { } stored
                || !Near(stored, now).Contains((rule, daysBefore)) || !stored.Tell(rule, stored.Policy.Of(rule), daysBefore))
            {
                return false;
            }

            var demand = stored.Policy.Of(rule);
            var breaking = db.Set<ApiKey>().Living(now).Breaking(stored.Policy, (one, _) => one == rule, now);
            if (await breaking.LongCountAsync(CancellationToken.None) is > 0 and var count)
            {
                var named = await breaking.OrderBy(k => k.Id).Select(k => k.Id).Take(MostNamed).ToListAsync(CancellationToken.None);
                var detail = new JsonObject
                {
                    ["rule"] = KeyPolicy.NameOf(rule),
                    ["bound"] = demand.Value,
                    ["from"] = demand.From!.Value.ToUnixTimeMilliseconds(),
                    ["days"] = Math.Max(0, (int)Math.Ceiling((demand.From.Value - now).TotalDays)),
                    ["count"] = count,
                    ["keys"] = new JsonArray([.. named.Select(id => JsonValue.Create(id.ToString()))]),
                };
                await audit.AppendAsync(db, new AuditEvent(AuditActions.PolicyDue, Detail: detail), caller: null);
            }

            return true;
        },
        cancellationToken: cancellationToken);

    /// <summary>A pause that the clock would end by resuming is none that holds.</summary>
    private static IQueryable<ApiKey> Due(IQueryable<ApiKey> keys, KeyPolicy policy, Func<PolicyRule, bool> meant, DateTimeOffset now)
    {
        var broken = keys.Living(now).Breaking(policy, (rule, demand) => meant(rule) && demand.Holds(now), now);
        return meant(PolicyRule.MaxLifetimeDays) ? broken : broken.Where(k => k.PausedAt == null || (k.PausedUntil != null && k.PausedThen == PauseEnd.Resume));
    }
}
