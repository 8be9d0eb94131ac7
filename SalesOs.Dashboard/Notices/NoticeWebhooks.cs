using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Notices.Delivery;
using SalesOs.Dashboard.Notices.Webhooks;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices;

/// <summary>A tenant's webhooks. Seeing them needs <c>admin.integrations</c> or <c>audit.integrations</c>, all else <c>admin.integrations</c>; each change and its audit entry are one transaction.</summary>
public sealed class NoticeWebhooks(
    Database database,
    AuditLog audit,
    NoticeOutbox outbox,
    NoticeFeed feed,
    WebhookSecrets secrets,
    IValidator<NewWebhook> newRules,
    IValidator<WebhookEdit> editRules,
    TimeProvider clock)
{
    /// <summary>For how long notices are signed with the secret before as well, once it was replaced.</summary>
    public static readonly TimeSpan BothSecretsHold = TimeSpan.FromHours(24);

    private static readonly Error NotFound = new(ErrorReason.NotFound);

    /// <summary>All of them, the oldest first.</summary>
    public async Task<Result<IReadOnlyList<WebhookView>>> ListAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        var all = await db.Set<WebhookEndpoint>().OrderBy(w => w.Id).ToListAsync(cancellationToken);
        var people = await NoticePeople.LabelsAsync(db, all.Select(w => w.CreatedById), cancellationToken);
        return Result<IReadOnlyList<WebhookView>>.Of([.. all.Select(w => ViewOf(w, people))]);
    }

    /// <returns>The only time that its secret is told, as for <see cref="RotateSecretAsync"/>. <c>Invalid</c> with <c>webhooks_too_many</c> beyond <see cref="WebhookEndpoint.Most"/>.</returns>
    public async Task<Result<MadeWebhook>> AddAsync(NewWebhook request, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanManageKeys)
        {
            return Error.Missing(Capabilities.AdminIntegrations);
        }

        if (newRules.Faults(request) is { Count: > 0 } faults)
        {
            return Error.Invalid(faults);
        }

        return await database.WriteAsync<Result<MadeWebhook>>(
            caller.TenantId,
            async db =>
            {
                if (await db.Set<WebhookEndpoint>().CountAsync() >= WebhookEndpoint.Most)
                {
                    return Error.Invalid([new RuleFault("url", "webhooks_too_many", "20")]);
                }

                var now = clock.GetUtcNow();
                var id = Guid.CreateVersion7(now);
                var secret = WebhookSecret.New();
                var endpoint = new WebhookEndpoint
                {
                    Id = id,
                    TenantId = caller.TenantId,
                    Url = request.Url!,
                    Description = Blank(request.Description),
                    EventText = NoticeChoices.Text(request.Events),
                    SealedSecret = await secrets.SealAsync(db, caller.TenantId, id, secret),
                    StateSince = now,
                    CreatedAt = now,
                };
                endpoint.CreatedById = await audit.AppendAsync(db, new AuditEvent(AuditActions.WebhookAdded, Detail: Named(endpoint, SettingsOf(endpoint))), caller);
                db.Add(endpoint);
                await feed.TellAsync(db, caller.TenantId);
                return await MadeAsync(db, endpoint, secret);
            },
            cancellationToken: cancellationToken);
    }

    /// <summary>Changes what the edit names.</summary>
    public async Task<Result<WebhookView>> EditAsync(Guid id, WebhookEdit edit, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanManageKeys)
        {
            return Error.Missing(Capabilities.AdminIntegrations);
        }

        if (editRules.Faults(edit) is { Count: > 0 } faults)
        {
            return Error.Invalid(faults);
        }

        return await ChangeAsync<WebhookView>(id, caller, async (db, endpoint) =>
        {
            var before = SettingsOf(endpoint);
            endpoint.Url = edit.Url.Or(endpoint.Url)!;
            endpoint.Description = edit.Description.IsGiven ? Blank(edit.Description.Value) : endpoint.Description;
            endpoint.EventText = edit.Events.IsGiven ? NoticeChoices.Text(edit.Events.Value) : endpoint.EventText;
            if (edit.Enabled.IsGiven)
            {
                await SwitchAsync(db, endpoint, edit.Enabled.Value ? WebhookState.On : WebhookState.Off);
            }

            var difference = KeyAudit.Difference(before, SettingsOf(endpoint));
            if (difference["after"]!.AsObject().Count > 0)
            {
                await audit.AppendAsync(db, new AuditEvent(AuditActions.WebhookChanged, Detail: Named(endpoint, difference)), caller);
            }

            return await ViewOfAsync(db, endpoint);
        }, cancellationToken);
    }

    /// <summary>What waits for it falls; what was delivered stays in the log of deliveries.</summary>
    public Task<Result<Nothing>> RemoveAsync(Guid id, Caller caller, CancellationToken cancellationToken = default) => ChangeAsync<Nothing>(
        id,
        caller,
        async (db, endpoint) =>
        {
            await audit.AppendAsync(db, new AuditEvent(AuditActions.WebhookRemoved, Detail: Named(endpoint, SettingsOf(endpoint))), caller);
            await DeliveryQueue.DropAsync(db, endpoint.Id, clock.GetUtcNow());
            db.Remove(endpoint);
            return default(Nothing);
        },
        cancellationToken);

    /// <summary>Gives it a new secret; for <see cref="BothSecretsHold"/> notices are signed with the one before as well.</summary>
    public Task<Result<MadeWebhook>> RotateSecretAsync(Guid id, Caller caller, CancellationToken cancellationToken = default) => ChangeAsync<MadeWebhook>(
        id,
        caller,
        async (db, endpoint) =>
        {
            var secret = WebhookSecret.New();
            (endpoint.SealedPrevious, endpoint.PreviousUntil) = (endpoint.SealedSecret, clock.GetUtcNow() + BothSecretsHold);
            endpoint.SealedSecret = await secrets.SealAsync(db, endpoint.TenantId, endpoint.Id, secret);
            await audit.AppendAsync(db, new AuditEvent(AuditActions.WebhookSecretRotated, Detail: Named(endpoint, [])), caller);
            return await MadeAsync(db, endpoint, secret);
        },
        cancellationToken);

    /// <summary>Sends it a notice that says that it is a test; <c>ReceiverOff</c> when it is switched off.</summary>
    /// <returns>The notice's id, which its delivery names.</returns>
    public Task<Result<Guid>> TestAsync(Guid id, Caller caller, CancellationToken cancellationToken = default) => ChangeAsync<Guid>(
        id,
        caller,
        async (db, endpoint) =>
        {
            if (endpoint.State == WebhookState.Off)
            {
                return new Error(ErrorReason.ReceiverOff);
            }

            var actor = await audit.AppendAsync(db, new AuditEvent(AuditActions.NoticeTested, Detail: Named(endpoint, [])), caller);
            var notice = Guid.CreateVersion7(clock.GetUtcNow());
            await outbox.AddAsync(db, caller.TenantId, NoticeEvent.Test, keyId: null, [], actor, onceKey: null, onlyFor: endpoint.Id, notice);
            return notice;
        },
        cancellationToken);

    /// <summary>It has said that it is gone (410): it gets nothing any more, and its tenant is told.</summary>
    /// <inheritdoc cref="ObservedAsync"/>
    internal Task<bool> SwitchOffAsync(WebhookEndpoint tried, CancellationToken cancellationToken) => ObservedAsync(tried, async (db, endpoint) =>
    {
        if (endpoint.State != WebhookState.Off)
        {
            await SwitchAsync(db, endpoint, WebhookState.Off);
            await audit.AppendAsync(db, new AuditEvent(AuditActions.WebhookSwitchedOff, Detail: Named(endpoint, [])), caller: null);
            await outbox.AddAsync(db, endpoint.TenantId, NoticeEvent.WebhookFailing, keyId: null, ToldOf(endpoint, "gone"));
        }
    }, cancellationToken);

    /// <summary>It did not take a notice in all the time that it was tried; told once, until it takes one again.</summary>
    /// <inheritdoc cref="ObservedAsync"/>
    internal Task<bool> MarkFailingAsync(WebhookEndpoint tried, CancellationToken cancellationToken) => ObservedAsync(tried, async (db, endpoint) =>
    {
        if (endpoint.State == WebhookState.On)
        {
            (endpoint.State, endpoint.StateSince) = (WebhookState.Failing, clock.GetUtcNow());
            await outbox.AddAsync(db, endpoint.TenantId, NoticeEvent.WebhookFailing, keyId: null, ToldOf(endpoint, "failing"));
        }
    }, cancellationToken);

    /// <summary>The endpoint that a notice of <see cref="NoticeEvent.WebhookFailing"/> is about, which is not told of itself.</summary>
    internal static Guid? AboutWhom(JsonObject data) => data["webhook_id"] is JsonValue id && Guid.TryParse(id.ToString(), out var endpoint) ? endpoint : null;

    /// <param name="tried">As it was when it was tried.</param>
    /// <returns>False: its address was changed since, and what the one before answered says nothing of it.</returns>
    private Task<bool> ObservedAsync(WebhookEndpoint tried, Func<DashboardDbContext, WebhookEndpoint, Task> change, CancellationToken cancellationToken) => database.WriteAsync(
        tried.TenantId,
        async db =>
        {
            if (await db.Set<WebhookEndpoint>().SingleOrDefaultAsync(w => w.Id == tried.Id) is not { } endpoint)
            {
                return true;
            }

            if (endpoint.Url != tried.Url)
            {
                return false;
            }

            await change(db, endpoint);
            await feed.TellAsync(db, tried.TenantId);
            return true;
        },
        cancellationToken: cancellationToken);

    private async Task<Result<T>> ChangeAsync<T>(Guid id, Caller caller, Func<DashboardDbContext, WebhookEndpoint, Task<Result<T>>> change, CancellationToken cancellationToken)
    {
        if (!caller.CanManageKeys)
        {
            return Error.Missing(Capabilities.AdminIntegrations);
        }

        return await database.WriteAsync<Result<T>>(
            caller.TenantId,
            async db =>
            {
                if (await db.Set<WebhookEndpoint>().SingleOrDefaultAsync(w => w.Id == id) is not { } endpoint)
                {
                    return NotFound;
                }

                await feed.TellAsync(db, caller.TenantId);
                return await change(db, endpoint);
            },
            cancellationToken: cancellationToken);
    }

    private async Task SwitchAsync(DashboardDbContext db, WebhookEndpoint endpoint, WebhookState state)
    {
        if (endpoint.State == state)
        {
            return;
        }

        (endpoint.State, endpoint.StateSince) = (state, clock.GetUtcNow());
        if (state == WebhookState.Off)
        {
            await DeliveryQueue.DropAsync(db, endpoint.Id, clock.GetUtcNow());
        }
    }

    private static async Task<Result<MadeWebhook>> MadeAsync(DashboardDbContext db, WebhookEndpoint endpoint, byte[] secret)
    {
        await db.SaveChangesAsync();
        return new MadeWebhook(await ViewOfAsync(db, endpoint), WebhookSecret.Shown(secret));
    }

    private static async Task<WebhookView> ViewOfAsync(DashboardDbContext db, WebhookEndpoint endpoint) =>
        ViewOf(endpoint, await NoticePeople.LabelsAsync(db, [endpoint.CreatedById], CancellationToken.None));

    private static WebhookView ViewOf(WebhookEndpoint w, IReadOnlyDictionary<Guid, string?> people) => new(
        w.Id, w.Url, w.Description, NoticeChoices.View(w.EventText), w.State, w.StateSince, w.CreatedAt, people.GetValueOrDefault(w.CreatedById ?? Guid.Empty), w.PreviousUntil);

    /// <summary>The host alone and a digest: the rest of an address may hold what opens the receiver's door, and still a change of it is seen.</summary>
    private static JsonObject SettingsOf(WebhookEndpoint w) => new()
    {
        ["host"] = WebhookAddress.Shown(new Uri(w.Url)),
        ["url_digest"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(w.Url)).AsSpan(0, 8)),
        ["description"] = w.Description,
        ["events"] = w.EventText is { } events ? new JsonArray([.. NoticeChoices.Of(events).Select(what => JsonValue.Create(NoticeEvents.NameOf(what)))]) : null,
        ["enabled"] = w.State != WebhookState.Off,
    };

    private static JsonObject Named(WebhookEndpoint w, JsonObject detail)
    {
        detail["webhook"] = w.Id;
        detail["host"] ??= WebhookAddress.Shown(new Uri(w.Url));
        return detail;
    }

    private static JsonObject ToldOf(WebhookEndpoint w, string why) => new()
    {
        ["webhook_id"] = w.Id,
        ["url"] = new Uri(w.Url).GetLeftPart(UriPartial.Authority),
        ["why"] = why,
    };

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
