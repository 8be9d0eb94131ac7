using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;

namespace SalesOs.Dashboard.Tests.ApiKeys;

public class ExpiryRecorderTests
{
    [Fact]
    public async Task Key_ThatExpires_IsAnEntryOnce()
    {
        await using var house = await KeyHouse.OpenAsync();
        var short1 = await house.MakeAsync(new NewKey("short", ExpiresInDays: 1));
        await house.MakeAsync(new NewKey("long", ExpiresInDays: 9));
        await house.MakeAsync(new NewKey("endless"));
        await house.MakeAsync(new NewKey("other tenant's", ExpiresInDays: 1), KeyHouse.Admin(KeyHouse.Beta));
        house.Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromMilliseconds(1));
        await RecordAsync(house);
        (await ExpiredAsync(house)).ShouldBeEmpty();

        house.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await RecordAsync(house);
        await RecordAsync(house);

        var entry = (await ExpiredAsync(house)).Single();
        (entry.KeyId, entry.Actor, entry.ActorId, entry.Detail!["name"]!.GetValue<string>()).ShouldBe((short1.Key.Id, null, null, "short"));
        entry.Detail["expires_at"]!.GetValue<long>().ShouldBe(house.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        (await ExpiredAsync(house, KeyHouse.Beta)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Key_ThatExpiredWhileTheProgramWasStopped_IsAnEntryAfterTheStartAndNotAgain()
    {
        var directory = Directory.CreateTempSubdirectory("salesos-").FullName;
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow);
        await using (var house = await KeyHouse.OpenAsync(directory, clock))
        {
            await house.MakeAsync(new NewKey("short", ExpiresInDays: 1));
        }

        clock.Advance(TimeSpan.FromDays(2));
        for (var start = 0; start < 2; start++)
        {
            await using var house = await KeyHouse.OpenAsync(directory, clock);
            await RecordAsync(house);
            (await ExpiredAsync(house)).Count.ShouldBe(1);
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Key_WhoseExpiryIsPutOff_IsAnEntryForEach()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = (await house.MakeAsync(new NewKey("short", ExpiresInDays: 1))).Key.Id;
        house.Clock.Advance(TimeSpan.FromDays(2));
        await RecordAsync(house);
        (await house.Keys.EditAsync(key, new KeyEdit { Name = new Optional<string?>(true, "renamed") }, ifVersion: null, KeyHouse.Admin())).Done.ShouldBeTrue();
        await RecordAsync(house);
        (await ExpiredAsync(house)).Count.ShouldBe(1, "another name is no other expiry");

        (await house.Keys.EditAsync(key, new KeyEdit { ExpiresInDays = 1 }, ifVersion: null, KeyHouse.Admin())).Done.ShouldBeTrue();
        await RecordAsync(house);
        (await ExpiredAsync(house)).Count.ShouldBe(1);
        house.Clock.Advance(TimeSpan.FromDays(1));
        await RecordAsync(house);
        (await ExpiredAsync(house)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Key_RevokedOrDeletedBefore_DoesNotExpire()
    {
        await using var house = await KeyHouse.OpenAsync();
        var revoked = (await house.MakeAsync(new NewKey("revoked", ExpiresInDays: 1))).Key.Id;
        var deleted = (await house.MakeAsync(new NewKey("deleted", ExpiresInDays: 1))).Key.Id;
        await house.Keys.RevokeAsync(revoked, reason: null, KeyHouse.Admin());
        await house.Keys.DeleteAsync(deleted, KeyHouse.Admin());
        house.Clock.Advance(TimeSpan.FromDays(2));

        await RecordAsync(house);

        (await ExpiredAsync(house)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Keys_ManyAtOnce_AreAllRecordedAndTheLogHolds()
    {
        await using var house = await KeyHouse.OpenAsync();
        for (var i = 0; i < 210; i++)
        {
            await house.MakeAsync(new NewKey($"short {i}", ExpiresInDays: 1));
        }

        house.Clock.Advance(TimeSpan.FromDays(1));
        await RecordAsync(house);

        (await house.Get<AuditQueries>().ListAsync(new AuditFilter(Action: AuditActions.KeyExpired), KeyHouse.Auditor())).Value!.Total.ShouldBe(210);
        (await house.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme)).Whole.ShouldBeTrue();
    }

    private static Task RecordAsync(KeyHouse house) => house.Get<ExpiryRecorder>().RecordAsync();

    private static async Task<IReadOnlyList<AuditEntryView>> ExpiredAsync(KeyHouse house, string tenant = KeyHouse.Acme) =>
        (await house.Get<AuditQueries>().ListAsync(new AuditFilter(Action: AuditActions.KeyExpired), KeyHouse.Auditor(tenant))).Value!.Entries;
}
