using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Reviews;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.ApiKeys.Policies;
using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Notices;

/// <summary>What people and the clock do to keys is told in the transaction of the act, or not at all.</summary>
public class NoticeActsTests
{
    [Fact]
    public async Task Acts_OfEveryKind_AreToldOfOnceEach()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync(new NewKey("ERP", Scopes: ["leads:read"], Notes: "not for everybody"));
        var id = made.Key.Id;
        await house.Keys.EditAsync(id, new KeyEdit { RateLimit = 7, Scopes = new(true, []) }, ifVersion: null, KeyHouse.Admin());
        await house.Get<KeyPauses>().PauseAsync(id, new KeyPause { Until = house.Clock.GetUtcNow().AddHours(1), Reason = "looked into" }, null, KeyHouse.Admin());
        await house.Get<KeyPauses>().ResumeAsync(id, null, KeyHouse.Admin());
        var successor = (await house.Keys.RotateAsync(id, KeyHouse.Admin())).Value!.Key;
        await house.Keys.RevokeAsync(id, "leaked", KeyHouse.Admin());
        await house.Keys.DeleteAsync(id, KeyHouse.Admin());

        var told = await ToldAsync(house);

        told.Where(n => n.KeyId == id).Select(n => NoticeEvents.NameOf(n.Event)).ShouldBe(
            ["key.created", "key.unrestricted", "key.edited", "key.paused", "key.resumed", "key.revoked", "key.deleted", "key.rotated"]);
        told.Where(n => n.KeyId == successor.Id).Select(n => NoticeEvents.NameOf(n.Event)).ShouldBe(["key.created", "key.unrestricted"]);
        told.ShouldAllBe(n => n.KeyName == "ERP" && !n.Data.Contains("not for everybody"));
        told.Where(n => n.KeyId == id).Select(n => n.KeyShown).Distinct(StringComparer.Ordinal).ShouldBe([$"{made.ApiKey[..16]}…{made.ApiKey[^4..]}"]);
        Data(told, NoticeEvent.KeyEdited)["changed"]!.ToJsonString().ShouldBe("""["scopes","rate_limit"]""");
        Data(told, NoticeEvent.KeyPaused)["until"]!.GetValue<string>().ShouldBe("2026-11-22T13:00:00.000Z");
        Data(told, NoticeEvent.KeyRevoked)["reason"]!.GetValue<string>().ShouldBe("leaked");
    }

    [Fact]
    public async Task Acts_OfTheClockAndInBulk_AreToldOf()
    {
        await using var house = await KeyHouse.OpenAsync();
        var keys = new[] { await house.MakeAsync(), await house.MakeAsync(), await house.MakeAsync() };
        await house.Get<KeyPauses>().PauseAsync(keys[0].Key.Id, new KeyPause { Until = house.Clock.GetUtcNow().AddHours(1), Then = PauseEnd.Revoke }, null, KeyHouse.Admin());
        await house.Get<KeyBrownOuts>().PlanAsync(keys[1].Key.Id, new BrownOutPlan { Minutes = 5 }, KeyHouse.Admin());
        await house.Get<BrownOutLog>().RecordAsync();
        house.Clock.Advance(TimeSpan.FromHours(1));
        await house.Get<PauseEnds>().RecordAsync();
        await house.Get<BrownOutLog>().RecordAsync();
        await house.Get<BulkRevocation>().RevokeAsync(KeySelection.Of(keys.Select(k => k.Key.Id)), "over", KeyHouse.Admin());

        var told = await ToldAsync(house);

        var paused = Data(told.Where(n => n.KeyId == keys[0].Key.Id), NoticeEvent.KeyPaused);
        (paused["revokes_at"]!.GetValue<string>(), paused.ContainsKey("until")).ShouldBe(("2026-11-22T13:00:00.000Z", false));
        told.Count(n => n.Event == NoticeEvent.KeyRevoked).ShouldBe(3);
        told.Single(n => n.Event == NoticeEvent.KeyRevoked && n.KeyId == keys[0].Key.Id).ActorId.ShouldBeNull("the clock did it");
        told.Where(n => n.KeyId == keys[1].Key.Id && n.Data.Contains("brown_out")).Select(n => n.Event).ShouldBe([NoticeEvent.KeyPaused, NoticeEvent.KeyResumed]);
    }

    [Fact]
    public async Task BrownOut_ThatEndsOnAKeyThatStaysRefused_TellsOfNoResuming()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (revoked, paused, resumed) = (await house.MakeAsync(), await house.MakeAsync(), await house.MakeAsync());
        foreach (var key in (CreatedKey[])[revoked, paused, resumed])
        {
            await house.Get<KeyBrownOuts>().PlanAsync(key.Key.Id, new BrownOutPlan { Minutes = 60 }, KeyHouse.Admin());
        }

        await house.Get<BrownOutLog>().RecordAsync();
        await house.Keys.RevokeAsync(revoked.Key.Id, "leaked", KeyHouse.Admin());
        await house.Get<KeyPauses>().PauseAsync(paused.Key.Id, new KeyPause(), null, KeyHouse.Admin());
        house.Clock.Advance(TimeSpan.FromHours(1));
        await house.Get<BrownOutLog>().RecordAsync();

        (await ToldAsync(house)).Where(n => n.Event == NoticeEvent.KeyResumed).Select(n => n.KeyId).ShouldBe([resumed.Key.Id]);
    }

    [Fact]
    public async Task Owner_WhoIsAnother_IsToldOfAsAnEdit()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync();
        (await house.Keys.EditAsync(made.Key.Id, new KeyEdit { Owner = KeyOwners.Me }, ifVersion: null, PolicyHouse.Other())).Done.ShouldBeTrue();

        Data(await ToldAsync(house), NoticeEvent.KeyEdited).ToJsonString().ShouldBe("""{"changed":["owner"]}""");
    }

    [Fact]
    public async Task PoliciesApprovalsOwnersAndReviews_AreToldOf()
    {
        await using var house = await KeyHouse.OpenAsync();
        var admin = KeyHouse.Admin();
        var made = await house.MakeAsync(new NewKey("ERP"));
        await house.SetPolicyAsync(PolicyHouse.Require(PolicyRule.ScopesRequired, value: null, house.Clock.GetUtcNow().AddDays(10)) with { SecondPerson = [SecondPersonAct.Delete] });
        await house.Get<PolicyEnforcer>().EnforceAsync();
        await house.Keys.DeleteAsync(made.Key.Id, admin);
        var review = (await house.Get<ReviewService>().OpenAsync(new NewReview("Fourth quarter", house.Clock.GetUtcNow().AddDays(2)), admin)).Value;
        house.Clock.Advance(TimeSpan.FromDays(3));
        await house.Get<ReviewDues>().NoteAsync();
        await house.Get<PersonDepartures>().NoteAsync(PolicyHouse.Other().Subject);
        await house.Get<PersonDepartures>().NoteAsync(admin.Subject);

        NoticeEvent[] meant = [NoticeEvent.PolicyDue, NoticeEvent.ApprovalRequested, NoticeEvent.ReviewAssigned, NoticeEvent.ReviewOverdue, NoticeEvent.PersonLeft];
        var told = (await ToldAsync(house)).Where(n => meant.Contains(n.Event)).ToDictionary(n => n.Event);

        told.Keys.ShouldBe(meant, ignoreOrder: true);
        Data(told.Values, NoticeEvent.PolicyDue).ToJsonString().ShouldBe("""{"rule":"scopes_required","keys":1,"days":10,"due_at":"2026-12-02T12:00:00.000Z"}""");
        (told[NoticeEvent.ApprovalRequested].KeyId, (string?)Data(told.Values, NoticeEvent.ApprovalRequested)["act"]).ShouldBe((made.Key.Id, "delete"));
        Data(told.Values, NoticeEvent.ReviewAssigned).ToJsonString().ShouldBe($$"""{"review":"{{review}}","review_name":"Fourth quarter","keys":1,"due_at":"2026-11-24T12:00:00.000Z"}""");
        told[NoticeEvent.ReviewAssigned].ActorId.ShouldBe(told[NoticeEvent.ApprovalRequested].ActorId, "its owner");
        Data(told.Values, NoticeEvent.ReviewOverdue)["keys"]!.GetValue<int>().ShouldBe(1);
        Data(told.Values, NoticeEvent.PersonLeft)["keys"]!.GetValue<int>().ShouldBe(1, "who owns nothing is not missed");
    }

    [Fact]
    public async Task Person_WhoHasLeft_IsMissedForKeysThatHaveNotEndedAlone()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (admin, other) = (KeyHouse.Admin(), PolicyHouse.Other());
        await house.MakeAsync(new NewKey("stands"));
        await house.MakeAsync(new NewKey("expires", ExpiresInDays: 1));
        var paused = (await house.MakeAsync(new NewKey("ends with its pause"))).Key.Id;
        await house.Get<KeyPauses>().PauseAsync(paused, new KeyPause { Until = house.Clock.GetUtcNow().AddHours(1), Then = PauseEnd.Revoke }, null, admin);
        await house.MakeAsync(new NewKey("another's, expires", ExpiresInDays: 1), other);
        house.Clock.Advance(TimeSpan.FromDays(1));

        await house.Get<PersonDepartures>().NoteAsync(other.Subject);
        await house.Get<PersonDepartures>().NoteAsync(admin.Subject);

        (await ToldNotice.AllAsync(house, NoticeEvent.PersonLeft)).ShouldHaveSingleItem().Data["keys"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task Act_ThatIsRefusedOrRolledBack_IsNotToldOf()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync();
        var before = (await ToldAsync(house)).Count;
        (await house.Keys.RevokeAsync(made.Key.Id, null, KeyHouse.Auditor())).Done.ShouldBeFalse();
        (await house.Keys.RevokeAsync(made.Key.Id, null, KeyHouse.Admin(KeyHouse.Beta))).Done.ShouldBeFalse();
        await Should.ThrowAsync<InvalidOperationException>(() => house.Database.WriteAsync<int>(KeyHouse.Acme, async db =>
        {
            await house.Get<AuditLog>().AppendAsync(db, new AuditEvent(AuditActions.KeyRevoked, made.Key.Id), KeyHouse.Admin());
            throw new InvalidOperationException("Something broke.");
        }));

        (await ToldAsync(house)).Count.ShouldBe(before);
        (await ToldAsync(house, KeyHouse.Beta)).ShouldBeEmpty();
    }

    [Fact]
    public async Task OnceKey_AddedTwice_IsToldOfOnceInEachTenant()
    {
        await using var house = await KeyHouse.OpenAsync();
        var added = new List<bool>();
        foreach (var tenant in (string[])[KeyHouse.Acme, KeyHouse.Acme, KeyHouse.Beta])
        {
            // Of what is observed: in a transaction of no tenant.
            added.Add(await house.Database.WriteAsync(
                tenantId: null, db => house.Get<NoticeOutbox>().AddAsync(db, tenant, NoticeEvent.KeySpike, Guid.CreateVersion7(), [], onceKey: "spike/1")));
        }

        added.ShouldBe([true, false, true]);
        (await ToldAsync(house)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Notice_OutsideATransaction_IsRefused()
    {
        await using var house = await KeyHouse.OpenAsync();
        await using var db = house.Database.Read(KeyHouse.Acme);

        await Should.ThrowAsync<InvalidOperationException>(() => house.Get<NoticeOutbox>().AddAsync(db, KeyHouse.Acme, NoticeEvent.KeySpike, null, []));
    }

    private static JsonObject Data(IEnumerable<NoticeRow> told, NoticeEvent what) => JsonNode.Parse(told.First(n => n.Event == what).Data)!.AsObject();

    private static async Task<List<NoticeRow>> ToldAsync(KeyHouse house, string tenant = KeyHouse.Acme)
    {
        await using var db = house.Database.Read(tenant);
        var rows = await db.Set<NoticeRow>().ToListAsync();
        // Those of one transaction are of one moment; their ids have its order but for what was made in the same millisecond.
        return [.. rows.OrderBy(n => n.At).ThenBy(n => n.Event)];
    }
}

[OnPostgres]
public class NoticeActsOnPostgresTests : NoticeActsTests;
