using System.Text.Json.Nodes;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>Plans brown-outs and ends them. Needs <c>admin.integrations</c>. One that begins now acts before the return, and so does ending one, on every node.</summary>
public sealed class KeyBrownOuts(Database database, AuditLog audit, BrownOutLog log, PauseEnds ends, KeyRing ring, KeyFeed feed, IGateMemory memory, IValidator<BrownOutPlan> rules, TimeProvider clock)
{
    private static readonly Error NotFound = new(ErrorReason.NotFound);

    /// <summary><c>Ended</c> for an expired or revoked key; <c>Invalid</c> also where it meets one that is planned, or too many are.</summary>
    /// <returns>The ids of what is planned, in the order of their begins.</returns>
    public async Task<Result<IReadOnlyList<Guid>>> PlanAsync(Guid id, BrownOutPlan plan, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanManageKeys)
        {
            return Error.Missing(Capabilities.AdminIntegrations);
        }

        if (rules.Faults(plan) is { Count: > 0 } faults)
        {
            return Error.Invalid(faults);
        }

        IReadOnlyList<Guid> planned = [];
        return await ChangeAsync(id, caller, async (db, key) =>
        {
            var now = clock.GetUtcNow();
            if (key.StatusAt(now).IsEnded())
            {
                return new Error(ErrorReason.Ended);
            }

            var added = plan.Begins(now).Select(at => new BrownOut
            {
                Id = Guid.CreateVersion7(now),
                TenantId = key.TenantId,
                KeyId = id,
                StartsAt = at,
                EndsAt = at.AddMinutes(plan.Minutes),
                CreatedAt = now,
            }).ToList();
            var open = await db.Set<BrownOut>().Where(b => b.KeyId == id && b.EndedAt == null).ToListAsync(CancellationToken.None);
            if (open.Count + added.Count > BrownOut.MostOpen)
            {
                return Error.Invalid([new RuleFault("starts_at", "starts_too_many", "5")]);
            }

            if (BrownOutPlanValidator.Overlap(open.Concat(added).Select(b => (b.StartsAt, b.EndsAt))))
            {
                return Error.Invalid([new RuleFault("starts_at", "starts_overlap")]);
            }

            var detail = new JsonObject { ["name"] = key.Name, ["minutes"] = plan.Minutes, ["starts_at"] = new JsonArray([.. added.Select(b => JsonValue.Create(b.StartsAt.ToUnixTimeMilliseconds()))]) };
            var person = await audit.AppendAsync(db, new AuditEvent(AuditActions.BrownOutPlanned, id, detail), caller);
            foreach (var one in added)
            {
                one.CreatedById = person;
                db.Add(one);
            }

            await db.SaveChangesAsync();
            key.PlanBrownOuts(added.Select(b => new BrownOutSpan(b.Id, b.StartsAt.ToUnixTimeMilliseconds(), b.EndsAt.ToUnixTimeMilliseconds())), now);
            await log.PassAsync(db, key);
            planned = [.. added.Select(b => b.Id)];
            return null;
        }, () => planned, cancellationToken);
    }

    /// <summary>Ends one that runs, or cancels one that is to come; one that is over stays as it is.</summary>
    public async Task<Result<Nothing>> EndAsync(Guid id, Guid brownOut, Caller caller, CancellationToken cancellationToken = default) =>
        !caller.CanManageKeys
            ? Error.Missing(Capabilities.AdminIntegrations)
            : await ChangeAsync(id, caller, async (db, key) =>
            {
                if (await db.Set<BrownOut>().AsTracking().SingleOrDefaultAsync(b => b.Id == brownOut && b.KeyId == id, CancellationToken.None) is not { } one)
                {
                    return NotFound;
                }

                var now = clock.GetUtcNow();
                if (one.EndedAt is null)
                {
                    await log.EndAsync(db, key, one, now, caller);
                    key.RollBrownOuts(now);
                }

                return null;
            }, () => default(Nothing), cancellationToken);

    private async Task<Result<T>> ChangeAsync<T>(Guid id, Caller caller, Func<DashboardDbContext, ApiKey, Task<Error?>> change, Func<T> answer, CancellationToken cancellationToken)
    {
        var (error, key) = await database.WriteAsync(
            caller.TenantId,
            async db =>
            {
                if (await db.Set<ApiKey>().SingleOrDefaultAsync(k => k.Id == id) is not { } key)
                {
                    return (Error: NotFound, Key: (ApiKey?)null);
                }

                await ends.PassAsync(db, key);
                await log.PassAsync(db, key);
                await db.SaveChangesAsync();
                return await change(db, key) is { } refused ? (Error: refused, Key: null) : (Error: (Error?)null, Key: key);
            },
            done => ring.Follow(done.Key),
            cancellationToken);
        if (error is not null)
        {
            return error;
        }

        feed.Publish(caller.TenantId, KeyChange.Keys, [id]);
        return await memory.FenceAsync([KeyFences.Of(key!)]) ? Result<T>.Of(answer()) : KeyFences.NotProven;
    }
}
