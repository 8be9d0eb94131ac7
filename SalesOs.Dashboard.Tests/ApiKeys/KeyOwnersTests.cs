using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;

namespace SalesOs.Dashboard.Tests.ApiKeys;

public class KeyOwnersTests
{
    private static readonly Caller Ana = Somebody("ana");
    private static readonly Caller Bia = Somebody("bia");

    [Fact]
    public async Task Owner_OfANewKey_IsWhoMadeItAndOfASuccessorWhoOwnsTheOldOne()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await house.MakeAsync(caller: Ana);
        key.Key.Owner.ShouldBe(new KeyOwner(key.Key.CreatedById!.Value, "ana@example.test", IsTeam: false, IsGone: false));
        (await GiveAsync(house, key.Key.Id, "team@example.test")).Done.ShouldBeTrue();

        var successor = (await house.Keys.RotateAsync(key.Key.Id, Bia)).Value!;

        successor.Key.Owner!.Label.ShouldBe("team@example.test");
        successor.Key.Owner.IsTeam.ShouldBeTrue();
        (await house.Keys.GetAsync(successor.Key.Id, Bia)).Value!.Owner.ShouldBe(successor.Key.Owner);
    }

    [Fact]
    public async Task Owner_Changed_IsOneEntryThatNamesNobody()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = (await house.MakeAsync(caller: Ana)).Key;
        await house.MakeAsync(caller: Bia);

        var first = (await GiveAsync(house, key.Id, "Team@Example.test")).Value!;
        var again = (await GiveAsync(house, key.Id, "team@example.test")).Value!;
        var back = (await GiveAsync(house, key.Id, " bia@example.test ")).Value!;
        var mine = (await GiveAsync(house, key.Id, KeyOwners.Me)).Value!;

        again.Owner.ShouldBe(first.Owner, "a team is known by its address in any case");
        (first.Version, again.Version, back.Version).ShouldBe((2, 2, 3));
        back.Owner!.Label.ShouldBe("bia@example.test");
        mine.Owner!.Label.ShouldBe("ana@example.test");
        await using var db = house.Database.Read(KeyHouse.Acme);
        var entries = await db.Set<AuditEntry>().Where(e => e.Action == AuditActions.KeyOwnerChanged).OrderBy(e => e.Sequence).ToListAsync();
        entries.Select(e => DetailOf(e)["owner"]!.GetValue<string>()).ShouldBe([first.Owner!.Id.ToString(), back.Owner.Id.ToString(), mine.Owner.Id.ToString()]);
        DetailOf(entries[0])["previous_owner"]!.GetValue<string>().ShouldBe(key.CreatedById.ToString());
        entries.ShouldAllBe(e => !Encoding.UTF8.GetString(e.Canonical).Contains('@'));
    }

    [Theory]
    [InlineData("", "owner_required")]
    [InlineData(null, "owner_required")]
    [InlineData("nobody", "owner_unknown")]
    [InlineData("Ana <ana@example.test>", "owner_unknown")]
    [InlineData("018f0000-0000-7000-8000-000000000000", "owner_unknown")]
    [InlineData("left@example.test", "owner_left")]
    public async Task Owner_WhoCannotAnswer_IsRefusedAndNothingOfTheEditStays(string? owner, string code)
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = (await house.MakeAsync(caller: Ana)).Key;
        var left = (await house.MakeAsync(caller: Somebody("left"))).Key.CreatedById!.Value;
        (await house.Get<PersonDepartures>().SayAsync(left, Ana)).Done.ShouldBeTrue();

        var refused = await house.Keys.EditAsync(key.Id, new KeyEdit { Name = "other", Owner = owner }, ifVersion: null, Ana);

        refused.Error!.Faults.Select(f => (f.Field, f.Code)).ShouldBe([("owner", code)]);
        var now = (await house.Keys.GetAsync(key.Id, Ana)).Value!;
        (now.Name, now.Owner, now.Version).ShouldBe((key.Name, key.Owner, key.Version));
    }

    [Fact]
    public async Task Person_WhoHasLeft_LeavesKeysThatWorkAndWaitForAnOwner()
    {
        await using var house = await KeyHouse.OpenAsync();
        var theirs = await house.MakeAsync(caller: Ana);
        var other = await house.MakeAsync(caller: Bia);
        var ana = theirs.Key.CreatedById!.Value;

        (await house.Get<PersonDepartures>().SayAsync(ana, KeyHouse.Auditor())).Error!.Capability.ShouldBe(Capabilities.AdminIntegrations);
        (await house.Get<PersonDepartures>().SayAsync(ana, Bia)).Done.ShouldBeTrue();
        (await house.Get<PersonDepartures>().SayAsync(ana, Bia)).Done.ShouldBeTrue();

        (await OwnerlessAsync(house)).ShouldBe([theirs.Key.Id]);
        house.Ring.Find(theirs.ApiKey)!.Revoked.ShouldBeFalse();
        (await house.Get<KeyOwners>().ListAsync(Bia)).Value!.Select(o => o.Label).ShouldBe(["bia@example.test"]);
        (await GiveAsync(house, theirs.Key.Id, KeyOwners.Me, Bia)).Done.ShouldBeTrue();
        (await OwnerlessAsync(house)).ShouldBeEmpty();
        await using var db = house.Database.Read(KeyHouse.Acme);
        (await db.Set<AuditEntry>().CountAsync(e => e.Action == AuditActions.PersonLeft)).ShouldBe(1, "saying it twice changes nothing");
        other.Key.IsWithoutOwner.ShouldBeFalse();
    }

    [Fact]
    public async Task Person_WhoIsErased_OwnsNothingAndIsNamedNowhere()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = (await house.MakeAsync(caller: Ana)).Key;

        (await house.Get<PersonErasure>().EraseAsync(key.CreatedById!.Value, Bia)).Done.ShouldBeTrue();

        var now = (await house.Keys.GetAsync(key.Id, Bia)).Value!;
        now.Owner.ShouldBe(new KeyOwner(key.CreatedById.Value, Label: null, IsTeam: false, IsGone: true));
        (await OwnerlessAsync(house)).ShouldBe([key.Id]);
        (await house.Get<PersonDepartures>().SayAsync(key.CreatedById.Value, Bia)).Error!.Reason.ShouldBe(ErrorReason.NotFound);
    }

    [Fact]
    public async Task List_IsSortedFilteredAndSearchedByOwner()
    {
        await using var house = await KeyHouse.OpenAsync();
        var names = new[] { "zoe", "Ana", "bia", "émile" };
        var keys = new List<Guid>();
        foreach (var name in names)
        {
            keys.Add((await house.MakeAsync(new NewKey("key of another"), Somebody(name))).Key.Id);
        }

        await GiveAsync(house, keys[0], "crm-team@example.test");
        var erased = (await house.MakeAsync(caller: Somebody("gone"))).Key;
        (await house.Get<PersonErasure>().EraseAsync(erased.CreatedById!.Value, Bia)).Done.ShouldBeTrue();

        // Byte by byte, without case in ASCII: the same in every database.
        (await IdsAsync(new KeyQuery(Sort: KeySort.Owner, Descending: false))).ShouldBe([erased.Id, keys[1], keys[2], keys[0], keys[3]]);
        (await IdsAsync(new KeyQuery(Sort: KeySort.Owner))).ShouldBe([keys[3], keys[0], keys[2], keys[1], erased.Id]);
        (await IdsAsync(new KeyQuery(Traits: new KeyTraits { Owner = "CRM-team@example.test" }))).ShouldBe([keys[0]]);
        (await IdsAsync(new KeyQuery(Traits: new KeyTraits { Owner = "nobody" }))).ShouldBeEmpty();
        (await IdsAsync(new KeyQuery(Search: "CRM"))).ShouldBe([keys[0]]);
        (await IdsAsync(new KeyQuery(Search: "emile"))).ShouldBe([keys[3]]);
        (await IdsAsync(new KeyQuery(Traits: new KeyTraits { WithoutOwner = false }))).ShouldBe(keys, ignoreOrder: true);
        (await house.Keys.ListAsync(new KeyQuery(Page: 2, PerPage: 2, Sort: KeySort.Owner, Descending: false), Bia)).Value!.Keys.Select(k => k.Id).ShouldBe([keys[2], keys[0]]);

        async Task<IEnumerable<Guid>> IdsAsync(KeyQuery query) => (await house.Keys.ListAsync(query, Bia)).Value!.Keys.Select(k => k.Id);
    }

    [Fact]
    public async Task HandOver_BesideOtherChanges_TakesEveryKeyAlongWithItsEntry()
    {
        await using var house = await KeyHouse.OpenAsync();
        var keys = new List<Guid>();
        for (var i = 0; i < BulkRevocation.MostAtOnce + 20; i++)
        {
            keys.Add((await house.MakeAsync(new NewKey($"key {i}"), Ana)).Key.Id);
        }

        var ana = (await house.Keys.GetAsync(keys[0], Bia)).Value!.CreatedById!.Value;
        var others = Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                await house.Keys.EditAsync(keys[i * 7], new KeyEdit { Notes = "changed meanwhile" }, ifVersion: null, Bia);
                await house.Keys.RevokeAsync(keys[(i * 7) + 1], "meanwhile", Bia);
                await house.Keys.DeleteAsync(keys[(i * 7) + 2], Bia);
                await house.Keys.CreateAsync(new NewKey("made meanwhile"), Ana);
            }
        });

        var handed = (await house.Get<KeyOwners>().HandOverAsync(ana.ToString(), "team@example.test", KeyHouse.Admin())).Value!;
        await others;
        (await house.Get<KeyOwners>().HandOverAsync(ana.ToString(), "team@example.test", KeyHouse.Admin())).Done.ShouldBeTrue();

        await using var db = house.Database.Read(KeyHouse.Acme);
        (await db.Set<ApiKey>().CountAsync(k => k.RevokedAt == null && (k.OwnerId ?? k.CreatedById) == ana)).ShouldBe(0);
        var changed = await db.Set<AuditEntry>().Where(e => e.Action == AuditActions.KeyOwnerChanged).ToListAsync();
        var sums = (await db.Set<AuditEntry>().Where(e => e.Action == AuditActions.KeysHandedOver).ToListAsync()).Sum(e => DetailOf(e)["count"]!.GetValue<int>());
        changed.Count.ShouldBe(sums);
        changed.Select(e => e.KeyId).Distinct().Count().ShouldBe(changed.Count, "each key goes over once");
        handed.Keys.ShouldBeGreaterThan(BulkRevocation.MostAtOnce / 2);
        (await db.Set<ApiKey>().CountAsync(k => k.Notes == "changed meanwhile")).ShouldBe(40);
        (await house.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme)).Whole.ShouldBeTrue();
    }

    [Fact]
    public async Task HandOver_ByWhomAndToWhom_IsJudged()
    {
        await using var house = await KeyHouse.OpenAsync();
        var foreign = (await house.MakeAsync(caller: KeyHouse.Admin(KeyHouse.Beta))).Key;
        await house.MakeAsync(caller: Ana);
        var owners = house.Get<KeyOwners>();

        (await owners.HandOverAsync("ana@example.test", "b@example.test", KeyHouse.Auditor())).Error!.Capability.ShouldBe(Capabilities.AdminIntegrations);
        (await owners.HandOverAsync(foreign.CreatedById.ToString(), "b@example.test", Ana)).Error!.Faults.Single().Code.ShouldBe("owner_unknown");
        (await owners.HandOverAsync("ana@example.test", KeyOwners.Me, Ana)).Error!.Faults.Single().Code.ShouldBe("owner_same");
        (await owners.HandOverAsync(KeyOwners.Me, "b@example.test", Bia)).Value!.Keys.ShouldBe(0);
        (await owners.HandOverAsync(KeyOwners.Me, "b@example.test", Ana)).Value!.Keys.ShouldBe(1);
    }

    private static Caller Somebody(string name) => KeyHouse.Admin() with { Subject = "subject-" + name, Name = name, Email = name + "@example.test" };

    private static JsonObject DetailOf(AuditEntry entry) => JsonNode.Parse(entry.Canonical)!["detail"]!.AsObject();

    private static Task<Result<ApiKeyView>> GiveAsync(KeyHouse house, Guid key, string owner, Caller? caller = null) =>
        house.Keys.EditAsync(key, new KeyEdit { Owner = owner }, ifVersion: null, caller ?? Ana);

    private static async Task<IEnumerable<Guid>> OwnerlessAsync(KeyHouse house) =>
        (await house.Keys.ListAsync(new KeyQuery(Traits: new KeyTraits { WithoutOwner = true }), Bia)).Value!.Keys.Select(k => k.Id);
}
