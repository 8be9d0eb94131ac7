using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Notices.Mail;
using SalesOs.Dashboard.Notices.Webhooks;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices.Delivery;

/// <summary>What there is to do: who has something due, and whether notices wait to be spread.</summary>
internal sealed record QueueLook(IReadOnlyList<DueReceiver> Due, bool IsSpread);

/// <summary>What one transaction has done.</summary>
internal sealed record QueueTurn(IReadOnlyList<Letter> Taken, int Spread);

/// <summary>The database's side of the deliveries. Each is taken by one process at a time, and due again by itself should that process die.</summary>
internal sealed class DeliveryQueue(Database database, NoticeSpread spread, NoticeFeed feed, TimeProvider clock)
{
    /// <summary>A process that has taken a delivery to a webhook has tried it by then; <see cref="WebhookSender.Patience"/> is shorter.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);

    /// <summary>The same of one by mail, and <see cref="MailSender.Patience"/>.</summary>
    public static readonly TimeSpan MailLease = TimeSpan.FromSeconds(45);

    /// <summary>Goes from receiver to receiver along the index of what waits: it costs a look each, however much waits for one of them.</summary>
    private const string Due = """
        WITH RECURSIVE receivers("Id") AS (
          SELECT (SELECT d."ReceiverId" FROM "notice_deliveries" d WHERE d."State" = 0 ORDER BY d."ReceiverId" LIMIT 1)
          UNION ALL
          SELECT (SELECT d."ReceiverId" FROM "notice_deliveries" d WHERE d."State" = 0 AND d."ReceiverId" > r."Id" ORDER BY d."ReceiverId" LIMIT 1)
          FROM receivers r WHERE r."Id" IS NOT NULL)
        SELECT r."Id", (SELECT d."TenantId" FROM "notice_deliveries" d WHERE d."State" = 0 AND d."ReceiverId" = r."Id" ORDER BY d."NextAt" LIMIT 1)
        FROM receivers r
        WHERE r."Id" IS NOT NULL AND EXISTS (SELECT 1 FROM "notice_deliveries" d WHERE d."State" = 0 AND d."ReceiverId" = r."Id" AND d."NextAt" <= @now)
        """;

    private const string Ended = """
        UPDATE "notice_deliveries" SET "State" = @state, "Tries" = @tries, "NextAt" = @next, "TakenAs" = NULL, "DoneAt" = @done WHERE "Id" = @id AND "TakenAs" = @taken
        """;

    /// <summary>The delivery may have been deleted meanwhile.</summary>
    private const string Tried = """
        INSERT INTO "notice_attempts" ("Id", "TenantId", "DeliveryId", "At", "Status", "Milliseconds", "Answer", "Fault")
        SELECT @id, @tenant, @delivery, @at, @status, @took, @answer, @fault WHERE EXISTS (SELECT 1 FROM "notice_deliveries" WHERE "Id" = @delivery)
        """;

    private const string IsOnAgain = """UPDATE "webhook_endpoints" SET "State" = 0, "StateSince" = @now WHERE "Id" = @id AND "State" = 2""";

    /// <summary>What waits for a receiver falls, in the transaction of <paramref name="db"/>, which sees the tenant's rows. What somebody has taken is theirs to put down.</summary>
    public static Task DropAsync(DashboardDbContext db, Guid receiver, DateTimeOffset now) =>
        db.Set<NoticeDelivery>().Where(d => d.ReceiverId == receiver && d.State == DeliveryState.Waiting && d.TakenAs == null)
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.State, DeliveryState.Dropped).SetProperty(d => d.DoneAt, (DateTimeOffset?)now));

    public async Task<QueueLook> LookAsync(CancellationToken cancellationToken)
    {
        await using var db = database.Read(tenantId: null);
        await db.Database.OpenConnectionAsync(cancellationToken);
        await using var due = new BatchCommand(db, Due, "now");
        var receivers = await due.RowsAsync(row => new DueReceiver(row.GetGuid(0), row.GetString(1)), clock.GetUtcNow().ToUnixTimeMilliseconds());
        return new QueueLook(receivers, !await db.Set<NoticeRow>().IgnoreQueryFilters().AnyAsync(n => !n.IsSpread, cancellationToken));
    }

    /// <summary>In one transaction: puts down what became of letters, spreads notices, and takes what is due for these receivers, at most so many of each.</summary>
    public Task<QueueTurn> TurnAsync(IReadOnlyList<TriedLetter> outcomes, IReadOnlyList<(DueReceiver Receiver, int Most)> receivers, CancellationToken cancellationToken) => database.WriteAsync(
        tenantId: null,
        async db =>
        {
            await PutDownAsync(db, outcomes);
            var count = await spread.SpreadAsync(db);
            return new QueueTurn(await TakeAsync(db, receivers), count);
        },
        cancellationToken: cancellationToken);

    /// <summary>How many wait, at most as many as a gauge needs to tell.</summary>
    public async Task<int> CountAsync(int most, CancellationToken cancellationToken)
    {
        await using var db = database.Read(tenantId: null);
        return await db.Set<NoticeDelivery>().IgnoreQueryFilters().Where(d => d.State == DeliveryState.Waiting).OrderBy(d => d.ReceiverId).Take(most).CountAsync(cancellationToken);
    }

    private async Task PutDownAsync(DashboardDbContext db, IReadOnlyList<TriedLetter> outcomes)
    {
        if (outcomes.Count == 0)
        {
            return;
        }

        await using var ended = new BatchCommand(db, Ended, "state", "tries", "next", "done", "id", "taken");
        await using var tried = new BatchCommand(db, Tried, "id", "tenant", "delivery", "at", "status", "took", "answer", "fault");
        await using var isOnAgain = new BatchCommand(db, IsOnAgain, "now", "id");
        // In one order on all nodes, so that two of them never wait for each other.
        foreach (var one in outcomes.OrderBy(one => one.Letter.Id))
        {
            var (letter, at) = (one.Letter, one.Ended.ToUnixTimeMilliseconds());
            await ended.RunAsync((int)one.State, one.Tries, one.NextAt.ToUnixTimeMilliseconds(), one.State == DeliveryState.Waiting ? null : at, letter.Id, letter.TakenAs);
            if (one.Result is { } result)
            {
                await tried.RunAsync(
                    Guid.CreateVersion7(one.Ended), letter.TenantId, letter.Id, one.At.ToUnixTimeMilliseconds(), result.Status, (int)result.Took.TotalMilliseconds, result.Answer, result.Fault);
            }

            if (one is { Webhook.State: WebhookState.Failing, Fate: Fate.Delivered })
            {
                await isOnAgain.RunAsync(at, letter.ReceiverId);
            }
        }

        foreach (var tenant in outcomes.Where(one => one.Fate != Fate.Returned).Select(one => one.Letter.TenantId).Distinct(StringComparer.Ordinal))
        {
            await feed.TellAsync(db, tenant);
        }
    }

    private async Task<IReadOnlyList<Letter>> TakeAsync(DashboardDbContext db, IReadOnlyList<(DueReceiver Receiver, int Most)> receivers)
    {
        if (receivers.Count == 0)
        {
            return [];
        }

        await using var take = new BatchCommand(
            db,
            $"""
            UPDATE "notice_deliveries" SET "NextAt" = CASE "Channel" WHEN 1 THEN @mailed ELSE @until END, "TakenAs" = @taken WHERE "Id" IN (
              SELECT d."Id" FROM "notice_deliveries" d WHERE d."State" = 0 AND d."ReceiverId" = @receiver AND d."NextAt" <= @now ORDER BY d."NextAt" LIMIT @most {db.LeavingLocked})
            RETURNING "Id", "TenantId", "NoticeId", "Channel", "ReceiverId", "Tries"
            """,
            "mailed",
            "until",
            "taken",
            "receiver",
            "now",
            "most");
        var now = clock.GetUtcNow();
        var taken = new List<Letter>();
        foreach (var (receiver, most) in receivers)
        {
            var token = Guid.NewGuid();
            taken.AddRange(await take.RowsAsync(row => LetterIn(row, token), (now + MailLease).ToUnixTimeMilliseconds(), (now + Lease).ToUnixTimeMilliseconds(), token, receiver.Id, now.ToUnixTimeMilliseconds(), most));
        }

        return taken;
    }

    private static Letter LetterIn(DbDataReader row, Guid token) => new(
        row.GetGuid(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetGuid(2), (NoticeChannels)row.GetInt32(3), row.GetGuid(4), row.GetInt32(5), token);
}
