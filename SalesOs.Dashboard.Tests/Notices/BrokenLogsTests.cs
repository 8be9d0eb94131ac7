using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Notices;

public class BrokenLogsTests
{
    [Fact]
    public async Task Verification_ThatFails_IsToldOnceADayToItsTenantAlone()
    {
        await using var house = await KeyHouse.OpenAsync();
        await house.MakeAsync();
        await house.MakeAsync();
        await house.MakeAsync(caller: KeyHouse.Admin(KeyHouse.Beta));
        var verification = house.Get<AuditVerification>();
        (await verification.VerifyAsync(KeyHouse.Acme)).Whole.ShouldBeTrue();
        (await ToldNotice.AllAsync(house, NoticeEvent.AuditBroken)).ShouldBeEmpty();

        await house.Database.WriteAsync(KeyHouse.Acme, db => db.Set<AuditEntry>().Where(e => e.Sequence == 2).ExecuteUpdateAsync(e => e.SetProperty(x => x.Action, AuditActions.KeyDeleted)));
        for (var hour = 0; hour < 3; hour++)
        {
            (await verification.VerifyAsync(KeyHouse.Acme, full: true)).FirstBad.ShouldBe(2);
            (await verification.VerifyAsync(KeyHouse.Beta, full: true)).Whole.ShouldBeTrue();
            house.Clock.Advance(TimeSpan.FromHours(1));
        }

        (await ToldNotice.AllAsync(house, NoticeEvent.AuditBroken)).ShouldHaveSingleItem().Data["sequence"]!.GetValue<long>().ShouldBe(2);
        (await ToldNotice.AllAsync(house, NoticeEvent.AuditBroken, KeyHouse.Beta)).ShouldBeEmpty();
        house.Clock.Advance(TimeSpan.FromDays(1));
        await verification.VerifyAsync(KeyHouse.Acme, full: true);
        (await ToldNotice.AllAsync(house, NoticeEvent.AuditBroken)).Count.ShouldBe(2);
    }

    /// <summary>Whoever verifies must learn what is wrong above all when the database is ill.</summary>
    [Fact]
    public async Task Verification_WhoseNoticeCannotBeStored_GivesItsVerdictAllTheSame()
    {
        await using var house = await KeyHouse.OpenAsync();
        await house.MakeAsync();
        await house.Database.WriteAsync(KeyHouse.Acme, async db =>
        {
            await db.Set<AuditEntry>().Where(e => e.Sequence == 1).ExecuteUpdateAsync(e => e.SetProperty(x => x.Action, AuditActions.KeyDeleted));
            return await db.Database.ExecuteSqlRawAsync("CREATE TRIGGER refuse BEFORE INSERT ON notices BEGIN SELECT RAISE(ABORT, 'full'); END");
        });

        (await house.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme)).FirstBad.ShouldBe(1);

        house.Log.All.ShouldContain(line => line.Text.Contains("could not be told", StringComparison.Ordinal));
    }
}
