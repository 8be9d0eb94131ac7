using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Hosting.Demo;

/// <summary>
/// What the demo's first tenant was told of and by which way: webhooks, addresses, deliveries of the last two weeks and a bell that has been read now and then.
/// Nothing of it was sent, and nothing of it is sent later; hosts are reserved for documentation.
/// </summary>
internal sealed class DemoNotices(IServiceProvider services, Database database, AuditLog audit, RoleMapping roles, DemoClock clock, DateTimeOffset now)
{
    private const int DaysOfDeliveries = 14;
    private const int DaysUnread = 5;
    private const int DaysOfReminders = 330;

    private static readonly List<NoticeEvent> InBell = [.. NoticeEvents.All.Where(what => NoticeEvents.DefaultOf(what).HasFlag(NoticeChannels.Bell))];
    private static readonly List<NoticeEvent> ByWebhook = [.. NoticeEvents.All.Where(what => NoticeEvents.DefaultOf(what).HasFlag(NoticeChannels.Webhook))];

    private readonly NoticeOutbox outbox = new(clock);
    private readonly Caller admin = DemoPeople.Adriano.ToCaller(roles, Guid.CreateVersion7(now));

    /// <summary>The audit log of the demo tells its own notices, at their own time.</summary>
    public static IEnumerable<IEntryFollower> Followers(DemoClock clock) => [new NoticeActs(new NoticeOutbox(clock), clock)];

    public async Task FillAsync()
    {
        await RemindAsync();
        await ObserveAsync(2.2, "WhatsApp · atendimento", NoticeEvent.KeyNewAddress, new JsonObject { ["address"] = "192.0.2.0/24" });
        await ObserveAsync(1.1, "Chatbot do site", NoticeEvent.KeySpike, new JsonObject { ["count"] = 412, ["usual"] = 38 });
        await ObserveAsync(0.2, "Aplicativo do corretor", NoticeEvent.KeyLimitReached, new JsonObject { ["limit"] = 250 });
        clock.Set(now);
        await database.WriteAsync(tenantId: null, async db =>
        {
            var all = db.Set<NoticeRow>().IgnoreQueryFilters();
            await all.ExecuteUpdateAsync(set => set.SetProperty(n => n.IsSpread, true));
            return await all.Where(n => InBell.Contains(n.Event)).ExecuteUpdateAsync(set => set.SetProperty(n => n.IsInBell, true));
        });

        var webhooks = ActivatorUtilities.CreateInstance<NoticeWebhooks>(services, clock, audit);
        var emails = ActivatorUtilities.CreateInstance<NoticeEmails>(services, clock, audit);
        var onCall = Value(await webhooks.AddAsync(new NewWebhook("https://hooks.example.com/salesos/7f3a", "Plantão · time de Integrações"), admin)).Webhook.Id;
        clock.Set(now.AddMilliseconds(1));
        var monitor = Value(await webhooks.AddAsync(new NewWebhook("https://monitor.example.net/in", "Painel de alertas do ERP", [NoticeEvents.NameOf(NoticeEvent.KeySilent), NoticeEvents.NameOf(NoticeEvent.KeyPaused)]), admin)).Webhook.Id;
        var box = Value(await emails.AddAsync(new NewEmail("integracoes@example.com", "pt-BR"), admin)).Id;
        clock.Set(now.AddMilliseconds(2));
        Value(await emails.AddAsync(new NewEmail("security@example.org", "en", [NoticeEvents.NameOf(NoticeEvent.KeyUnrestricted), NoticeEvents.NameOf(NoticeEvent.AuditBroken)]), admin));
        await database.WriteAsync(DemoPeople.Acme.Id, async db =>
        {
            await db.Set<NoticeEmail>().Where(e => e.Id == box).ExecuteUpdateAsync(set => set.SetProperty(e => e.ConfirmedAt, now.AddDays(-20)));
            await db.Set<WebhookEndpoint>().Where(w => w.Id == monitor).ExecuteUpdateAsync(set => set.SetProperty(w => w.State, WebhookState.Failing).SetProperty(w => w.StateSince, now.AddDays(-1)));
            await ReadAsync(db);
            await DeliverAsync(db, onCall, monitor, box);
            return await db.SaveChangesAsync();
        });
    }

    /// <summary>Each reminder on its day: all at once would be told when the program begins.</summary>
    private async Task RemindAsync()
    {
        using var reminders = ActivatorUtilities.CreateInstance<ExpiryReminders>(services, clock, outbox);
        for (var day = DaysOfReminders; day >= 0; day--)
        {
            clock.Set(now.AddDays(-day));
            await reminders.RemindAsync();
        }
    }

    private async Task ObserveAsync(double daysAgo, string keyName, NoticeEvent what, JsonObject data)
    {
        clock.Set(now.AddDays(-daysAgo));
        await database.WriteAsync(DemoPeople.Acme.Id, async db =>
            await db.Set<ApiKey>().Where(k => k.Name == keyName).Select(k => (Guid?)k.Id).FirstOrDefaultAsync() is { } key && await outbox.AddAsync(db, DemoPeople.Acme.Id, what, key, data));
    }

    /// <summary>The admin and the auditor have read all but the latest.</summary>
    private async Task ReadAsync(DashboardDbContext db)
    {
        var subjects = new[] { DemoPeople.Adriano.Subject, DemoPeople.Aurora.Subject };
        var people = await db.Set<Person>().Where(p => subjects.Contains(p.Subject)).Select(p => p.Id).ToListAsync();
        var old = await db.Set<NoticeRow>().Where(n => n.IsInBell && n.At < now.AddDays(-DaysUnread)).Select(n => n.Id).ToListAsync();
        db.AddRange(people.SelectMany(person => old.Select(notice => new NoticeRead { TenantId = DemoPeople.Acme.Id, PersonId = person, NoticeId = notice })));
    }

    private async Task DeliverAsync(DashboardDbContext db, Guid onCall, Guid monitor, Guid box)
    {
        var told = await db.Set<NoticeRow>().AsNoTracking().Where(n => n.At > now.AddDays(-DaysOfDeliveries) && ByWebhook.Contains(n.Event)).OrderBy(n => n.Id).ToListAsync();
        foreach (var (notice, number) in told.Select((notice, number) => (notice, number)))
        {
            Deliver(db, notice, NoticeChannels.Webhook, onCall, number % 7 == 3 ? [(503, "upstream connect error", null, 412), (200, "ok", null, 131)] : [(200, "ok", null, 96 + (number * 37 % 180))]);
            if (NoticeEvents.DefaultOf(notice.Event).HasFlag(NoticeChannels.Email))
            {
                Deliver(db, notice, NoticeChannels.Email, box, [(250, "2.0.0 Ok: queued", null, 340)]);
            }
        }

        if (told.LastOrDefault(n => n.Event is NoticeEvent.KeyPaused or NoticeEvent.KeySilent) is { } lost)
        {
            Deliver(db, lost, NoticeChannels.Webhook, monitor, [(null, null, "timeout", 10_000), (null, null, "connect", 41), (502, "Bad Gateway", null, 230)], isFailed: true);
        }
    }

    private static void Deliver(
        DashboardDbContext db, NoticeRow notice, NoticeChannels channel, Guid receiver, IReadOnlyList<(int? Status, string? Answer, string? Fault, int Milliseconds)> tries, bool isFailed = false)
    {
        var id = Guid.CreateVersion7(notice.At);
        var last = notice.At.AddMinutes(5 * (tries.Count - 1)).AddSeconds(1);
        db.Add(new NoticeDelivery
        {
            Id = id,
            TenantId = notice.TenantId,
            NoticeId = notice.Id,
            Channel = channel,
            ReceiverId = receiver,
            CreatedAt = notice.At,
            State = isFailed ? DeliveryState.Failed : DeliveryState.Delivered,
            Tries = tries.Count,
            NextAt = last,
            DoneAt = last,
        });
        db.AddRange(tries.Select((one, number) => new DeliveryAttempt
        {
            Id = Guid.CreateVersion7(notice.At.AddMinutes(5 * number).AddSeconds(1)),
            TenantId = notice.TenantId,
            DeliveryId = id,
            At = notice.At.AddMinutes(5 * number).AddSeconds(1),
            Status = one.Status,
            Milliseconds = one.Milliseconds,
            Answer = one.Answer,
            Fault = one.Fault,
        }));
    }

    private static T Value<T>(Result<T> outcome) => outcome.Done ? outcome.Value : throw new InvalidOperationException($"The demo asks for what the rules refuse: {outcome.Error.Reason}.");
}
