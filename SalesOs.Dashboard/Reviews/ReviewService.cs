using System.Globalization;
using System.Text.Json.Nodes;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Usage;
using Database = SalesOs.Dashboard.Persistence.Database;

namespace SalesOs.Dashboard.Reviews;

/// <summary>Opens reviews and takes down what is decided. Each change and its audit entries are one transaction.</summary>
public sealed class ReviewService(Database database, AuditLog audit, KeyPauses pauses, UsageWriter writer, IValidator<NewReview> rules, TimeProvider clock)
{
    /// <summary>Keys of one decision.</summary>
    public const int MostAtOnce = 100;

    /// <summary>A key that may go is paused for so long before it is revoked: whoever misses it comes forward meanwhile.</summary>
    public static readonly TimeSpan RetireAfter = TimeSpan.FromDays(14);

    private static readonly Error NotFound = new(ErrorReason.NotFound);

    /// <summary>
    /// Opens a review: its keys are frozen with their settings and their use in one reading, between two changes of the tenant's keys, with all that was counted before the call.
    /// An entry says so for the review, and one for each owner. Needs <c>admin.integrations</c> or <c>audit.integrations</c>.
    /// </summary>
    /// <returns>The review's id. <c>Invalid</c> also where no key is meant.</returns>
    public async Task<Result<Guid>> OpenAsync(NewReview request, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        if (rules.Faults(request) is { Count: > 0 } faults)
        {
            return Error.Invalid(faults);
        }

        await writer.FlushAsync(cancellationToken);
        return await database.WriteAsync(caller.TenantId, db => OpenAsync(db, request, caller), cancellationToken: cancellationToken);
    }

    /// <summary>
    /// Says of keys of a review that they are kept, narrowed or retired; said again, the latest holds. Whoever manages keys may say it of all, whoever may see them of those that
    /// they answer for themselves. What is retired is paused at once and revoked after <see cref="RetireAfter"/>, where the caller manages keys; else the admins are asked to. What was retired and is kept or narrowed after all is resumed.
    /// </summary>
    /// <param name="keys">1–<see cref="MostAtOnce"/>, each of them a key of the review.</param>
    /// <param name="reason">1–200 characters without control characters.</param>
    /// <returns><c>NotFound</c>: no such review, or one of the keys is none of it. <c>NotProven</c> as for pausing; asked again, it waits on.</returns>
    public async Task<Result<Decided>> DecideAsync(Guid review, IReadOnlyCollection<Guid> keys, ReviewChoice decision, string? reason, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        var (ids, said) = (keys.ToHashSet(), reason?.Trim() ?? "");
        if (Faults(ids, decision, said) is { Count: > 0 } faults)
        {
            return Error.Invalid(faults);
        }

        var (error, retired) = await database.WriteAsync(caller.TenantId, db => DecideAsync(db, review, ids, decision, said, caller), cancellationToken: cancellationToken);
        if (error is not null)
        {
            return error;
        }

        if (decision != ReviewChoice.Retire && caller.CanManageKeys && retired.Count > 0)
        {
            // What was said before would revoke them.
            return (await pauses.ResumeAsync(KeySelection.Of(retired), caller, cancellationToken)).Then(_ => new Decided(ids.Count, Paused: 0));
        }

        if (decision != ReviewChoice.Retire || !caller.CanManageKeys)
        {
            return new Decided(ids.Count, Paused: 0);
        }

        // A decision of its own: a key that this does not reach stays proposed to the admins.
        var paused = await pauses.PauseAsync(
            KeySelection.Of(ids), new KeyPause { Until = clock.GetUtcNow() + RetireAfter, Then = PauseEnd.Revoke, Reason = said }, caller, cancellationToken);
        return paused.Then(done => new Decided(ids.Count, done.Count));
    }

    private static List<RuleFault> Faults(HashSet<Guid> keys, ReviewChoice decision, string reason)
    {
        List<RuleFault> faults = [.. KeyRules.Reason(reason)];
        if (reason.Length == 0)
        {
            faults.Add(new RuleFault("reason", "reason_required"));
        }

        if (keys.Count == 0)
        {
            faults.Add(new RuleFault("keys", "none_selected"));
        }
        else if (keys.Count > MostAtOnce)
        {
            faults.Add(new RuleFault("keys", "too_many_selected", MostAtOnce.ToString(CultureInfo.InvariantCulture)));
        }

        if (!Enum.IsDefined(decision))
        {
            faults.Add(new RuleFault("decision", "decision_unknown"));
        }

        return faults;
    }

    private async Task<Result<Guid>> OpenAsync(DashboardDbContext db, NewReview request, Caller caller)
    {
        var now = clock.GetUtcNow();
        var query = await KeyList.ResolvedAsync(db, request.Filter?.ToQuery() ?? new KeyQuery(), CancellationToken.None);
        var meant = db.Set<ApiKey>().AsNoTracking().Standing(now).Matching(query, now);
        // One statement: no count and no other tenant's writer comes in between.
        var keys = await (request.Scope == ReviewScope.Live ? meant.Where(k => k.Environment == KeyEnvironment.Live) : meant).ToListAsync();
        if (keys.Count == 0)
        {
            return Error.Invalid([new RuleFault("keys", "review_empty")]);
        }

        var review = new Review
        {
            Id = Guid.CreateVersion7(now),
            TenantId = caller.TenantId,
            Name = request.Name!.Trim(),
            DueAt = request.DueAt!.Value,
            OpenedAt = now,
            Scope = request.Scope,
            Filter = request.Filter?.Said() ?? "",
            Keys = keys.Count,
        };
        var opened = await audit.AddAsync(db, new AuditEvent(AuditActions.ReviewOpened, Detail: DetailOf(review)), caller);
        (review.OpenedById, review.OpenedEntry) = (opened.ActorId, opened.Sequence);
        foreach (var owner in keys.GroupBy(k => k.Owner).OrderBy(g => g.Key))
        {
            var detail = new JsonObject { ["review"] = review.Id, ["name"] = review.Name, ["owner"] = owner.Key, ["count"] = owner.Count(), ["due_at"] = review.DueAt.ToUnixTimeMilliseconds() };
            await audit.AppendAsync(db, new AuditEvent(AuditActions.ReviewAssigned, Detail: detail), caller);
        }

        db.Add(review);
        db.AddRange(keys.Select(k => ReviewedKey.Of(review.Id, k, now)));
        return review.Id;
    }

    /// <returns>With the keys that were to be retired until now, and are paused for it.</returns>
    private async Task<(Error? Error, List<Guid> Retired)> DecideAsync(DashboardDbContext db, Guid id, HashSet<Guid> ids, ReviewChoice decision, string reason, Caller caller)
    {
        var review = await db.Set<Review>().SingleOrDefaultAsync(r => r.Id == id);
        var keys = await db.Set<ReviewedKey>().Where(k => k.ReviewId == id && ids.Contains(k.KeyId)).OrderBy(k => k.KeyId).ToListAsync();
        if (review is null || keys.Count < ids.Count)
        {
            return (NotFound, []);
        }

        if (!caller.CanManageKeys && !await AnswersForAsync(db, keys, caller))
        {
            return (Error.Missing(Capabilities.AdminIntegrations), []);
        }

        var retired = keys.Where(k => k.Decision == ReviewChoice.Retire).Select(k => k.KeyId).ToHashSet();
        var paused = (await db.RowsAsync(retired, CancellationToken.None)).Where(k => k.PausedThen == PauseEnd.Revoke).Select(k => k.Id).ToList();

        var now = clock.GetUtcNow();
        foreach (var key in keys)
        {
            // The reason stands beside the chain, where it can be erased.
            var detail = new JsonObject { ["review"] = review.Id, ["review_name"] = review.Name, ["name"] = key.Name, ["decision"] = Word(decision) };
            key.Decide(decision, reason, await audit.AppendAsync(db, new AuditEvent(AuditActions.ReviewDecided, key.KeyId, detail), caller), now);
        }

        return (Error: null, paused);
    }

    /// <summary>Whether the caller is the owner of all of them; of a key that is deleted, its last one in the review.</summary>
    private static async Task<bool> AnswersForAsync(DashboardDbContext db, List<ReviewedKey> keys, Caller caller)
    {
        var me = await ReviewQueries.IdOfAsync(db, caller, CancellationToken.None);
        var now = (await db.RowsAsync([.. keys.Select(k => k.KeyId)], CancellationToken.None)).ToDictionary(k => k.Id, k => k.Owner);
        return me is not null && keys.All(k => (now.TryGetValue(k.KeyId, out var owner) ? owner : k.OwnerId) == me);
    }

    private static JsonObject DetailOf(Review review) => new()
    {
        ["review"] = review.Id,
        ["name"] = review.Name,
        ["keys"] = Word(review.Scope),
        ["filters"] = review.Filter.Length == 0 ? null : review.Filter,
        ["count"] = review.Keys,
        ["due_at"] = review.DueAt.ToUnixTimeMilliseconds(),
    };

    private static string Word<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
