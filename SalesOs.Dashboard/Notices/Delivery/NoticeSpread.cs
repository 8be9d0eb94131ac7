using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Notices.Mail;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices.Delivery;

/// <summary>Finds out who gets a notice, once it is committed: makes its deliveries and puts it into the bell.</summary>
internal sealed class NoticeSpread(MailSender mail, NoticeFeed feed, TimeProvider clock)
{
    /// <summary>In one transaction, which others wait for.</summary>
    private const int MostAtOnce = 50;

    private const string Add = """
        INSERT INTO "notice_deliveries" ("Id", "TenantId", "NoticeId", "Channel", "ReceiverId", "CreatedAt", "State", "Tries", "NextAt")
        VALUES (@id, @tenant, @notice, @channel, @receiver, @now, 0, 0, @now)
        """;

    private const string Done = """UPDATE "notices" SET "IsSpread" = @yes, "IsInBell" = @bell WHERE "Id" = @id""";

    /// <summary>Spreads the oldest notices that wait for it, in the transaction of <paramref name="db"/>; those that another process has taken are left to it.</summary>
    /// <returns>How many.</returns>
    public async Task<int> SpreadAsync(DashboardDbContext db)
    {
#pragma warning disable EF1002 // A number and the engine's own words.
        var waiting = await db.Set<NoticeRow>()
            .FromSqlRaw($"""SELECT * FROM "notices" WHERE NOT "IsSpread" ORDER BY "Id" LIMIT {MostAtOnce} {db.LeavingLocked}""").IgnoreQueryFilters().AsNoTracking().ToListAsync();
#pragma warning restore EF1002
        if (waiting.Count == 0)
        {
            return 0;
        }

        await using var add = new BatchCommand(db, Add, "id", "tenant", "notice", "channel", "receiver", "now");
        await using var done = new BatchCommand(db, Done, "yes", "bell", "id");
        foreach (var tenant in waiting.GroupBy(n => n.TenantId, StringComparer.Ordinal))
        {
            var receivers = await ReceiversAsync(db, tenant.Key);
            foreach (var notice in tenant)
            {
                var now = clock.GetUtcNow();
                foreach (var (channel, receiver) in receivers.Of(notice))
                {
                    await add.RunAsync(Guid.CreateVersion7(now), notice.TenantId, notice.Id, (int)channel, receiver, now.ToUnixTimeMilliseconds());
                }

                await done.RunAsync(true, receivers.AreToldByBell(notice), notice.Id);
            }

            await feed.TellAsync(db, tenant.Key);
        }

        return waiting.Count;
    }

    private async Task<Receivers> ReceiversAsync(DashboardDbContext db, string tenant) => new(
        NoticeGrid.WithDefaults(await db.Set<NoticeChoice>().IgnoreQueryFilters().AsNoTracking().Where(c => c.TenantId == tenant).ToListAsync()),
        await db.Set<WebhookEndpoint>().IgnoreQueryFilters().AsNoTracking().Where(w => w.TenantId == tenant).ToListAsync(),
        mail.IsSet ? await db.Set<NoticeEmail>().IgnoreQueryFilters().AsNoTracking().Where(e => e.TenantId == tenant).ToListAsync() : []);

    /// <summary>A tenant's, as they are now.</summary>
    private sealed record Receivers(IReadOnlyDictionary<NoticeEvent, NoticeChannels> Chosen, List<WebhookEndpoint> Webhooks, List<NoticeEmail> Emails)
    {
        public IEnumerable<(NoticeChannels Channel, Guid Receiver)> Of(NoticeRow notice)
        {
            if (notice.OnlyFor is { } only)
            {
                return Webhooks.Where(w => w.Id == only && w.State != WebhookState.Off).Select(w => (NoticeChannels.Webhook, w.Id))
                    .Concat(Emails.Where(e => e.Id == only && e.ConfirmedAt is not null).Select(e => (NoticeChannels.Email, e.Id)));
            }

            var chosen = Chosen.GetValueOrDefault(notice.Event);
            var failing = notice.Event == NoticeEvent.WebhookFailing && JsonNode.Parse(notice.Data) is JsonObject data ? NoticeWebhooks.AboutWhom(data) : null;
            // Who is told of all keys is not told once more of this one.
            return Webhooks.Where(w => w.Id != failing && w.IsTold(notice.Event, chosen)).Select(w => (NoticeChannels.Webhook, w.Id))
                .Concat(Emails.Where(e => e.IsTold(notice.Event, notice.KeyId, chosen)).OrderBy(e => e.KeyId is not null).DistinctBy(e => e.Address, StringComparer.OrdinalIgnoreCase).Select(e => (NoticeChannels.Email, e.Id)));
        }

        public bool AreToldByBell(NoticeRow notice) => notice.OnlyFor is null && Chosen.GetValueOrDefault(notice.Event).HasFlag(NoticeChannels.Bell);
    }
}
