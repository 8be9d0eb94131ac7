using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;

namespace SalesOs.Dashboard.Tests.ApiKeys;

public class BulkRevocationTests
{
    [Fact]
    public async Task Revoke_OfSeveral_StopsEachWithItsOwnAuditEntryAndThatReason()
    {
        await using var house = await KeyHouse.OpenAsync();
        var keys = new List<CreatedKey>();
        for (var i = 0; i < 3; i++)
        {
            keys.Add(await house.MakeAsync(new NewKey($"key {i}")));
        }

        var told = new List<Guid>();
        using var listening = house.Get<KeyFeed>().Listen(KeyHouse.Acme, (_, ids) => told.AddRange(ids));
        await house.Keys.RevokeAsync(keys[2].Key.Id, "rotated", KeyHouse.Admin());
        told.Clear();

        var done = (await house.Get<BulkRevocation>().RevokeAsync(KeySelection.Of(keys.Select(k => k.Key.Id).Append(Guid.NewGuid())), " leaked ", KeyHouse.Admin())).Value!;

        done.Keys.ShouldBe([keys[0].Key.Id, keys[1].Key.Id], ignoreOrder: true);
        done.MayBeMore.ShouldBeFalse();
        told.ShouldBe(done.Keys, ignoreOrder: true);
        keys.ShouldAllBe(k => house.Ring.Find(k.ApiKey)!.Revoked);
        var views = (await house.Keys.ListAsync(new KeyQuery(Sort: KeySort.Name, Descending: false), KeyHouse.Admin())).Value!.Keys;
        views.Select(v => (v.RevokeReason, v.RevokedBy)).ShouldBe([("leaked", "admin@example.test"), ("leaked", "admin@example.test"), ("rotated", "admin@example.test")]);
        await using var db = house.Database.Read(KeyHouse.Acme);
        var entries = await db.Set<AuditEntry>().Where(e => e.Action == AuditActions.KeyRevoked).OrderBy(e => e.Sequence).Select(e => e.KeyId).ToListAsync();
        entries.ShouldBe([keys[2].Key.Id, .. done.Keys], ignoreOrder: true);
        (await house.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme)).Whole.ShouldBeTrue();
    }

    /// <summary>The clock acts at once, and puts it down a few seconds later.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Revoke_OfAKeyWhosePauseIsOver_PutsThatDownFirstAndNothingTwice(bool several)
    {
        await using var house = await KeyHouse.OpenAsync();
        var (revoked, resumed) = (await house.MakeAsync(), await house.MakeAsync());
        var until = house.Clock.GetUtcNow().AddHours(1);
        await house.Get<KeyPauses>().PauseAsync(revoked.Key.Id, new KeyPause { Until = until, Then = PauseEnd.Revoke }, null, KeyHouse.Admin());
        await house.Get<KeyPauses>().PauseAsync(resumed.Key.Id, new KeyPause { Until = until }, null, KeyHouse.Admin());
        house.Clock.Advance(TimeSpan.FromHours(1));

        if (several)
        {
            (await house.Get<BulkRevocation>().RevokeAsync(KeySelection.Of([revoked.Key.Id, resumed.Key.Id]), "leaked", KeyHouse.Admin())).Value!.Keys.ShouldBe([resumed.Key.Id]);
        }
        else
        {
            (await house.Keys.RevokeAsync(revoked.Key.Id, "leaked", KeyHouse.Admin())).Value!.Status.ShouldBe(KeyStatus.Revoked);
            (await house.Keys.RevokeAsync(resumed.Key.Id, "leaked", KeyHouse.Admin())).Value!.Status.ShouldBe(KeyStatus.Revoked);
        }

        (await ActionsAsync(house, revoked)).ShouldBe([AuditActions.KeyCreated, AuditActions.KeyPaused, AuditActions.KeyRevoked]);
        (await ActionsAsync(house, resumed)).ShouldBe([AuditActions.KeyCreated, AuditActions.KeyPaused, AuditActions.KeyResumed, AuditActions.KeyRevoked]);
        house.Ring.Find(revoked.ApiKey)!.Revoked.ShouldBeTrue();
        (await house.Keys.GetAsync(revoked.Key.Id, KeyHouse.Admin())).Value!.RevokedBy.ShouldNotBeNull("who paused it has decided so");
    }

    [Fact]
    public async Task Revoke_OfAllByOnePerson_LeavesTheOthersAlone()
    {
        await using var house = await KeyHouse.OpenAsync();
        var leaver = KeyHouse.Admin() with { Subject = "leaver", Email = "leaver@example.test" };
        var (mine, expired) = (await house.MakeAsync(caller: leaver), await house.MakeAsync(new NewKey("expired", ExpiresInDays: 1), leaver));
        var other = await house.MakeAsync();
        house.Clock.Advance(TimeSpan.FromDays(2));
        var person = (await house.Keys.GetAsync(mine.Key.Id, KeyHouse.Admin())).Value!.CreatedById!.Value;
        (await house.Keys.ListAsync(new KeyQuery(CreatedBy: person), KeyHouse.Admin())).Value!.Total.ShouldBe(2);

        var done = (await house.Get<BulkRevocation>().RevokeAsync(KeySelection.AllBy(person), "left", KeyHouse.Admin())).Value!;

        done.Keys.ShouldBe([mine.Key.Id, expired.Key.Id], ignoreOrder: true, "an expired key could be prolonged");
        house.Ring.Find(other.ApiKey)!.Revoked.ShouldBeFalse();
    }

    [Fact]
    public async Task Revoke_OfAnotherTenantsKeysOrPerson_ChangesNothing()
    {
        await using var house = await KeyHouse.OpenAsync();
        var foreign = await house.MakeAsync(caller: KeyHouse.Admin(KeyHouse.Beta));
        var person = (await house.Keys.GetAsync(foreign.Key.Id, KeyHouse.Admin(KeyHouse.Beta))).Value!.CreatedById!.Value;

        (await house.Get<BulkRevocation>().RevokeAsync(KeySelection.Of([foreign.Key.Id]), reason: null, KeyHouse.Admin())).Value!.Keys.ShouldBeEmpty();
        (await house.Get<BulkRevocation>().RevokeAsync(KeySelection.AllBy(person), reason: null, KeyHouse.Admin())).Value!.Keys.ShouldBeEmpty();
        house.Ring.Find(foreign.ApiKey)!.Revoked.ShouldBeFalse();
    }

    [Fact]
    public async Task Revoke_WithoutTheCapabilityOrBeyondTheBound_IsRefusedWhole()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync();

        (await house.Get<BulkRevocation>().RevokeAsync(KeySelection.Of([made.Key.Id]), reason: null, KeyHouse.Auditor())).Error!.Capability.ShouldBe(Capabilities.AdminIntegrations);
        var many = KeySelection.Of(Enumerable.Range(0, BulkRevocation.MostAtOnce).Select(_ => Guid.NewGuid()).Append(made.Key.Id));
        (await house.Get<BulkRevocation>().RevokeAsync(many, reason: null, KeyHouse.Admin())).Error!.Faults.Single().Code.ShouldBe("too_many_selected");
        (await house.Get<BulkRevocation>().RevokeAsync(KeySelection.Of([made.Key.Id]), new string('x', 201), KeyHouse.Admin())).Error!.Faults.Single().Code.ShouldBe("reason_too_long");
        house.Ring.Find(made.ApiKey)!.Revoked.ShouldBeFalse();
    }

    private static async Task<List<string>> ActionsAsync(KeyHouse house, CreatedKey key)
    {
        await using var db = house.Database.Read(KeyHouse.Acme);
        return await db.Set<AuditEntry>().Where(e => e.KeyId == key.Key.Id).OrderBy(e => e.Sequence).Select(e => e.Action).ToListAsync();
    }
}
