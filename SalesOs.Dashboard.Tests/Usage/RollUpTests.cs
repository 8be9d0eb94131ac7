using CsCheck;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Usage;

public class RollUpTests
{
    private static readonly Gen<(int Gap, int Times, bool Refused, bool Flush)[]> Days =
        Gen.Select(Gen.Int[0, 9000], Gen.Int[0, 5], Gen.Bool, Gen.Bool).Array[1, 60];

    [Fact]
    public async Task Flush_RandomTimes_EveryStepAddsUpToTheSame()
    {
        await using var house = await KeyHouse.OpenAsync();
        await Days.SampleAsync(
            async days =>
            {
                var key = await UsedKey.MakeAsync(house);
                var truth = new List<(long At, short Counted)>();
                foreach (var (gap, times, refused, flush) in days)
                {
                    house.Clock.Advance(TimeSpan.FromSeconds(gap));
                    for (var i = 0; i < times; i++)
                    {
                        truth.Add((house.Clock.GetUtcNow().ToUnixTimeSeconds(), CountedAs.Of(refused ? Verdict.BadSignature : Verdict.LetIn)));
                        if (refused)
                        {
                            key.Counted(Verdict.BadSignature);
                        }
                        else
                        {
                            key.LetIn();
                        }
                    }

                    if (flush)
                    {
                        (await house.Get<UsageWriter>().FlushAsync()).ShouldBeTrue();
                    }
                }

                await house.Get<UsageWriter>().FlushAsync();
                await using var db = house.Database.Read(KeyHouse.Acme);
                var rows = await db.Set<UsageCount>().Where(c => c.KeyId == key.Id).ToListAsync();
                foreach (var (step, seconds) in new[] { (UsageStep.Minute, 60), (UsageStep.Hour, 3600), (UsageStep.Day, 86_400) })
                {
                    rows.Where(r => r.Step == step).OrderBy(r => r.At).ThenBy(r => r.Counted).Select(r => (r.At, r.Counted, r.Count))
                        .ShouldBe(truth.GroupBy(t => (At: t.At / seconds * seconds, t.Counted)).OrderBy(g => g.Key).Select(g => (g.Key.At, g.Key.Counted, (long)g.Count())));
                }
            },
            iter: 25,
            threads: 1);
    }

    [Fact]
    public async Task Flush_RefusedHalfWay_LeavesNoStepAhead()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        key.LetIn(2);
        await Execute(house, "CREATE TRIGGER refuse BEFORE INSERT ON usage_counts WHEN NEW.Step = 2 BEGIN SELECT RAISE(ABORT, 'full'); END");
        (await house.Get<UsageWriter>().FlushAsync()).ShouldBeFalse();
        (await CountsAsync(house)).ShouldBeEmpty();

        await Execute(house, "DROP TRIGGER refuse");
        (await house.Get<UsageWriter>().FlushAsync()).ShouldBeTrue();
        (await CountsAsync(house)).ShouldBe([(UsageStep.Minute, 2), (UsageStep.Hour, 2), (UsageStep.Day, 2)]);
        (await house.Get<UsageQuery>().CallersAsync(key.Id, KeyHouse.Admin())).Value!.Callers.Single().Count.ShouldBe(2);
    }

    [Fact]
    public async Task Sweep_TimePasses_MinutesGoFirstThenHoursThenDays()
    {
        await using var house = await KeyHouse.OpenAsync(settings: ("Usage:RetentionDays", "400"));
        var key = await UsedKey.MakeAsync(house);
        key.LetIn(3);
        key.Refused(Verdict.RateLimited);
        await house.Get<UsageWriter>().FlushAsync();

        (await SweptAfterAsync(house, TimeSpan.FromHours(48))).Select(c => c.Step).ShouldBe([UsageStep.Minute, UsageStep.Hour, UsageStep.Day]);
        (await SweptAfterAsync(house, TimeSpan.FromMinutes(1))).Select(c => c.Step).ShouldBe([UsageStep.Hour, UsageStep.Day]);
        (await SweptAfterAsync(house, TimeSpan.FromDays(89))).ShouldBe([(UsageStep.Day, 3)]);
        (await house.Get<UsageQuery>().CallersAsync(key.Id, KeyHouse.Admin())).Value!.Callers.Count.ShouldBe(1);
        (await SweptAfterAsync(house, TimeSpan.FromDays(400 - 90))).ShouldBeEmpty();
        (await house.Get<UsageQuery>().CallersAsync(key.Id, KeyHouse.Admin())).Value!.Callers.ShouldBeEmpty();
        (await house.Get<RejectionQuery>().ListAsync(key.Id, 1, 100, proven: null, KeyHouse.Admin())).Value!.Total.ShouldBe(0);
    }

    [Fact]
    public async Task Sweep_MoreThanOneBatch_DeletesAll()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        for (var minute = 0; minute < 2500; minute++)
        {
            key.LetIn();
            house.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        await house.Get<UsageWriter>().FlushAsync();
        (await SweptAfterAsync(house, TimeSpan.FromHours(49))).Where(c => c.Step == UsageStep.Minute).ShouldBeEmpty();
        (await CountsAsync(house)).Where(c => c.Step == UsageStep.Day).Sum(c => c.Count).ShouldBe(2500);
    }

    [Fact]
    public async Task Sweep_RunsByItselfEveryTenMinutes()
    {
        await using var house = await KeyHouse.OpenAsync(settings: ("Usage:RetentionDays", "1"));
        (await UsedKey.MakeAsync(house)).LetIn();
        await house.Get<UsageWriter>().FlushAsync();
        house.Clock.Advance(TimeSpan.FromDays(3));
        var sweeper = house.Get<UsageSweeper>();
        await sweeper.StartAsync(CancellationToken.None);
        for (var tries = 0; (await CountsAsync(house)).Count > 0; tries++)
        {
            tries.ShouldBeLessThan(1000);
            house.Clock.Advance(TimeSpan.FromMinutes(10));
            await Task.Yield();
        }

        await sweeper.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Restart_SeriesCallersAndRejections_GoOn()
    {
        var directory = Directory.CreateTempSubdirectory("salesos-").FullName;
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
        Guid id;
        Guid request;
        await using (var house = await KeyHouse.OpenAsync(directory, clock))
        {
            var key = await UsedKey.MakeAsync(house);
            id = key.Id;
            key.LetIn(2);
            request = key.Refused(Verdict.BadSignature);
            await house.Get<UsageWriter>().StopAsync(CancellationToken.None);
        }

        await using (var house = await KeyHouse.OpenAsync(directory, clock))
        {
            var report = (await house.Get<UsageQuery>().ReportAsync(id, new UsageSpan(From: null, To: null, UsageStep.Hour), KeyHouse.Auditor())).Value!;
            report.Totals.LetIn.ShouldBe(2);
            (await house.Get<UsageQuery>().CallersAsync(id, KeyHouse.Auditor())).Value!.Callers.Single().Count.ShouldBe(2);
            (await house.Get<RejectionQuery>().FindAsync(request, KeyHouse.Auditor())).Value!.Verdict.ShouldBe(Verdict.BadSignature);
        }

        Directory.Delete(directory, recursive: true);
    }

    private static async Task<List<(UsageStep Step, long Count)>> SweptAfterAsync(KeyHouse house, TimeSpan time)
    {
        house.Clock.Advance(time);
        await house.Get<UsageSweeper>().SweepAsync();
        return await CountsAsync(house);
    }

    private static async Task<List<(UsageStep Step, long Count)>> CountsAsync(KeyHouse house)
    {
        await using var db = house.Database.Read(KeyHouse.Acme);
        var rows = await db.Set<UsageCount>().OrderBy(c => c.Step).ToListAsync();
        return [.. rows.Select(c => (c.Step, c.Count))];
    }

    private static Task Execute(KeyHouse house, string sql) => house.Database.WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync(sql));
}
