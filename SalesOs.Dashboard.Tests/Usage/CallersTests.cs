using System.Globalization;
using System.Net;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Usage;

public class CallersTests
{
    [Fact]
    public async Task Callers_SeenAcrossFlushes_KeepFirstAndLastTimeAndCount()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        var start = house.Clock.GetUtcNow();
        key.LetIn(2, address: "198.51.100.4", agent: "a");
        await house.Get<UsageWriter>().FlushAsync();
        house.Clock.Advance(TimeSpan.FromMinutes(5));
        key.LetIn(3, address: "::ffff:198.51.100.4", agent: "a");
        key.LetIn(1, address: "2001:db8::1", agent: "b");
        await house.Get<UsageWriter>().FlushAsync();

        var list = await ListAsync(house, key);
        list.Callers.ShouldBe(
        [
            new CallerView("198.51.100.4", "a", start, start.AddMinutes(5), 5),
            new CallerView("2001:db8::1", "b", start.AddMinutes(5), start.AddMinutes(5), 1),
        ]);
        list.Forgotten.ShouldBe(0);
        list.Missed.ShouldBe(0);
    }

    [Fact]
    public async Task Callers_MoreThanTheDatabaseKeeps_LeastRecentlySeenGoAndAreCounted()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        var other = await UsedKey.MakeAsync(house);
        other.LetIn(agent: "other");
        for (var i = 0; i < KeyCaller.MostPerKey + 30; i++)
        {
            house.Clock.Advance(TimeSpan.FromSeconds(1));
            key.LetIn(agent: i.ToString(CultureInfo.InvariantCulture));
            if (i % 50 == 0)
            {
                await house.Get<UsageWriter>().FlushAsync();
            }
        }

        await house.Get<UsageWriter>().FlushAsync();
        var list = await ListAsync(house, key);
        list.Callers.Select(c => c.Agent).ShouldBe(Enumerable.Range(30, KeyCaller.MostPerKey).Reverse().Select(i => i.ToString(CultureInfo.InvariantCulture)));
        list.Forgotten.ShouldBe(30);
        list.Missed.ShouldBe(0);
        (await ListAsync(house, other)).Callers.Single().Agent.ShouldBe("other");
    }

    [Fact]
    public async Task Callers_MoreThanMemoryHoldsBetweenFlushes_AreCountedAsMissedAndTheUsageStaysExact()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        for (var i = 0; i < 1000; i++)
        {
            key.LetIn(agent: i.ToString(CultureInfo.InvariantCulture));
        }

        key.LetIn(7, agent: "3");
        await house.Get<UsageWriter>().FlushAsync();
        var list = await ListAsync(house, key);
        list.Callers.Count.ShouldBe(CallerTable.Most);
        list.Callers.Single(c => c.Agent == "3").Count.ShouldBe(8);
        list.Missed.ShouldBe(1000 - CallerTable.Most);
        (await house.Keys.GetAsync(key.Id, KeyHouse.Admin())).Value!.UsageCount.ShouldBe(1007);
    }

    [Fact]
    public async Task LetIn_KnownCaller_AllocatesNothing()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = (await UsedKey.MakeAsync(house)).Ring;
        var recorder = house.Get<UsageRecorder>();
        IPAddress[] addresses = [IPAddress.Parse("198.51.100.4"), IPAddress.Parse("2001:db8::1")];
        string[] agents = ["agent/1", "agent/2"];
        var now = house.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        LetIn(recorder, key, addresses, agents, now);
        Allocations.Of(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                LetIn(recorder, key, addresses, agents, now);
            }
        }).ShouldBe(0);
    }

    [Fact]
    public async Task Callers_KeyDeleted_FallWithIt()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        for (var i = 0; i < 100; i++)
        {
            key.LetIn(agent: i.ToString(CultureInfo.InvariantCulture));
        }

        var request = key.Refused(Verdict.Revoked);
        await house.Get<UsageWriter>().FlushAsync();
        key.LetIn();
        key.Refused(Verdict.BadSignature);
        await house.Keys.DeleteAsync(key.Id, KeyHouse.Admin());
        (await house.Get<UsageWriter>().FlushAsync()).ShouldBeTrue("what still waited falls as well");

        (await house.Get<UsageQuery>().CallersAsync(key.Id, KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await house.Get<RejectionQuery>().FindAsync(request, KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        await using var db = house.Database.Read(KeyHouse.Acme);
        db.Set<UsageCount>().Count().ShouldBe(0);
        db.Set<KeyCaller>().Count().ShouldBe(0);
        db.Set<RecordGap>().Count().ShouldBe(0);
        db.Set<Rejection>().Count().ShouldBe(0);
    }

    private static void LetIn(UsageRecorder recorder, RingKey key, IPAddress[] addresses, string[] agents, long now)
    {
        foreach (var address in addresses)
        {
            foreach (var agent in agents)
            {
                recorder.LetIn(key, 0, now, address, agent);
            }
        }
    }

    private static async Task<CallerList> ListAsync(KeyHouse house, UsedKey key) => (await house.Get<UsageQuery>().CallersAsync(key.Id, KeyHouse.Auditor())).Value!;
}
