using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Notices.Webhooks;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Notices.Delivery;
using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Notices;

/// <summary>Who is told: only people with the capability say so, each change has its entry, and no tenant sees another's.</summary>
public class NoticeServicesTests
{
    private const string Url = "https://hooks.example.com/notices?team=7";

    [Fact]
    public async Task Changes_ByWhoMayNotOrElsewhere_AreRefused()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (webhooks, emails) = (house.Get<NoticeWebhooks>(), house.Get<NoticeEmails>());
        var webhook = (await webhooks.AddAsync(new NewWebhook(Url), KeyHouse.Admin())).Value!.Webhook.Id;
        var email = (await emails.AddAsync(new NewEmail("team@example.com"), KeyHouse.Admin())).Value!.Id;
        foreach (var caller in new[] { KeyHouse.Auditor(), KeyHouse.Manager() })
        {
            Error?[] refused =
            [
                (await webhooks.AddAsync(new NewWebhook(Url), caller)).Error,
                (await webhooks.EditAsync(webhook, new WebhookEdit(), caller)).Error,
                (await webhooks.RemoveAsync(webhook, caller)).Error,
                (await webhooks.RotateSecretAsync(webhook, caller)).Error,
                (await webhooks.TestAsync(webhook, caller)).Error,
                (await emails.AddAsync(new NewEmail("other@example.com"), caller)).Error,
                (await emails.EditAsync(email, new EmailEdit(), caller)).Error,
                (await emails.AskAgainAsync(email, caller)).Error,
                (await emails.TestAsync(email, caller)).Error,
                (await emails.RemoveAsync(email, caller)).Error,
                (await house.Get<NoticeGrid>().ChooseAsync(new Dictionary<NoticeEvent, NoticeChannels>(), caller)).Error,
                (await house.Get<NoticeDeliveries>().SendAgainAsync(Guid.NewGuid(), caller)).Error,
            ];
            refused.ShouldAllBe(error => error!.Reason == ErrorReason.MissingCapability);
        }

        var stranger = KeyHouse.Admin(KeyHouse.Beta);
        (await webhooks.ListAsync(stranger)).Value!.ShouldBeEmpty();
        (await emails.ListAsync(stranger)).Value!.ShouldBeEmpty();
        (await webhooks.EditAsync(webhook, new WebhookEdit { Enabled = new(true, false) }, stranger)).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await webhooks.RemoveAsync(webhook, stranger)).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await emails.EditAsync(email, new EmailEdit { Language = "pt-BR" }, stranger)).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await emails.RemoveAsync(email, stranger)).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await webhooks.ListAsync(KeyHouse.Manager())).Error!.Reason.ShouldBe(ErrorReason.MissingCapability);
        (await webhooks.ListAsync(KeyHouse.Auditor())).Value!.Single().State.ShouldBe(WebhookState.On);
    }

    [Fact]
    public async Task Changes_EachHaveTheirEntryWithoutAddressOrSecret()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (webhooks, emails) = (house.Get<NoticeWebhooks>(), house.Get<NoticeEmails>());
        var made = (await webhooks.AddAsync(new NewWebhook(Url, "Team", ["key.revoked", "key.spike"]), KeyHouse.Admin())).Value!;
        await webhooks.EditAsync(made.Webhook.Id, new WebhookEdit { Description = new(true, "Other"), Enabled = new(true, false) }, KeyHouse.Admin());
        await webhooks.EditAsync(made.Webhook.Id, new WebhookEdit { Description = new(true, "Other") }, KeyHouse.Admin());
        var rotated = (await webhooks.RotateSecretAsync(made.Webhook.Id, KeyHouse.Admin())).Value!;
        await webhooks.RemoveAsync(made.Webhook.Id, KeyHouse.Admin());
        var email = (await emails.AddAsync(new NewEmail("team@example.com"), KeyHouse.Admin())).Value!;
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await emails.EditAsync(email.Id, new EmailEdit { Events = new(true, ["key.spike", "key.revoked"]) }, KeyHouse.Admin());
        }

        await emails.RemoveAsync(email.Id, KeyHouse.Admin());
        await house.Get<NoticeGrid>().ChooseAsync(new Dictionary<NoticeEvent, NoticeChannels> { [NoticeEvent.KeyEdited] = NoticeChannels.All, [NoticeEvent.KeySpike] = NoticeChannels.All }, KeyHouse.Admin());

        await using var db = house.Database.Read(KeyHouse.Acme);
        var entries = await db.Set<AuditEntry>().OrderBy(e => e.Sequence).ToListAsync();
        entries.Select(e => e.Action).ShouldBe(
        [
            "notices.webhook_added", "notices.webhook_changed", "notices.webhook_secret_rotated", "notices.webhook_removed", "notices.email_added", "notices.email_changed", "notices.email_removed", "notices.chosen",
        ]);
        var written = string.Concat(entries.Select(e => System.Text.Encoding.UTF8.GetString(e.Canonical)));
        written.ShouldContain("hooks.example.com");
        written.ShouldContain("""
            "before":{"key.edited":"webhook"}
            """);
        written.ShouldContain("""
            "after":{"key.edited":"email webhook bell"}
            """);
        written.ShouldContain("""
            "before":{"events":null},"after":{"events":["key.revoked","key.spike"]},"email":
            """);
        foreach (var hidden in (string[])["team=7", "team@example.com", made.Secret, rotated.Secret])
        {
            written.ShouldNotContain(hidden);
        }

        (await house.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme)).Whole.ShouldBeTrue();
    }

    [Fact]
    public async Task Requests_ThatBreakTheRules_AreToldEachFault()
    {
        await using var house = await KeyHouse.OpenAsync();
        var faulty = new NewWebhook("http://localhost", new string('x', 201) + "\n", ["key.nothing", "test"]);

        (await house.Get<NoticeWebhooks>().AddAsync(faulty, KeyHouse.Admin())).Error!.Faults.Select(f => f.Code)
            .ShouldBe(["url_scheme", "description_too_long", "description_control_characters", "event_unknown", "event_unknown"]);
        (await house.Get<NoticeEmails>().AddAsync(new NewEmail("team@", "fr", ["x"]), KeyHouse.Admin())).Error!.Faults.Select(f => f.Code)
            .ShouldBe(["address_invalid", "language_unknown", "event_unknown"]);
        (await house.Get<NoticeEmails>().EditAsync(Guid.NewGuid(), new EmailEdit { Language = null, Events = new(true, ["test"]) }, KeyHouse.Admin())).Error!.Faults.Select(f => f.Code)
            .ShouldBe(["language_unknown", "event_unknown"]);
        (await house.Get<NoticeEmails>().AddAsync(new NewEmail("team@example.com", KeyId: Guid.NewGuid()), KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await house.Get<NoticeEmails>().AddAsync(new NewEmail("team@example.com"), KeyHouse.Admin())).Done.ShouldBeTrue();
        (await house.Get<NoticeEmails>().AddAsync(new NewEmail("Team@Example.com"), KeyHouse.Admin())).Error!.Faults.Single().Code.ShouldBe("address_taken");
        for (var i = 0; i < WebhookEndpoint.Most; i++)
        {
            (await house.Get<NoticeWebhooks>().AddAsync(new NewWebhook(Url), KeyHouse.Admin())).Done.ShouldBeTrue();
        }

        (await house.Get<NoticeWebhooks>().AddAsync(new NewWebhook(Url), KeyHouse.Admin())).Error!.Faults.Single().Code.ShouldBe("webhooks_too_many");
    }

    [Fact]
    public async Task Delivery_ByMailWhereNoMailServerIsSet_IsNotSentAgain()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (now, notice, link, told) = (house.Clock.GetUtcNow(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var (asked, confirmed) = (await AddAsync("asked@example.com"), await AddAsync("team@example.com"));
        await house.Database.WriteAsync(KeyHouse.Acme, async db =>
        {
            (await db.Set<NoticeEmail>().SingleAsync(e => e.Id == confirmed)).ConfirmedAt = now;
            await house.Get<NoticeOutbox>().AddAsync(db, KeyHouse.Acme, NoticeEvent.KeySpike, keyId: null, [], actorId: null, onceKey: null, onlyFor: confirmed, notice);
            db.AddRange(DeliveryOf(link, asked), DeliveryOf(told, confirmed, notice));
            return 0;
        });

        foreach (var id in (Guid[])[link, told])
        {
            (await house.Get<NoticeDeliveries>().SendAgainAsync(id, KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.ReceiverOff);
        }

        (await house.DeliveriesAsync()).ShouldAllBe(d => d.State == DeliveryState.Failed);

        async Task<Guid> AddAsync(string address) => (await house.Get<NoticeEmails>().AddAsync(new NewEmail(address), KeyHouse.Admin())).Value!.Id;

        NoticeDelivery DeliveryOf(Guid id, Guid receiver, Guid? of = null) => new()
        {
            Id = id,
            TenantId = KeyHouse.Acme,
            NoticeId = of,
            Channel = NoticeChannels.Email,
            ReceiverId = receiver,
            CreatedAt = now,
            State = DeliveryState.Failed,
            NextAt = now,
        };
    }

    [Fact]
    public async Task Secret_OfAWebhook_IsSealedForItAloneAndOutlivesAnotherMasterKey()
    {
        var directory = Directory.CreateTempSubdirectory("salesos-").FullName;
        try
        {
            MadeWebhook one, other;
            await using (var house = await KeyHouse.OpenAsync(directory))
            {
                one = (await house.Get<NoticeWebhooks>().AddAsync(new NewWebhook(Url), KeyHouse.Admin())).Value!;
                other = (await house.Get<NoticeWebhooks>().AddAsync(new NewWebhook(Url), KeyHouse.Admin())).Value!;
                one.ToString().ShouldNotContain(one.Secret);
            }

            var before = (await File.ReadAllTextAsync(Path.Combine(directory, "master.key"))).Trim();
            var next = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
            await using (await KeyHouse.OpenAsync(directory, settings: [("MasterKey:Value", next), ("MasterKey:Previous", before)]))
            {
            }

            await using var again = await KeyHouse.OpenAsync(directory, settings: ("MasterKey:Value", next));
            (await OpenedAsync(again, one.Webhook.Id)).ShouldBe([one.Secret]);
            // Moved to another row it opens nothing.
            await again.Database.WriteAsync(KeyHouse.Acme, async db =>
            {
                var rows = await db.Set<WebhookEndpoint>().ToDictionaryAsync(w => w.Id);
                rows[other.Webhook.Id].SealedSecret = rows[one.Webhook.Id].SealedSecret;
                return 0;
            });
            (await OpenedAsync(again, other.Webhook.Id)).ShouldBeEmpty();
        }
        finally
        {
            await TestEngine.RemoveAsync(directory);
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task Bell_HasWhatTheTenantChoseAndEachPersonsOwnReading()
    {
        await using var house = await KeyHouse.OpenAsync();
        var bell = house.Get<NoticeBell>();
        await house.MakeAsync(caller: KeyHouse.Auditor() with { Capabilities = KeyHouse.Admin().Capabilities });
        await house.RevokedAsync();
        await house.DeliverAsync();
        var all = (await bell.ListAsync(null, 10, KeyHouse.Admin())).Value!;

        all.Select(n => n.Notice.Event).ShouldBe([NoticeEvent.KeyRevoked, NoticeEvent.KeyUnrestricted, NoticeEvent.KeyUnrestricted], ignoreOrder: true);
        all.ShouldAllBe(n => !n.IsRead);
        await bell.MarkReadAsync([all[0].Notice.Id], KeyHouse.Admin());
        (await bell.UnreadAsync(KeyHouse.Admin())).Value.ShouldBe(2);
        await bell.MarkReadAsync(ids: null, KeyHouse.Admin());
        await bell.MarkReadAsync(ids: null, KeyHouse.Admin());
        (await bell.UnreadAsync(KeyHouse.Admin())).Value.ShouldBe(0);
        (await bell.UnreadAsync(KeyHouse.Auditor())).Value.ShouldBe(3, "somebody else's reading is theirs");
        (await bell.UnreadAsync(KeyHouse.Admin(KeyHouse.Beta))).Value.ShouldBe(0);
        (await bell.ListAsync(all[0].Notice.Id, 10, KeyHouse.Admin())).Value!.Count.ShouldBe(2);
        (await bell.UnreadAsync(KeyHouse.Manager())).Error!.Reason.ShouldBe(ErrorReason.MissingCapability);
    }

    [Fact]
    public async Task Person_WhoIsErased_IsInNoReceiverReadingOrNotice()
    {
        await using var house = await KeyHouse.OpenAsync();
        (await house.Get<NoticeEmails>().AddAsync(new NewEmail("Admin@Example.test"), KeyHouse.Admin())).Done.ShouldBeTrue();
        (await house.Get<NoticeEmails>().AddAsync(new NewEmail("team@example.test"), KeyHouse.Admin())).Done.ShouldBeTrue();
        await house.RevokedAsync();
        await house.DeliverAsync();
        await house.Get<NoticeBell>().MarkReadAsync(null, KeyHouse.Admin());
        Guid person;
        await using (var db = house.Database.Read(KeyHouse.Acme))
        {
            person = (await db.Set<Person>().SingleAsync()).Id;
        }

        (await house.Get<PersonErasure>().EraseAsync(person, KeyHouse.Auditor() with { Capabilities = KeyHouse.Admin().Capabilities })).Done.ShouldBeTrue();

        (await house.Get<NoticeEmails>().ListAsync(KeyHouse.Auditor())).Value!.ShouldHaveSingleItem().Address.ShouldBe("team@example.test");
        (await house.Get<NoticeBell>().ListAsync(null, 10, KeyHouse.Auditor())).Value!.ShouldAllBe(n => n.Notice.Actor == null && !n.IsRead);
        await using var after = house.Database.Read(KeyHouse.Acme);
        (await after.Set<NoticeRead>().CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Feed_OfATenant_HearsOfItsChangesAlone()
    {
        await using var house = await KeyHouse.OpenAsync();
        var heard = new List<string>();
        using (house.Get<NoticeFeed>().Listen(KeyHouse.Acme, () => heard.Add("acme")))
        using (house.Get<NoticeFeed>().Listen(KeyHouse.Beta, () => heard.Add("beta")))
        {
            await house.Get<NoticeWebhooks>().AddAsync(new NewWebhook(Url), KeyHouse.Admin());
            heard.ShouldBe(["acme"]);
        }

        await house.Get<NoticeWebhooks>().AddAsync(new NewWebhook(Url), KeyHouse.Admin());
        heard.Count.ShouldBe(1);
    }

    private static async Task<IEnumerable<string>> OpenedAsync(KeyHouse house, Guid webhook)
    {
        await using var db = house.Database.Read(KeyHouse.Acme);
        var opened = await house.Get<WebhookSecrets>().OpenAsync(db, await db.Set<WebhookEndpoint>().SingleAsync(w => w.Id == webhook), house.Clock.GetUtcNow(), CancellationToken.None);
        return opened.Select(secret => WebhookSecret.Shown(secret));
    }
}

[OnPostgres]
public class NoticeServicesOnPostgresTests : NoticeServicesTests;
