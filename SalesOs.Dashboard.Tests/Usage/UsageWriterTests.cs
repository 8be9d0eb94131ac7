using System.Net;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Cluster;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Usage;

public class UsageWriterTests
{
    private static readonly IPAddress Address = IPAddress.Parse("198.51.100.4");

    [Fact]
    public async Task Flush_CountsFromManyThreadsBetweenFlushes_SumIsExact()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = house.Ring.Find((await house.MakeAsync()).ApiKey)!;
        var recorder = house.Get<UsageRecorder>();
        var now = house.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var route = recorder.RouteNumber("GET /v1/whoami");

        var counting = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 5000; i++)
            {
                recorder.LetIn(key, route, now + (i * 20), Address, "agent/1");
            }
        })).ToArray();
        while (!Task.WhenAll(counting).IsCompleted)
        {
            (await house.Get<UsageWriter>().FlushAsync()).ShouldBeTrue();
        }

        await Task.WhenAll(counting);
        await house.Get<UsageWriter>().FlushAsync();
        var view = (await house.Keys.GetAsync(key.Id, KeyHouse.Admin())).Value!;
        view.UsageCount.ShouldBe(20_000);
        view.LastUsedIp.ShouldBe("198.51.100.4");
        view.LastUsedAgent.ShouldBe("agent/1");
        view.LastUsedAt!.Value.ToUnixTimeMilliseconds().ShouldBe(now + (4999 * 20));
        view.Version.ShouldBe(1);
        await using var db = house.Database.Read(KeyHouse.Acme);
        (await db.Set<UsageCount>().Where(c => c.KeyId == key.Id && c.Step == UsageStep.Minute).SumAsync(c => c.Count)).ShouldBe(20_000);
        (await db.Set<UsageCount>().CountAsync(c => c.Step == UsageStep.Minute)).ShouldBe(2, "100 s touch two minutes");
    }

    [Fact]
    public async Task Flush_DatabaseRefuses_KeepsTheCountsAndWritesThemOnceLater()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = house.Ring.Find((await house.MakeAsync()).ApiKey)!;
        var recorder = house.Get<UsageRecorder>();
        await ExecuteAsync(house, "CREATE TRIGGER refuse BEFORE INSERT ON usage_counts BEGIN SELECT RAISE(ABORT, 'full'); END");
        Count(house, recorder, key, 3);
        (await house.Get<UsageWriter>().FlushAsync()).ShouldBeFalse();
        Count(house, recorder, key, 2);
        await ExecuteAsync(house, "DROP TRIGGER refuse");
        (await house.Get<UsageWriter>().FlushAsync()).ShouldBeTrue();
        (await house.Keys.GetAsync(key.Id, KeyHouse.Admin())).Value!.UsageCount.ShouldBe(5);
    }

    [Fact]
    public async Task Flush_KeyDeletedMeanwhile_DropsItsCountsAndWritesTheOthers()
    {
        await using var house = await KeyHouse.OpenAsync();
        var gone = await house.MakeAsync();
        var goneKey = house.Ring.Find(gone.ApiKey)!;
        var key = house.Ring.Find((await house.MakeAsync()).ApiKey)!;
        var recorder = house.Get<UsageRecorder>();
        Count(house, recorder, goneKey, 1);
        Count(house, recorder, key, 1);
        await house.Keys.DeleteAsync(gone.Key.Id, KeyHouse.Admin());

        (await house.Get<UsageWriter>().FlushAsync()).ShouldBeTrue();
        await using var db = house.Database.Read(KeyHouse.Acme);
        (await db.Set<UsageCount>().SingleAsync(c => c.Step == UsageStep.Minute)).KeyId.ShouldBe(key.Id);
    }

    [Fact]
    public async Task Delete_KeyWithUsage_TakesItsUsageAlong()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync();
        Count(house, house.Get<UsageRecorder>(), house.Ring.Find(made.ApiKey)!, 1);
        await house.Get<UsageWriter>().FlushAsync();
        await house.Keys.DeleteAsync(made.Key.Id, KeyHouse.Admin());
        await using var db = house.Database.Read(KeyHouse.Acme);
        (await db.Set<UsageCount>().CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Flush_TellsOpenPagesOfTheTenantAlone()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = house.Ring.Find((await house.MakeAsync()).ApiKey)!;
        var heard = new List<(string Tenant, Guid Id)>();
        using var acme = house.Get<KeyFeed>().Listen(KeyHouse.Acme, (change, ids) => heard.AddRange(ids.Select(id => ("acme " + change, id))));
        using var beta = house.Get<KeyFeed>().Listen(KeyHouse.Beta, (change, ids) => heard.AddRange(ids.Select(id => ("beta", id))));
        Count(house, house.Get<UsageRecorder>(), key, 2);
        await house.Get<UsageWriter>().FlushAsync();
        heard.ShouldBe([("acme Figures", key.Id)]);
    }

    /// <summary>Else one flush of busy keys would go on and on and take the core from the requests.</summary>
    [Fact]
    public async Task Flush_KeyIsUsedAgainMeanwhile_LeavesTheNewCountToTheNext()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = house.Ring.Find((await house.MakeAsync()).ApiKey)!;
        var recorder = house.Get<UsageRecorder>();
        var written = 0;
        using var busy = house.Get<KeyFeed>().Listen(KeyHouse.Acme, (_, _) => Count(house, recorder, key, ++written < 5 ? 1 : 0));
        Count(house, recorder, key, 1);

        await house.Get<UsageWriter>().FlushAsync();

        written.ShouldBe(1);
        recorder.Waiting.ShouldBe(1);
        await house.Get<UsageWriter>().FlushAsync();
        (await house.Keys.GetAsync(key.Id, KeyHouse.Admin())).Value!.UsageCount.ShouldBe(2);
    }

    [Fact]
    public async Task Restart_LimitUsedUp_StaysUsedUp()
    {
        var directory = Directory.CreateTempSubdirectory("salesos-").FullName;
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
        string apiKey;
        await using (var house = await KeyHouse.OpenAsync(directory, clock))
        {
            apiKey = (await house.MakeAsync(new NewKey("five", RateLimit: 5))).ApiKey;
            var key = house.Ring.Find(apiKey)!;
            for (var i = 0; i < 5; i++)
            {
                house.Take(key).ShouldBeTrue();
                Count(house, house.Get<UsageRecorder>(), key, 1);
                clock.Advance(TimeSpan.FromMinutes(3));
            }

            await house.Get<UsageWriter>().FlushAsync();
        }

        await using (var house = await KeyHouse.OpenAsync(directory, clock))
        {
            var key = house.Ring.Find(apiKey)!;
            house.Take(key).ShouldBeFalse();
            clock.Advance(TimeSpan.FromMinutes(46));
            house.Take(key).ShouldBeTrue();
            house.Take(key).ShouldBeFalse("only the first of the five is an hour old");
        }

        Directory.Delete(directory, recursive: true);
    }

    private static long Now(KeyHouse house) => house.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static void Count(KeyHouse house, UsageRecorder recorder, RingKey key, int times)
    {
        for (var i = 0; i < times; i++)
        {
            recorder.LetIn(key, recorder.RouteNumber("GET /v1/whoami"), Now(house), Address, "agent");
        }
    }

    private static Task ExecuteAsync(KeyHouse house, string sql) => house.Database.WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync(sql));
}
