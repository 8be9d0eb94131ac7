using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Usage.Watch;

public class UsageWatchTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Hour_FarAboveTheUsual_IsToldOnceADay()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        // To a midnight.
        await house.UseAsync(4 * Hour, (30 * 6) + 3, _ => key.LetIn(30));
        var begin = house.Clock.GetUtcNow();
        key.LetIn(100);
        await house.FlushAsync();
        key.LetIn(50);
        await house.FlushAsync();
        (await house.ToldAsync(NoticeEvent.KeySpike)).ShouldBeEmpty("five times the usual is not more than that");

        house.Clock.Advance(TimeSpan.FromMinutes(59));
        key.LetIn();
        await house.FlushAsync();
        var told = (await house.ToldAsync(NoticeEvent.KeySpike)).ShouldHaveSingleItem();
        (told.KeyId, told.Data["count"]!.GetValue<long>(), told.Data["usual"]!.GetValue<long>(), told.Data["hour"]!.GetValue<string>()).ShouldBe((key.Id, 151, 30, Rfc3339.Of(begin)));

        await house.UseAsync(Hour, 23, _ => key.LetIn(500));
        (await house.ToldAsync(NoticeEvent.KeySpike)).Count.ShouldBe(1);
    }

    /// <summary>The second time it is known that it comes back.</summary>
    [Fact]
    public async Task Hour_ThatComesBackEachWeek_IsToldTwiceAtMost()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);

        await house.UseAsync(Hour, 6 * 7 * 24, hour => key.LetIn(hour % (7 * 24) == 5 && hour > 7 * 24 ? 900 : 10));

        (await house.ToldAsync(NoticeEvent.KeySpike)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Hour_OfAKeyThatIsNew_IsNotTold()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);

        await house.UseAsync(Hour, 6 * 24, hour => key.LetIn(1 + (10 * hour)));

        (await house.ToldAsync(NoticeEvent.KeySpike)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(19, 30, 0)]
    [InlineData(20, 30, 1)]
    [InlineData(20, 31, 1)]
    [InlineData(40, 34, 0)]
    [InlineData(1000, 0, 1)]
    public async Task BadSignatures_TwentyInTenMinutes_AreTold(int count, int secondsBetween, int told)
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        // Neither the begin of a minute nor that of an hour.
        house.Clock.Advance(TimeSpan.FromSeconds(3599 - 60));
        for (var i = 0; i < count; i++)
        {
            key.Refused(Verdict.BadSignature);
            key.Counted(Verdict.BadSignature);
            key.Refused(Verdict.OutsideWindow);
            key.Counted(Verdict.OutsideWindow);
            if (secondsBetween > 0)
            {
                await house.FlushAsync();
                house.Clock.Advance(TimeSpan.FromSeconds(secondsBetween));
            }
        }

        await house.FlushAsync();
        var notices = await house.ToldAsync(NoticeEvent.KeyBadSignatures);
        notices.Count.ShouldBe(told);
        notices.ShouldAllBe(n => n.KeyId == key.Id && n.Data["count"]!.GetValue<long>() >= 20 && n.Data["minutes"]!.GetValue<int>() == 10);
    }

    [Fact]
    public async Task BadSignatures_ThatGoOn_AreToldOnceADay()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (key, other) = (await UsedKey.MakeAsync(house), await UsedKey.MakeAsync(house));

        await house.UseAsync(TimeSpan.FromMinutes(30), 3 * 48, _ =>
        {
            for (var i = 0; i < 25; i++)
            {
                key.Counted(Verdict.BadSignature);
            }

            other.Counted(Verdict.BadSignature);
        });

        var days = (await house.ToldAsync(NoticeEvent.KeyBadSignatures)).Select(n => (n.KeyId, n.At.Date)).ToList();
        days.Distinct().Count().ShouldBe(days.Count);
        days.Count.ShouldBe(4, "three days from noon on touch four");
        days.ShouldAllBe(n => n.KeyId == key.Id);
    }

    [Theory]
    [InlineData(Verdict.Revoked, NoticeEvent.KeyRevokedStillTried)]
    [InlineData(Verdict.RateLimited, NoticeEvent.KeyLimitReached)]
    public async Task Verdict_ThatIsToldOf_IsToldOnceADayAndKeyAlsoAfterAStart(Verdict verdict, NoticeEvent what)
    {
        var directory = Directory.CreateTempSubdirectory("salesos-").FullName;
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
        CreatedKey made;
        await using (var house = await KeyHouse.OpenAsync(directory, clock))
        {
            made = await house.MakeAsync(new NewKey("limited", RateLimit: 5));
            var (key, other) = (UsedKey.Of(house, made), await UsedKey.MakeAsync(house));
            await house.UseAsync(TimeSpan.FromMinutes(10), 6, _ => key.Counted(verdict));
            other.Counted(verdict);
            other.Counted(Verdict.MissingScope);
            await house.FlushAsync();
            (await house.ToldAsync(what)).Select(n => n.KeyId).ShouldBe([key.Id, other.Id]);
        }

        await using (var house = await KeyHouse.OpenAsync(directory, clock))
        {
            var key = UsedKey.Of(house, made);
            key.Counted(verdict);
            await house.FlushAsync();
            (await house.ToldAsync(what)).Count.ShouldBe(2);

            clock.Advance(TimeSpan.FromDays(1));
            key.Counted(verdict);
            await house.FlushAsync();
            var told = await house.ToldAsync(what);
            told.Count.ShouldBe(3);
            if (what == NoticeEvent.KeyLimitReached)
            {
                told[0].Data["limit"]!.GetValue<int>().ShouldBe(5);
            }
        }

        Directory.Delete(directory, recursive: true);
    }
}
