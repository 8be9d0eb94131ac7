using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Reviews;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Reviews;

public class ReviewServiceTests
{
    /// <summary>Keys come, go and change beside the opening of reviews; the log says which there were at that very entry.</summary>
    [Fact]
    public async Task Population_WhileKeysAreMadeAndDeleted_IsThatOfTheLogAtThatEntry()
    {
        await using var house = await KeyHouse.OpenAsync();
        for (var i = 0; i < 20; i++)
        {
            await house.MakeAsync(new NewKey($"key {i}"));
        }

        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 3).Select(writer => Task.Run(async () =>
        {
            var random = new Random(writer);
            var own = new List<Guid>();
            while (!stop.IsCancellationRequested)
            {
                own.Add((await house.MakeAsync(new NewKey($"made by {writer}"))).Key.Id);
                var any = own[random.Next(own.Count)];
                switch (random.Next(4))
                {
                    case 0:
                        await house.Keys.DeleteAsync(any, KeyHouse.Admin());
                        own.Remove(any);
                        break;
                    case 1:
                        await house.Keys.RevokeAsync(any, "random", KeyHouse.Admin());
                        break;
                    default:
                        await house.Keys.EditAsync(any, new KeyEdit { Name = $"renamed {random.Next(1000)}" }, ifVersion: null, KeyHouse.Admin());
                        break;
                }
            }
        })).ToList();
        var opened = new List<Guid>();
        for (var i = 0; i < 8; i++)
        {
            opened.Add(await OpenAsync(house));
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
        await using var db = house.Database.Read(KeyHouse.Acme);
        var log = await db.Set<AuditEntry>().OrderBy(e => e.Sequence).ToListAsync();
        foreach (var id in opened)
        {
            var review = await db.Set<Review>().SingleAsync(r => r.Id == id);
            var frozen = await db.Set<ReviewedKey>().Where(k => k.ReviewId == id).ToDictionaryAsync(k => k.KeyId, k => k.Name);

            frozen.ShouldBe(KeysAt(log, review.OpenedEntry), ignoreOrder: true);
            review.Keys.ShouldBe(frozen.Count);
        }
    }

    [Fact]
    public async Task Review_OnceOpened_KeepsWhatTheKeysWereAndAsksEachOwner()
    {
        await using var house = await KeyHouse.OpenAsync();
        var mine = (await house.MakeAsync(new NewKey("mine", Scopes: ["leads:read"], RateLimit: 50, Environment: KeyEnvironment.Live))).Key;
        var test = (await house.MakeAsync(new NewKey("test", KeyEnvironment.Test))).Key;
        var theirs = (await house.MakeAsync(new NewKey("theirs"), KeyHouse.Admin() with { Subject = "other", Email = "other@example.test" })).Key;
        var revoked = (await house.MakeAsync(new NewKey("revoked"))).Key;
        await house.Keys.RevokeAsync(revoked.Id, null, KeyHouse.Admin());

        var all = await OpenAsync(house, caller: KeyHouse.Auditor());
        var live = await OpenAsync(house, new NewReview("live", Due(house), ReviewScope.Live));
        var filtered = await OpenAsync(house, new NewReview("mine", Due(house), ReviewScope.Filter, new ReviewFilter { Owner = "other@example.test" }));
        await house.Keys.EditAsync(mine.Id, new KeyEdit { Name = "renamed", RateLimit = 9 }, ifVersion: null, KeyHouse.Admin());
        await house.Keys.DeleteAsync(test.Id, KeyHouse.Admin());

        (await KeysAsync(house, all)).Select(k => k.Key.Name).ShouldBe(["mine", "test", "theirs"]);
        (await KeysAsync(house, live)).Select(k => k.Key.KeyId).ShouldBe([mine.Id, theirs.Id]);
        (await KeysAsync(house, filtered)).Select(k => k.Key.KeyId).ShouldBe([theirs.Id]);
        var shown = (await KeysAsync(house, all))[0];
        (shown.Key.RateLimit, string.Join(',', shown.Key.Scopes), shown.Now!.RateLimit).ShouldBe((50, "leads:read", 9));
        var view = (await house.Get<ReviewQueries>().GetAsync(all, KeyHouse.Admin())).Value!;
        (view.Keys, view.Silent, view.Mine, view.OpenedBy).ShouldBe((3, 2, 1, "auditor@example.test"));
        await using var db = house.Database.Read(KeyHouse.Acme);
        var asked = await db.Set<AuditEntry>().Where(e => e.Action == AuditActions.ReviewAssigned).OrderBy(e => e.Sequence).ToListAsync();
        asked.Select(DetailOf).Where(d => d["review"]!.GetValue<string>() == all.ToString()).Select(d => (d["owner"]!.GetValue<string>(), d["count"]!.GetValue<int>()))
            .ShouldBe([(mine.CreatedById.ToString()!, 2), (theirs.CreatedById.ToString()!, 1)], ignoreOrder: true);
    }

    [Fact]
    public async Task Decision_IsTheOwnersOrAnAdminsAndRetiringPausesWhatAnAdminMayPause()
    {
        await using var house = await KeyHouse.OpenAsync();
        var keys = new List<CreatedKey> { await house.MakeAsync(new NewKey("a")), await house.MakeAsync(new NewKey("b")), await house.MakeAsync(new NewKey("c")) };
        var auditor = KeyHouse.Auditor();
        var review = await OpenAsync(house, caller: auditor);
        (await house.Keys.EditAsync(keys[1].Key.Id, new KeyEdit { Owner = "auditor@example.test" }, ifVersion: null, KeyHouse.Admin())).Done.ShouldBeTrue();
        var service = house.Get<ReviewService>();

        (await DecideAsync(keys[0], ReviewChoice.Keep, auditor)).Error!.Capability.ShouldBe(Capabilities.AdminIntegrations);
        (await DecideAsync(keys[0], ReviewChoice.Keep, KeyHouse.Manager())).Error!.Capability.ShouldBe(Capabilities.AuditIntegrations);
        (await DecideAsync(keys[0], ReviewChoice.Keep, KeyHouse.Admin(KeyHouse.Beta))).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await service.DecideAsync(review, [Guid.NewGuid()], ReviewChoice.Keep, "needed", KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await service.DecideAsync(review, [keys[0].Key.Id], ReviewChoice.Keep, " ", KeyHouse.Admin())).Error!.Faults.Single().Code.ShouldBe("reason_required");
        (await DecideAsync(keys[0], ReviewChoice.Retire, KeyHouse.Admin())).Value.ShouldBe(new Decided(1, 1));
        (await DecideAsync(keys[1], ReviewChoice.Retire, auditor)).Value.ShouldBe(new Decided(1, 0));
        (await DecideAsync(keys[2], ReviewChoice.Narrow, KeyHouse.Admin())).Value.ShouldBe(new Decided(1, 0));

        var shown = await KeysAsync(house, review);
        shown[0].Now!.Pause!.Until.ShouldBe(house.Clock.GetUtcNow() + ReviewService.RetireAfter);
        shown[0].Now!.Pause!.Then.ShouldBe(PauseEnd.Revoke);
        shown.Select(k => (k.Now!.Status, k.IsProposed, k.Key.Decision)).ShouldBe(
            [(KeyStatus.Paused, false, ReviewChoice.Retire), (KeyStatus.Active, true, ReviewChoice.Retire), (KeyStatus.Active, false, ReviewChoice.Narrow)]);
        (await house.Get<ReviewQueries>().KeysAsync(review, ReviewPart.Proposed, 1, 100, auditor)).Value!.Keys.Select(k => k.Key.KeyId).ShouldBe([keys[1].Key.Id]);
        house.Clock.Advance(ReviewService.RetireAfter);
        house.Ring.Find(keys[0].ApiKey)!.Pause!.HasRevokedAt(house.Clock.GetUtcNow().ToUnixTimeMilliseconds()).ShouldBeTrue();

        Task<Result<Decided>> DecideAsync(CreatedKey key, ReviewChoice decision, Caller caller) => service.DecideAsync(review, [key.Key.Id], decision, "not used", caller);
    }

    [Theory]
    [InlineData(ReviewChoice.Keep)]
    [InlineData(ReviewChoice.Narrow)]
    public async Task Decision_AfterRetiring_ResumesTheKeyUnlessSomebodyElsePausedIt(ReviewChoice decision)
    {
        await using var house = await KeyHouse.OpenAsync();
        var (retired, paused) = (await house.MakeAsync(new NewKey("retired")), await house.MakeAsync(new NewKey("paused")));
        var review = await OpenAsync(house);
        await house.Get<KeyPauses>().PauseAsync(paused.Key.Id, new KeyPause(), ifVersions: null, KeyHouse.Admin());
        var service = house.Get<ReviewService>();
        (await service.DecideAsync(review, [retired.Key.Id], ReviewChoice.Retire, "not used", KeyHouse.Admin())).Done.ShouldBeTrue();

        (await service.DecideAsync(review, [retired.Key.Id, paused.Key.Id], decision, "needed", KeyHouse.Admin())).Value.ShouldBe(new Decided(2, 0));

        house.Ring.Find(retired.ApiKey)!.Pause.ShouldBeNull();
        (await KeysAsync(house, review)).Select(k => k.Now!.Status).ShouldBe([KeyStatus.Paused, KeyStatus.Active], ignoreOrder: true);
    }

    [Fact]
    public async Task Silence_PastTheDay_IsProposedAndToldOnceAndChangesNoKey()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (silent, kept) = (await house.MakeAsync(new NewKey("silent")), await house.MakeAsync(new NewKey("kept")));
        var review = await OpenAsync(house);
        (await house.Get<ReviewService>().DecideAsync(review, [kept.Key.Id], ReviewChoice.Keep, "needed", KeyHouse.Admin())).Done.ShouldBeTrue();
        await house.Get<ReviewDues>().NoteAsync();
        (await ProposedAsync()).ShouldBeEmpty();
        house.Clock.Advance(TimeSpan.FromDays(31));

        await house.Get<ReviewDues>().NoteAsync();
        await house.Get<ReviewDues>().NoteAsync();

        (await ProposedAsync()).ShouldBe([silent.Key.Id]);
        (await house.Keys.GetAsync(silent.Key.Id, KeyHouse.Admin())).Value!.Status.ShouldBe(KeyStatus.Active);
        await using var db = house.Database.Read(KeyHouse.Acme);
        var told = await db.Set<AuditEntry>().Where(e => e.Action == AuditActions.ReviewOverdue).ToListAsync();
        DetailOf(told.ShouldHaveSingleItem())["count"]!.GetValue<int>().ShouldBe(1);
        told[0].ActorId.ShouldBeNull();

        async Task<IEnumerable<Guid>> ProposedAsync() =>
            (await house.Get<ReviewQueries>().KeysAsync(review, ReviewPart.Proposed, 1, 100, KeyHouse.Admin())).Value!.Keys.Select(k => k.Key.KeyId);
    }

    [Theory]
    [InlineData("", 30, ReviewScope.All, "name_required")]
    [InlineData("r", -1, ReviewScope.All, "due_past")]
    [InlineData("r", 400, ReviewScope.All, "due_too_far")]
    [InlineData("r", null, ReviewScope.All, "due_required")]
    [InlineData("r", 30, ReviewScope.Live, "filter_alone")]
    [InlineData("r", 30, ReviewScope.Filter, "review_empty")]
    public async Task Review_ThatIsNotSound_IsNotOpened(string name, int? days, ReviewScope scope, string code)
    {
        await using var house = await KeyHouse.OpenAsync();
        await house.MakeAsync();
        var filter = code is "filter_alone" or "review_empty" ? new ReviewFilter { Search = "nothing is called so" } : null;

        var refused = await house.Get<ReviewService>().OpenAsync(new NewReview(name, days is { } d ? house.Clock.GetUtcNow().AddDays(d) : null, scope, filter), KeyHouse.Admin());

        refused.Error!.Faults.Select(f => f.Code).ShouldBe([code]);
        (await house.Get<ReviewService>().OpenAsync(new NewReview("r", Due(house)), KeyHouse.Manager())).Error!.Capability.ShouldBe(Capabilities.AuditIntegrations);
    }

    internal static async Task<Guid> OpenAsync(KeyHouse house, NewReview? review = null, Caller? caller = null)
    {
        var opened = await house.Get<ReviewService>().OpenAsync(review ?? new NewReview("Fourth quarter", Due(house)), caller ?? KeyHouse.Admin());
        opened.Error?.Faults.ShouldBeEmpty();
        return opened.Value;
    }

    internal static DateTimeOffset Due(KeyHouse house) => house.Clock.GetUtcNow().AddDays(30);

    private static async Task<IReadOnlyList<ReviewedKeyView>> KeysAsync(KeyHouse house, Guid review) =>
        (await house.Get<ReviewQueries>().KeysAsync(review, ReviewPart.All, 1, 100, KeyHouse.Admin())).Value!.Keys;

    private static JsonObject DetailOf(AuditEntry entry) => JsonNode.Parse(entry.Canonical)!["detail"]!.AsObject();

    /// <summary>The ledger: the keys that had not come to their end before an entry, and what they were called.</summary>
    private static Dictionary<Guid, string> KeysAt(IEnumerable<AuditEntry> log, long entry)
    {
        var keys = new Dictionary<Guid, string>();
        foreach (var e in log.Where(e => e.Sequence < entry && e.KeyId is not null))
        {
            switch (e.Action)
            {
                case AuditActions.KeyCreated:
                    keys[e.KeyId!.Value] = DetailOf(e)["name"]!.GetValue<string>();
                    break;
                case AuditActions.KeyEdited when keys.ContainsKey(e.KeyId!.Value):
                    keys[e.KeyId.Value] = DetailOf(e)["after"]!["name"]!.GetValue<string>();
                    break;
                case AuditActions.KeyDeleted or AuditActions.KeyRevoked:
                    keys.Remove(e.KeyId!.Value);
                    break;
            }
        }

        return keys;
    }
}
