using CsCheck;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.ApiKeys.Policies;

namespace SalesOs.Dashboard.Tests.Notices;

public class ExpiryRemindersTests
{
    [Fact]
    public async Task Key_OfALongLife_IsRemindedOfFourTimesOnItsDays()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = house.Clock.GetUtcNow();
        var key = (await house.MakeAsync(new NewKey("long", ExpiresInDays: 90))).Key;
        await house.MakeAsync(new NewKey("endless"));
        await house.MakeAsync(new NewKey("other tenant's", ExpiresInDays: 90), KeyHouse.Admin(KeyHouse.Beta));
        for (var day = 0; day < 95; day++)
        {
            await RemindAsync(house);
            await RemindAsync(house);
            house.Clock.Advance(TimeSpan.FromDays(1));
        }

        var told = await ToldNotice.AllAsync(house, NoticeEvent.KeyExpiring);
        told.Select(n => (n.KeyId, Days(n), n.At)).ShouldBe([(key.Id, 30, made.AddDays(60)), (key.Id, 7, made.AddDays(83)), (key.Id, 1, made.AddDays(89)), (key.Id, 0, made.AddDays(90))]);
        told.ShouldAllBe(n => n.Data["days"]!.GetValue<int>() == Days(n), "all of them in time");
        told.ShouldAllBe(n => n.Data["expires_at"]!.GetValue<string>() == Rfc3339.Of(made.AddDays(90)));
        (await ToldNotice.AllAsync(house, NoticeEvent.KeyExpiring, KeyHouse.Beta)).Count.ShouldBe(4);
        (await house.Keys.GetAsync(key.Id, KeyHouse.Admin())).Value!.Version.ShouldBe(1, "a reminder is no edit");
    }

    [Theory]
    [InlineData(31, "30 7 1 0")]
    [InlineData(30, "7 1 0")]
    [InlineData(8, "7 1 0")]
    [InlineData(7, "1 0")]
    [InlineData(2, "1 0")]
    [InlineData(1, "0")]
    public async Task Key_OfAShorterLife_GetsTheRemindersThatFit(int days, string reminders)
    {
        await using var house = await KeyHouse.OpenAsync();
        await house.MakeAsync(new NewKey("short", ExpiresInDays: days));
        await RemindAsync(house);
        (await DaysAsync(house)).ShouldBeEmpty("nobody is reminded of what they have just done");

        house.Clock.Advance(TimeSpan.FromDays(days) - TimeSpan.FromMilliseconds(1));
        await RemindAsync(house);
        (await DaysAsync(house)).Split(' ').ShouldNotContain(day => day == "0");
        house.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await RemindAsync(house);

        (await DaysAsync(house)).ShouldBe(reminders);
    }

    /// <summary>Whatever the clock does, each reminder comes once, and none before its moment by the clock of that time.</summary>
    [Fact]
    public async Task Clock_ThatJumpsByDaysBackAndForth_BringsEachReminderOnce() =>
        await Gen.Int[-30, 40].Array[1, 25].SampleAsync(
            async jumps =>
            {
                await using var house = await KeyHouse.OpenAsync();
                var made = house.Clock.GetUtcNow();
                await house.MakeAsync(new NewKey("long", ExpiresInDays: 60));
                var latest = made;
                foreach (var days in jumps)
                {
                    house.Clock.AdjustTime(house.Clock.GetUtcNow().AddDays(days));
                    latest = house.Clock.GetUtcNow() > latest ? house.Clock.GetUtcNow() : latest;
                    await RemindAsync(house);
                }

                var due = ExpiryReminder.DaysBefore.Where(days => made.AddDays(60 - days) <= latest);
                (await DaysAsync(house)).ShouldBe(string.Join(' ', due), string.Join(' ', jumps));
            },
            iter: 15);

    [Fact]
    public async Task Program_ThatWasDownOnTheDay_RemindsAfterItsStart()
    {
        var directory = Directory.CreateTempSubdirectory("salesos-").FullName;
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using (var house = await KeyHouse.OpenAsync(directory, clock))
        {
            await house.MakeAsync(new NewKey("long", ExpiresInDays: 60));
        }

        clock.Advance(TimeSpan.FromDays(55));
        for (var start = 0; start < 2; start++)
        {
            await using var house = await KeyHouse.OpenAsync(directory, clock);
            await RemindAsync(house);
            (await DaysAsync(house)).ShouldBe("30 7");
            (await ToldNotice.AllAsync(house, NoticeEvent.KeyExpiring)).ShouldAllBe(n => n.Data["days"]!.GetValue<int>() == 5, "a late one says how long there is");
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Expiry_ThatIsEdited_IsRemindedOfAnew()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = (await house.MakeAsync(new NewKey("long", ExpiresInDays: 40))).Key.Id;
        await AdvanceAsync(house, 15);
        (await DaysAsync(house)).ShouldBe("30");

        await EditAsync(house, key, new KeyEdit { Name = new Optional<string?>(true, "renamed") });
        await AdvanceAsync(house, 1);
        (await DaysAsync(house)).ShouldBe("30", "another name is no other expiry");

        await EditAsync(house, key, new KeyEdit { ExpiresInDays = 5 });
        await AdvanceAsync(house, 4);
        (await DaysAsync(house)).ShouldBe("30 1", "those of a week and a month do not fit any more");

        await EditAsync(house, key, new KeyEdit { ExpiresInDays = 31 });
        await AdvanceAsync(house, 31);
        (await DaysAsync(house)).ShouldBe("30 1 30 7 1 0");
    }

    /// <summary>Nobody set that expiry and knows of it: the one key stops at once, the other may be renewed.</summary>
    [Fact]
    public async Task Expiry_ThatAPolicyBringsForward_IsToldOfOnce()
    {
        await using var house = await KeyHouse.OpenAsync();
        var forever = (await house.MakeAsync(new NewKey("for ever"))).Key.Id;
        var tooLong = (await house.MakeAsync(new NewKey("too long", ExpiresInDays: 110))).Key.Id;
        var from = house.Clock.GetUtcNow().AddDays(80);
        await house.SetPolicyAsync(PolicyHouse.Require(PolicyRule.MaxLifetimeDays, 90, from));
        await AdvanceAsync(house, 80);
        (await DaysAsync(house)).ShouldBe("30", "it was to expire in a month");

        for (var round = 0; round < 2; round++)
        {
            await house.Get<PolicyEnforcer>().EnforceAsync();
            await RemindAsync(house);
            house.Clock.Advance(TimeSpan.FromSeconds(30));
        }

        var told = (await ToldNotice.AllAsync(house, NoticeEvent.KeyExpiring)).Where(n => Days(n) == 0).ToList();
        told.Select(n => n.KeyId).ShouldBe([forever, tooLong], ignoreOrder: true);
        told.ShouldAllBe(n => n.Data["days"]!.GetValue<int>() == 0 && n.Data["expires_at"]!.GetValue<string>() == Rfc3339.Of(from));

        await EditAsync(house, forever, new KeyEdit { ExpiresInDays = 9 });
        await AdvanceAsync(house, 20);
        (await DaysAsync(house)).ShouldBe("30 0 0 7 1 0", "an expiry that is put off is reminded of as any other");
    }

    [Fact]
    public async Task Reminders_OfManyNodesAtOnce_AreOne()
    {
        await using var house = await KeyHouse.OpenAsync();
        for (var i = 0; i < 210; i++)
        {
            await house.MakeAsync(new NewKey($"short {i}", ExpiresInDays: 2));
        }

        house.Clock.Advance(TimeSpan.FromDays(1));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => RemindAsync(house))));

        var told = await ToldNotice.AllAsync(house, NoticeEvent.KeyExpiring);
        told.Count.ShouldBe(210);
        told.Select(n => n.KeyId).Distinct().Count().ShouldBe(210);
    }

    [Fact]
    public async Task Key_RevokedOrDeletedBefore_IsNotRemindedOf()
    {
        await using var house = await KeyHouse.OpenAsync();
        var revoked = (await house.MakeAsync(new NewKey("revoked", ExpiresInDays: 40))).Key.Id;
        var deleted = (await house.MakeAsync(new NewKey("deleted", ExpiresInDays: 40))).Key.Id;
        await house.Keys.RevokeAsync(revoked, reason: null, KeyHouse.Admin());
        await house.Keys.DeleteAsync(deleted, KeyHouse.Admin());

        await AdvanceAsync(house, 60);

        (await DaysAsync(house)).ShouldBeEmpty();
    }

    /// <summary>The release before made keys without reminders: nobody is told of what was due long ago, and of all that comes.</summary>
    [Fact]
    public async Task Keys_OfAReleaseThatRemindedNobody_AreRemindedOfFromNowOn()
    {
        await using var house = await KeyHouse.OpenAsync();
        await house.MakeAsync(new NewKey("long", ExpiresInDays: 40));
        await house.MakeAsync(new NewKey("expired", ExpiresInDays: 3));
        house.Clock.Advance(TimeSpan.FromDays(35));
        await house.Database.WriteAsync(KeyHouse.Acme, db => db.Database.ExecuteSqlRawAsync("UPDATE \"api_keys\" SET \"RemindAt\" = NULL"));

        await RemindAsync(house);
        (await DaysAsync(house)).ShouldBeEmpty();
        await AdvanceAsync(house, 4);
        (await DaysAsync(house)).ShouldBe("1");
        await AdvanceAsync(house, 1);
        (await DaysAsync(house)).ShouldBe("1 0");
    }

    private static Task RemindAsync(KeyHouse house) => house.Get<ExpiryReminders>().RemindAsync();

    private static async Task AdvanceAsync(KeyHouse house, int days)
    {
        for (var day = 0; day < days; day++)
        {
            house.Clock.Advance(TimeSpan.FromDays(1));
            await RemindAsync(house);
        }
    }

    private static async Task EditAsync(KeyHouse house, Guid key, KeyEdit edit) => (await house.Keys.EditAsync(key, edit, ifVersion: null, KeyHouse.Admin())).Done.ShouldBeTrue();

    private static int Days(ToldNotice notice) => notice.Data["reminder"]!.GetValue<int>();

    private static async Task<string> DaysAsync(KeyHouse house) =>
        string.Join(' ', (await ToldNotice.AllAsync(house, NoticeEvent.KeyExpiring)).OrderBy(n => n.At).ThenByDescending(Days).Select(Days));
}
