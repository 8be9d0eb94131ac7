using System.Text.Json.Nodes;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Notices.Delivery;
using SalesOs.Dashboard.Notices.Mail;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices;

/// <summary>The e-mail addresses that a tenant's notices go to. Seeing them needs <c>admin.integrations</c> or <c>audit.integrations</c>, all else <c>admin.integrations</c>.</summary>
public sealed class NoticeEmails(
    Database database,
    AuditLog audit,
    NoticeOutbox outbox,
    NoticeFeed feed,
    MailSender mail,
    ConfirmationLinks links,
    IValidator<NewEmail> newRules,
    IValidator<EmailEdit> editRules,
    TimeProvider clock)
{
    private static readonly Error NotFound = new(ErrorReason.NotFound);

    /// <summary>In which notices are written.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["en", "pt-BR"];

    /// <summary>Whether there is a mail server; without one nothing is sent, and the rest works.</summary>
    public bool CanSend => mail.IsSet;

    /// <summary>All of the tenant, the oldest first.</summary>
    /// <param name="keyId">Only those that are told of this key alone; null: those too, of every key.</param>
    public async Task<Result<IReadOnlyList<EmailView>>> ListAsync(Caller caller, Guid? keyId = null, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        var all = await db.Set<NoticeEmail>().Where(e => keyId == null || e.KeyId == keyId).OrderBy(e => e.Id).ToListAsync(cancellationToken);
        var people = await NoticePeople.LabelsAsync(db, all.Select(e => e.CreatedById), cancellationToken);
        return Result<IReadOnlyList<EmailView>>.Of([.. all.Select(e => ViewOf(e, people))]);
    }

    /// <summary>Adds it and sends the link there that it is confirmed with. <c>NotFound</c>: there is no such key.</summary>
    /// <returns><c>Invalid</c> also with <c>address_taken</c>, and <c>emails_too_many</c> beyond <see cref="NoticeEmail.Most"/>, of a key <see cref="NoticeEmail.MostPerKey"/>.</returns>
    public async Task<Result<EmailView>> AddAsync(NewEmail request, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanManageKeys)
        {
            return Error.Missing(Capabilities.AdminIntegrations);
        }

        if (newRules.Faults(request) is { Count: > 0 } faults)
        {
            return Error.Invalid(faults);
        }

        var address = request.Address!.Trim();
        return await database.WriteAsync<Result<EmailView>>(
            caller.TenantId,
            async db =>
            {
                if (request.KeyId is { } key && !await db.Set<ApiKey>().AnyAsync(k => k.Id == key))
                {
                    return NotFound;
                }

                var beside = await db.Set<NoticeEmail>().AsNoTracking().Where(e => e.KeyId == request.KeyId).ToListAsync();
                if (beside.Any(e => string.Equals(e.Address, address, StringComparison.OrdinalIgnoreCase)))
                {
                    return Error.Invalid([new RuleFault("address", "address_taken")]);
                }

                var most = request.KeyId is null ? NoticeEmail.Most : NoticeEmail.MostPerKey;
                if (beside.Count >= most)
                {
                    return Error.Invalid([new RuleFault("address", "emails_too_many", most.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
                }

                var now = clock.GetUtcNow();
                var email = new NoticeEmail
                {
                    Id = Guid.CreateVersion7(now),
                    TenantId = caller.TenantId,
                    Address = address,
                    Language = request.Language ?? Languages[0],
                    EventText = NoticeChoices.Text(request.Events),
                    KeyId = request.KeyId,
                    AskedAt = now,
                    CreatedAt = now,
                };
                email.CreatedById = await audit.AppendAsync(db, new AuditEvent(AuditActions.EmailAdded, email.KeyId, DetailOf(email)), caller);
                db.Add(email);
                await AskAsync(db, email, now);
                await db.SaveChangesAsync();
                return await ViewOfAsync(db, email);
            },
            cancellationToken: cancellationToken);
    }

    /// <summary>Changes what the edit names. It stays confirmed: the address is the same.</summary>
    public async Task<Result<EmailView>> EditAsync(Guid id, EmailEdit edit, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanManageKeys)
        {
            return Error.Missing(Capabilities.AdminIntegrations);
        }

        if (editRules.Faults(edit) is { Count: > 0 } faults)
        {
            return Error.Invalid(faults);
        }

        return await ChangeAsync<EmailView>(id, caller, async (db, email) =>
        {
            var before = DetailOf(email);
            email.Language = edit.Language.Or(email.Language)!;
            email.EventText = edit.Events.IsGiven ? NoticeChoices.Text(edit.Events.Value) : email.EventText;
            var difference = KeyAudit.Difference(before, DetailOf(email));
            if (difference["after"]!.AsObject().Count > 0)
            {
                difference["email"] = email.Id;
                await audit.AppendAsync(db, new AuditEvent(AuditActions.EmailChanged, email.KeyId, difference), caller);
            }

            return await ViewOfAsync(db, email);
        }, cancellationToken);
    }

    public Task<Result<Nothing>> RemoveAsync(Guid id, Caller caller, CancellationToken cancellationToken = default) => ChangeAsync<Nothing>(
        id,
        caller,
        async (db, email) =>
        {
            await audit.AppendAsync(db, new AuditEvent(AuditActions.EmailRemoved, email.KeyId, DetailOf(email)), caller);
            await DeliveryQueue.DropAsync(db, email.Id, clock.GetUtcNow());
            db.Remove(email);
            return default(Nothing);
        },
        cancellationToken);

    /// <summary>Sends the link once more; an earlier one no longer holds. Does nothing where it is confirmed.</summary>
    public Task<Result<EmailView>> AskAgainAsync(Guid id, Caller caller, CancellationToken cancellationToken = default) => ChangeAsync<EmailView>(
        id,
        caller,
        async (db, email) =>
        {
            if (email.ConfirmedAt is null)
            {
                email.AskedAt = clock.GetUtcNow();
                await audit.AppendAsync(db, new AuditEvent(AuditActions.EmailAsked, email.KeyId, DetailOf(email)), caller);
                await DeliveryQueue.DropAsync(db, email.Id, email.AskedAt);
                await AskAsync(db, email, email.AskedAt);
            }

            return await ViewOfAsync(db, email);
        },
        cancellationToken);

    /// <summary>Sends it a notice that says that it is a test; <c>ReceiverOff</c> before it is confirmed, and where there is no mail server.</summary>
    /// <returns>The notice's id, which its delivery names.</returns>
    public Task<Result<Guid>> TestAsync(Guid id, Caller caller, CancellationToken cancellationToken = default) => ChangeAsync<Guid>(
        id,
        caller,
        async (db, email) =>
        {
            if (email.ConfirmedAt is null || !mail.IsSet)
            {
                return new Error(ErrorReason.ReceiverOff);
            }

            var actor = await audit.AppendAsync(db, new AuditEvent(AuditActions.NoticeTested, Detail: DetailOf(email)), caller);
            var notice = Guid.CreateVersion7(clock.GetUtcNow());
            await outbox.AddAsync(db, caller.TenantId, NoticeEvent.Test, keyId: null, [], actor, onceKey: null, onlyFor: email.Id, notice);
            return notice;
        },
        cancellationToken);

    /// <summary>Somebody has followed the link; doing so again changes nothing. Whoever has the link may: it was sent to the address alone.</summary>
    /// <returns>The address; <c>NotFound</c>: there is no such address, or the link no longer holds.</returns>
    public async Task<Result<string>> ConfirmAsync(Guid id, string proof, CancellationToken cancellationToken = default)
    {
        string? tenant;
        await using (var reading = database.Read(tenantId: null))
        {
            var found = await reading.Set<NoticeEmail>().IgnoreQueryFilters().SingleOrDefaultAsync(e => e.Id == id, cancellationToken);
            tenant = found is not null && await links.HoldsAsync(reading, found, proof, clock.GetUtcNow(), cancellationToken) ? found.TenantId : null;
        }

        return tenant is null ? NotFound : await database.WriteAsync<Result<string>>(
            tenant,
            async db =>
            {
                if (await db.Set<NoticeEmail>().SingleOrDefaultAsync(e => e.Id == id) is not { } email || !await links.HoldsAsync(db, email, proof, clock.GetUtcNow(), CancellationToken.None))
                {
                    return NotFound;
                }

                if (email.ConfirmedAt is null)
                {
                    email.ConfirmedAt = clock.GetUtcNow();
                    await audit.AppendAsync(db, new AuditEvent(AuditActions.EmailConfirmed, email.KeyId, DetailOf(email)), caller: null);
                    await feed.TellAsync(db, tenant);
                }

                return email.Address;
            },
            cancellationToken: cancellationToken);
    }

    private async Task<Result<T>> ChangeAsync<T>(Guid id, Caller caller, Func<DashboardDbContext, NoticeEmail, Task<Result<T>>> change, CancellationToken cancellationToken)
    {
        if (!caller.CanManageKeys)
        {
            return Error.Missing(Capabilities.AdminIntegrations);
        }

        return await database.WriteAsync<Result<T>>(
            caller.TenantId,
            async db =>
            {
                if (await db.Set<NoticeEmail>().SingleOrDefaultAsync(e => e.Id == id) is not { } email)
                {
                    return NotFound;
                }

                await feed.TellAsync(db, caller.TenantId);
                return await change(db, email);
            },
            cancellationToken: cancellationToken);
    }

    /// <summary>The link goes the way of the notices: not lost, and tried again.</summary>
    private async Task AskAsync(DashboardDbContext db, NoticeEmail email, DateTimeOffset now)
    {
        await feed.TellAsync(db, email.TenantId);
        if (mail.IsSet)
        {
            await links.PrepareAsync(db, email.TenantId);
            db.Add(new NoticeDelivery { Id = Guid.CreateVersion7(now), TenantId = email.TenantId, Channel = NoticeChannels.Email, ReceiverId = email.Id, CreatedAt = now, NextAt = now });
            outbox.WakeOnCommit(db);
        }
    }

    /// <summary>The address itself is somebody's and stands in no entry.</summary>
    private static JsonObject DetailOf(NoticeEmail email) => new()
    {
        ["email"] = email.Id,
        ["language"] = email.Language,
        ["events"] = email.EventText is { } events ? new JsonArray([.. NoticeChoices.Of(events).Select(what => JsonValue.Create(NoticeEvents.NameOf(what)))]) : null,
    };

    private static async Task<EmailView> ViewOfAsync(DashboardDbContext db, NoticeEmail email) =>
        ViewOf(email, await NoticePeople.LabelsAsync(db, [email.CreatedById], CancellationToken.None));

    private static EmailView ViewOf(NoticeEmail e, IReadOnlyDictionary<Guid, string?> people) => new(
        e.Id, e.Address, e.Language, NoticeChoices.View(e.EventText), e.KeyId, e.ConfirmedAt, e.AskedAt, e.CreatedAt, people.GetValueOrDefault(e.CreatedById ?? Guid.Empty));
}
