using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices;

/// <summary>Tells of what people and the clock do to keys: the audit entry of the act and its notices are one transaction, so that none is without the other.</summary>
internal sealed class NoticeActs(NoticeOutbox outbox, TimeProvider clock) : IEntryFollower
{
    /// <summary>What stands beside the notice, or is not for everybody who gets one.</summary>
    private static readonly string[] Elsewhere = ["name", "key_prefix", "notes"];

    public async Task FollowAsync(DashboardDbContext db, string tenant, AuditEvent what, Guid? actor)
    {
        if (what.Refused)
        {
            return;
        }

        var detail = what.Detail ?? [];
        switch (what.Action)
        {
            case AuditActions.PolicyDue:
                await outbox.AddAsync(db, tenant, NoticeEvent.PolicyDue, keyId: null, new JsonObject { ["rule"] = detail["rule"]?.DeepClone(), ["keys"] = detail["count"]?.DeepClone(), ["days"] = detail["days"]?.DeepClone(), ["due_at"] = Moment(detail["from"]) });
                return;
            case AuditActions.ApprovalRequested:
                await outbox.AddAsync(db, tenant, NoticeEvent.ApprovalRequested, what.KeyId, new JsonObject { ["approval"] = detail["approval"]?.DeepClone(), ["act"] = detail["act"]?.DeepClone() }, actor);
                return;
            case AuditActions.PersonLeft when detail["person"]?.GetValue<Guid>() is { } person && await db.Set<ApiKey>().OwnedBy(person).Standing(clock.GetUtcNow()).CountAsync() is > 0 and var keys:
                await outbox.AddAsync(db, tenant, NoticeEvent.PersonLeft, keyId: null, new JsonObject { ["keys"] = keys });
                return;
            case AuditActions.ReviewAssigned:
                // The owner is named by id, so that a name that is erased meanwhile is not told.
                await outbox.AddAsync(db, tenant, NoticeEvent.ReviewAssigned, keyId: null, OfReview(detail, Moment(detail["due_at"])), detail["owner"]?.GetValue<Guid>());
                return;
            case AuditActions.ReviewOverdue:
                await outbox.AddAsync(db, tenant, NoticeEvent.ReviewOverdue, keyId: null, OfReview(detail, dueAt: null));
                return;
        }

        if (what.KeyId is { } key)
        {
            await FollowAsync(db, tenant, key, what, actor);
        }
    }

    private async Task FollowAsync(DashboardDbContext db, string tenant, Guid key, AuditEvent what, Guid? actor)
    {
        if (what.Action == AuditActions.BrownOutEnded && what.Detail?["ends_at"]?.GetValue<long>() is { } at && await IsRefusedAsync(db, key, at))
        {
            return;
        }

        foreach (var (told, data) in NoticesOf(what.Action, what.Detail ?? []))
        {
            await outbox.AddAsync(db, tenant, told, key, data, actor);
        }
    }

    /// <summary>Whether the key stays refused after a brown-out, for something else.</summary>
    /// <param name="at">Unix milliseconds of its end.</param>
    private static Task<bool> IsRefusedAsync(DashboardDbContext db, Guid key, long at)
    {
        var end = DateTimeOffset.FromUnixTimeMilliseconds(at);
        return db.Set<ApiKey>().AnyAsync(k => k.Id == key
            && (k.RevokedAt != null || k.ExpiryOrder <= at || (k.PausedAt != null && (k.PausedUntil == null || k.PausedUntil > end || k.PausedThen == PauseEnd.Revoke))));
    }

    private static IEnumerable<(NoticeEvent Event, JsonObject Data)> NoticesOf(string action, JsonObject detail)
    {
        switch (action)
        {
            case AuditActions.KeyCreated:
                yield return (NoticeEvent.KeyCreated, Told(detail));
                if (IsUnrestricted(detail))
                {
                    yield return (NoticeEvent.KeyUnrestricted, Told(detail));
                }

                break;
            case AuditActions.KeyEdited:
                yield return (NoticeEvent.KeyEdited, Edited(detail));
                if (detail["after"] is JsonObject after && IsUnrestricted(after))
                {
                    yield return (NoticeEvent.KeyUnrestricted, Edited(detail));
                }

                break;
            case AuditActions.KeyOwnerChanged:
                yield return (NoticeEvent.KeyEdited, new JsonObject { ["changed"] = new JsonArray("owner") });
                break;
            case AuditActions.KeyPaused:
                yield return (NoticeEvent.KeyPaused, Paused(detail));
                break;
            case AuditActions.BrownOutBegan:
                yield return (NoticeEvent.KeyPaused, new JsonObject { ["until"] = Moment(detail["ends_at"]), ["brown_out"] = true });
                break;
            case AuditActions.KeyResumed:
                yield return (NoticeEvent.KeyResumed, []);
                break;
            case AuditActions.BrownOutEnded:
                yield return (NoticeEvent.KeyResumed, new JsonObject { ["brown_out"] = true });
                break;
            case AuditActions.KeyRevoked:
                yield return (NoticeEvent.KeyRevoked, Told(detail));
                break;
            case AuditActions.KeyDeleted:
                yield return (NoticeEvent.KeyDeleted, Told(detail));
                break;
            case AuditActions.KeyRotated:
                yield return (NoticeEvent.KeyRotated, Rotated(detail));
                break;
            case AuditActions.RotationHeld:
                yield return (NoticeEvent.KeyRotationHeld, Rotated(detail));
                break;
        }
    }

    private static JsonObject OfReview(JsonObject detail, JsonNode? dueAt)
    {
        var data = new JsonObject { ["review"] = detail["review"]?.DeepClone(), ["review_name"] = detail["name"]?.DeepClone(), ["keys"] = detail["count"]?.DeepClone() };
        if (dueAt is not null)
        {
            data["due_at"] = dueAt;
        }

        return data;
    }

    /// <summary>It names no scopes, so it has them all.</summary>
    private static bool IsUnrestricted(JsonObject settings) => settings["scopes"] is JsonArray { Count: 0 };

    private static JsonObject Edited(JsonObject detail)
    {
        var data = Told(detail);
        data["changed"] = new JsonArray([.. ((detail["after"] as JsonObject) ?? []).Select(field => JsonValue.Create(field.Key))]);
        return data;
    }

    private static JsonObject Paused(JsonObject detail)
    {
        var data = Told(detail);
        data[data["then"]?.GetValue<string>() == "revoke" ? "revokes_at" : "until"] = data["paused_until"]?.DeepClone();
        data.Remove("paused_until");
        return data;
    }

    /// <summary><c>until</c> is when the old key ends.</summary>
    private static JsonObject Rotated(JsonObject detail)
    {
        var data = Told(detail);
        if (data["until"]?.DeepClone() is { } until)
        {
            data.Remove("until");
            data["old_key_until"] = until;
        }

        return data;
    }

    /// <summary>The entry's detail with its times written as everywhere outside the log.</summary>
    private static JsonObject Told(JsonObject detail)
    {
        var told = new JsonObject();
        foreach (var (name, value) in detail.Where(field => !Elsewhere.Contains(field.Key)))
        {
            told[name] = value switch
            {
                JsonObject inner => Told(inner),
                JsonValue when IsTime(name) => Moment(value),
                _ => value?.DeepClone(),
            };
        }

        return told;
    }

    private static bool IsTime(string name) => name is "until" or "latest" || name.EndsWith("_at", StringComparison.Ordinal) || name.EndsWith("_until", StringComparison.Ordinal);

    /// <summary>Of Unix milliseconds, as the log has times.</summary>
    private static JsonNode? Moment(JsonNode? value) =>
        value is JsonValue number && number.GetValueKind() == JsonValueKind.Number && number.TryGetValue<long>(out var milliseconds)
            ? Rfc3339.Of(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds))
            : value?.DeepClone();
}
