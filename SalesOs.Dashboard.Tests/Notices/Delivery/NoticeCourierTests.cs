using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Notices.Delivery;
using SalesOs.Dashboard.Notices.Webhooks;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Notices.Mail;
using SalesOs.Dashboard.Tests.Notices.Webhooks;
using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Notices.Delivery;

/// <summary>Notices on their way, with a clock that is set and receivers that answer.</summary>
public class NoticeCourierTests
{
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    [Fact]
    public async Task Act_WithAWebhook_ArrivesOnceSignedWithItsSecret()
    {
        await using var house = await ToldHouse.OpenAsync();
        await using var receiver = new Receiver();
        var webhook = await house.ToAsync(receiver, "key.revoked");
        var key = await house.RevokedAsync();

        await house.DeliverAsync();
        await house.DeliverAsync();

        var request = receiver.Requests.ShouldHaveSingleItem();
        var body = JsonNode.Parse(request.Body)!;
        body["type"]!.GetValue<string>().ShouldBe("key.revoked");
        body["data"]!["api_key"]!["id"]!.GetValue<Guid>().ShouldBe(key);
        body["data"]!["actor"]!.GetValue<string>().ShouldBe("admin@example.test");
        var delivery = (await house.DeliveriesAsync()).ShouldHaveSingleItem();
        delivery.State.ShouldBe(DeliveryState.Delivered);
        delivery.Attempts.ShouldHaveSingleItem().Status.ShouldBe(204);
        request.Headers["webhook-id"].ShouldBe(WebhookSignature.IdOf(delivery.NoticeId!.Value));
        request.Headers["webhook-signature"].ShouldBe(
            WebhookSignature.Of(delivery.NoticeId.Value, house.Clock.GetUtcNow(), request.Body, [WebhookSecret.Parse(webhook.Secret)!]).Signature);
    }

    [Fact]
    public async Task Receiver_ThatRefuses_IsTriedByTheScheduleThenMarkedAndTheTenantToldElsewhere()
    {
        await using var house = await ToldHouse.OpenAsync();
        await using var refusing = new Receiver(Receiver.Answering(500, "not now"));
        await using var other = new Receiver();
        var webhook = await house.ToAsync(refusing, "key.revoked", "webhook.failing");
        await house.ToAsync(other, "webhook.failing");
        await house.RevokedAsync();
        await house.DeliverAsync();
        for (var tries = 1; tries <= Waits.Length; tries++)
        {
            refusing.Requests.Count.ShouldBe(tries);
            house.Clock.Advance(Waits[tries - 1] - TimeSpan.FromMilliseconds(1));
            await house.DeliverAsync();
            refusing.Requests.Count.ShouldBe(tries, "not before its time");
            other.Requests.ShouldBeEmpty();
            house.Clock.Advance(TimeSpan.FromMilliseconds(1));
            await house.DeliverAsync();
        }

        house.Clock.Advance(TimeSpan.FromDays(2));
        await house.DeliverAsync();

        refusing.Requests.Count.ShouldBe(10);
        refusing.Requests.Select(r => r.Headers["webhook-id"]).Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
        refusing.Requests.Select(r => r.Headers["webhook-timestamp"]).Distinct(StringComparer.Ordinal).Count().ShouldBe(10, "each try is signed anew");
        JsonNode.Parse(other.Requests.ShouldHaveSingleItem().Body)!["type"]!.GetValue<string>().ShouldBe("webhook.failing");
        (await house.WebhookAsync(webhook.Webhook.Id)).State.ShouldBe(WebhookState.Failing);
        var delivery = (await house.DeliveriesAsync(webhook.Webhook.Id)).ShouldHaveSingleItem();
        delivery.State.ShouldBe(DeliveryState.Failed);
        delivery.Attempts.Count.ShouldBe(10);
        delivery.Attempts.ShouldAllBe(a => a.Status == 500 && a.Answer == "not now");
        (await house.Get<NoticeBell>().ListAsync(null, 10, KeyHouse.Auditor())).Value!.ShouldContain(n => n.Notice.Event == NoticeEvent.WebhookFailing);

        // It goes on getting what comes, and is well again with the first that it takes; sent again, the old one arrives under its id.
        refusing.Answer = Receiver.Answering(200);
        (await house.Get<NoticeDeliveries>().SendAgainAsync(delivery.Id, KeyHouse.Admin())).Value!.State.ShouldBe(DeliveryState.Waiting);
        await house.DeliverAsync();
        (await house.WebhookAsync(webhook.Webhook.Id)).State.ShouldBe(WebhookState.On);
        (await house.DeliveriesAsync(webhook.Webhook.Id)).Single().State.ShouldBe(DeliveryState.Delivered);
        refusing.Requests.Last().Headers["webhook-id"].ShouldBe(refusing.Requests.First().Headers["webhook-id"]);
    }

    [Fact]
    public async Task Receiver_ThatIsGone_IsSwitchedOffAndWhatWaitsFalls()
    {
        await using var house = await ToldHouse.OpenAsync();
        await using var gone = new Receiver(Receiver.Answering(410));
        var webhook = await house.ToAsync(gone);
        await house.RevokedAsync();

        await house.DeliverAsync();
        house.Clock.Advance(TimeSpan.FromDays(1));
        await house.RevokedAsync();
        await house.DeliverAsync();

        gone.Requests.ShouldHaveSingleItem();
        (await house.WebhookAsync(webhook.Webhook.Id)).State.ShouldBe(WebhookState.Off);
        (await house.DeliveriesAsync(webhook.Webhook.Id)).Select(d => d.State).Order().ShouldBe([DeliveryState.Failed, DeliveryState.Dropped, DeliveryState.Dropped]);
        (await house.Get<NoticeWebhooks>().TestAsync(webhook.Webhook.Id, KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.ReceiverOff);
        (await house.Get<NoticeDeliveries>().SendAgainAsync((await house.DeliveriesAsync())[0].Id, KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.ReceiverOff);
    }

    [Theory]
    [InlineData(410, 1)]
    [InlineData(500, 10)]
    public async Task Address_ThatIsChangedWhileTheLastTryIsUnderWay_IsNotBlamedForTheOneBefore(int status, int tries)
    {
        await using var house = await ToldHouse.OpenAsync();
        await using var before = new Receiver(Receiver.Answering(status));
        await using var after = new Receiver();
        var webhook = (await house.ToAsync(before, "key.revoked")).Webhook.Id;
        await house.RevokedAsync();
        foreach (var wait in Waits[..(tries - 1)])
        {
            await house.DeliverAsync();
            house.Clock.Advance(wait);
        }

        before.BeforeAnswer = () => house.Get<NoticeWebhooks>().EditAsync(webhook, new WebhookEdit { Url = after.Url().ToString() }, KeyHouse.Admin());
        await house.DeliverAsync();
        (await house.WebhookAsync(webhook)).State.ShouldBe(WebhookState.On);
        house.Clock.Advance(TimeSpan.FromSeconds(5));
        await house.DeliverAsync();

        (before.Requests.Count, after.Requests.Count).ShouldBe((tries, 1), "the notice goes on to the new address");
        var delivery = (await house.DeliveriesAsync(webhook)).ShouldHaveSingleItem();
        (delivery.State, delivery.Attempts.Count, delivery.Attempts[^2].Status, delivery.Attempts[^1].Status).ShouldBe((DeliveryState.Delivered, tries + 1, status, 204));
    }

    [Fact]
    public async Task Delivery_ThatAProcessTookAndDiedWith_IsDueAgainByItself()
    {
        await using var house = await ToldHouse.OpenAsync();
        await using var receiver = new Receiver();
        var webhook = await house.ToAsync(receiver, "key.revoked");
        await house.RevokedAsync();
        var queue = house.Get<DeliveryQueue>();
        (await queue.TurnAsync([], [], CancellationToken.None)).Spread.ShouldBeGreaterThan(0);
        var due = (await queue.LookAsync(CancellationToken.None)).Due.ShouldHaveSingleItem();
        (await queue.TurnAsync([], [(due, 10)], CancellationToken.None)).Taken.Select(letter => letter.ReceiverId).ShouldBe([webhook.Webhook.Id]);

        (await queue.TurnAsync([], [(due, 10)], CancellationToken.None)).Taken.ShouldBeEmpty("somebody has it");
        await house.DeliverAsync();
        receiver.Requests.ShouldBeEmpty();
        house.Clock.Advance(DeliveryQueue.Lease);
        await house.DeliverAsync();

        receiver.Requests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Email_OnceConfirmed_GetsWhatTheTenantChoseAndItsKeysNotices()
    {
        await using var server = new MailServer();
        await using var house = await ToldHouse.OpenAsync(settings: server.Settings);
        var emails = house.Get<NoticeEmails>();
        var key = (await house.MakeAsync(new NewKey("ERP", Scopes: ["leads:read"]))).Key.Id;
        var team = (await emails.AddAsync(new NewEmail("team@example.com", "pt-BR"), KeyHouse.Admin())).Value!;
        var own = (await emails.AddAsync(new NewEmail("own@example.com", Events: ["key.edited"], KeyId: key), KeyHouse.Admin())).Value!;
        await house.DeliverAsync();
        server.Mails.Select(m => m.To.ToString()).ShouldBe(["team@example.com", "own@example.com"], ignoreOrder: true);
        await house.Keys.EditAsync(key, new KeyEdit { RateLimit = 5 }, ifVersion: null, KeyHouse.Admin());
        await house.DeliverAsync();
        server.Mails.Count.ShouldBe(2, "nobody has said yet that they want them");

        foreach (var (id, mail) in server.Mails.Select(m => (m.To.ToString() == "team@example.com" ? team.Id : own.Id, m)).ToList())
        {
            var link = mail.TextBody!.Split('\n', ' ').Select(word => word.Trim()).Single(word => word.StartsWith("https://keys.example.com/notices/confirm/", StringComparison.Ordinal));
            var parts = new Uri(link).AbsolutePath.Split('/');
            parts[3].ShouldBe(id.ToString());
            (await emails.ConfirmAsync(id, parts[4][..^1] + "_")).Done.ShouldBeFalse();
            (await emails.ConfirmAsync(id, parts[4])).Value.ShouldBe(mail.To.ToString());
        }

        // Edits go by e-mail to those alone who asked for them.
        await house.Keys.EditAsync(key, new KeyEdit { RateLimit = 6 }, ifVersion: null, KeyHouse.Admin());
        await house.Keys.EditAsync(key, new KeyEdit { Scopes = new(true, []) }, ifVersion: null, KeyHouse.Admin());
        await house.DeliverAsync();

        server.Mails.Skip(2).Select(m => m.To.ToString()).Order(StringComparer.Ordinal).ShouldBe(["own@example.com", "own@example.com", "team@example.com"]);
        server.Mails.Single(m => m.To.ToString() == "team@example.com" && m.TextBody!.Contains("ERP")).TextBody!.ShouldContain("chave de API");

        // What is changed holds from the next notice on, without asking the readers again.
        (await emails.EditAsync(team.Id, new EmailEdit { Language = "en", Events = new(true, ["key.edited"]) }, KeyHouse.Admin())).Value!.ConfirmedAt.ShouldNotBeNull();
        (await emails.EditAsync(own.Id, new EmailEdit { Events = new(true, []) }, KeyHouse.Admin())).Done.ShouldBeTrue();
        await house.Keys.EditAsync(key, new KeyEdit { RateLimit = 7 }, ifVersion: null, KeyHouse.Admin());
        await house.DeliverAsync();
        server.Mails.Skip(5).ShouldHaveSingleItem().To.ToString().ShouldBe("team@example.com");
        server.Mails.Last().TextBody!.ShouldContain("Open the API key");
        (await house.DeliveriesAsync()).ShouldAllBe(d => d.State == DeliveryState.Delivered);
    }

    [Fact]
    public async Task Link_AfterAWeek_NoLongerHolds()
    {
        await using var server = new MailServer();
        await using var house = await ToldHouse.OpenAsync(settings: server.Settings);
        var email = (await house.Get<NoticeEmails>().AddAsync(new NewEmail("team@example.com"), KeyHouse.Admin())).Value!;
        await house.DeliverAsync();
        var proof = new Uri(server.Mails.Single().TextBody!.Split('\n', ' ').Select(w => w.Trim()).Single(w => w.Contains("/notices/confirm/"))).AbsolutePath.Split('/')[4];
        house.Clock.Advance(TimeSpan.FromDays(7));

        (await house.Get<NoticeEmails>().ConfirmAsync(email.Id, proof)).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await house.Get<NoticeEmails>().AskAgainAsync(email.Id, KeyHouse.Admin())).Done.ShouldBeTrue();
        (await house.Get<NoticeEmails>().ConfirmAsync(email.Id, proof)).Done.ShouldBeFalse("the link before is another");
    }

    [Fact]
    public async Task Secret_WhileItIsReplaced_SignsBesideTheNewOneForADay()
    {
        await using var house = await ToldHouse.OpenAsync();
        await using var receiver = new Receiver();
        var webhook = await house.ToAsync(receiver, "key.revoked");
        var rotated = (await house.Get<NoticeWebhooks>().RotateSecretAsync(webhook.Webhook.Id, KeyHouse.Admin())).Value!;
        string.Equals(rotated.Secret, webhook.Secret, StringComparison.Ordinal).ShouldBeFalse();

        await house.RevokedAsync();
        await house.DeliverAsync();
        house.Clock.Advance(NoticeWebhooks.BothSecretsHold);
        await house.RevokedAsync();
        await house.DeliverAsync();

        receiver.Requests.Select(r => r.Headers["webhook-signature"].Split(' ').Length).ShouldBe([3, 1]);
    }

    [Fact]
    public async Task LogAndNotices_ThatAreTooOld_AreDeleted()
    {
        await using var house = await ToldHouse.OpenAsync();
        await using var receiver = new Receiver();
        await house.ToAsync(receiver, "key.revoked");
        await house.RevokedAsync();
        await house.DeliverAsync();
        var sweeper = house.Get<NoticeSweeper>();
        house.Clock.Advance(TimeSpan.FromDays(30));
        await sweeper.SweepAsync();
        (await house.DeliveriesAsync()).ShouldHaveSingleItem();
        house.Clock.Advance(TimeSpan.FromSeconds(1));
        await sweeper.SweepAsync();
        (await house.DeliveriesAsync()).ShouldBeEmpty();
        (await house.Get<NoticeBell>().ListAsync(null, 10, KeyHouse.Auditor())).Value!.ShouldNotBeEmpty();
        house.Clock.Advance(TimeSpan.FromDays(60));
        await sweeper.SweepAsync();

        await using var db = house.Database.Read(KeyHouse.Acme);
        (await db.Set<NoticeRow>().CountAsync()).ShouldBe(0);
        (await db.Set<DeliveryAttempt>().CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task ManyReceivers_OfWhomSomeLeaveMuchLying_AreEachFoundInOneLook()
    {
        await using var house = await ToldHouse.OpenAsync();
        await using var receiver = new Receiver();
        var ids = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add((await house.ToAsync(receiver, "key.revoked")).Webhook.Id);
        }

        for (var i = 0; i < 7; i++)
        {
            await house.RevokedAsync();
        }

        var queue = house.Get<DeliveryQueue>();
        while ((await queue.TurnAsync([], [], CancellationToken.None)).Spread > 0)
        {
        }

        (await queue.LookAsync(CancellationToken.None)).Due.Select(d => d.Id).ShouldBe(ids, ignoreOrder: true);
        await house.DeliverAsync();
        (await house.DeliveriesAsync()).Count(d => d.State == DeliveryState.Delivered).ShouldBe(35);
        receiver.Requests.Count.ShouldBe(35);
    }
}

[OnPostgres]
public class NoticeCourierOnPostgresTests : NoticeCourierTests;
