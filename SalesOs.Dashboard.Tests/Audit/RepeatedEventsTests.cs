using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Audit;

public class RepeatedEventsTests : IAsyncLifetime
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 27, 12, 0, 0, TimeSpan.Zero));
    private KeyHouse house = null!;
    private RepeatedEvents events = null!;

    public async ValueTask InitializeAsync()
    {
        house = await KeyHouse.OpenAsync(clock: clock);
        events = new RepeatedEvents(house.Database, house.Get<AuditLog>(), clock, NullLogger<RepeatedEvents>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        events.Dispose();
        await house.DisposeAsync();
    }

    [Fact]
    public async Task First_OfAClass_SaysWhoWhatWhenAndFromWhere()
    {
        events.Tell(Refused(KeyHouse.Manager()));
        await events.WriteAsync();

        var (entry, detail) = (await EntriesAsync(KeyHouse.Acme)).ShouldHaveSingleItem();
        entry.Action.ShouldBe("access.refused");
        entry.Outcome.ShouldBe("refused");
        entry.RequestId.ShouldBe("request-1");
        entry.ActorId.ShouldNotBeNull();
        JsonNode.Parse(entry.Personal!.Data)!["address"]!.GetValue<string>().ShouldBe("203.0.113.9");
        detail.ToJsonString().ShouldBe(
            """{"reason":"capability","what":"GET /v1/api-keys","count":1,"first_at":"2026-11-27T12:00:00.000Z","last_at":"2026-11-27T12:00:00.000Z"}""");
    }

    [Fact]
    public async Task Flood_OfOneClass_IsTwoEntriesInTenMinutesWhoseCountsAddUp()
    {
        for (var second = 0; second < 601; second++)
        {
            for (var i = 0; i < 10; i++)
            {
                events.Tell(Refused(KeyHouse.Manager()));
            }

            await events.WriteAsync();
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        var entries = await EntriesAsync(KeyHouse.Acme);
        entries.Count.ShouldBe(2);
        entries.Sum(CountOf).ShouldBe(6010);
        (await house.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme)).ShouldBe(new ChainVerdict(2, FirstBad: null));
    }

    [Fact]
    public async Task Classes_BeyondTheBound_AreCountedTogetherWithoutAName()
    {
        for (var i = 0; i < RepeatedEvents.MostClassesPerChain + 50; i++)
        {
            events.Tell(new RepeatedEvent(
                AuditLog.Platform, AuditActions.SignInFailed, Refused: true, "expired", What: null, Caller: null, new AuditOrigin($"198.51.{i / 250}.{i % 250}", "a", "r")));
        }

        await events.WriteAsync();

        var entries = await EntriesAsync(AuditLog.Platform);
        entries.Count.ShouldBe(RepeatedEvents.MostClassesPerChain + 1);
        entries.Sum(CountOf).ShouldBe(RepeatedEvents.MostClassesPerChain + 50);
        entries.Single(e => CountOf(e) == 50).Entry.Personal.ShouldBeNull();
    }

    [Fact]
    public async Task Chains_BeyondTheBound_AreCountedInThePlatforms()
    {
        for (var i = 0; i < RepeatedEvents.MostClasses + 30; i++)
        {
            events.Tell(Refused(KeyHouse.Manager($"t{i}")));
        }

        await events.WriteAsync();

        CountOf((await EntriesAsync(AuditLog.Platform)).ShouldHaveSingleItem()).ShouldBe(30);
    }

    [Fact]
    public async Task Addresses_OfOneNetworkOfIPv6_AreOneClass()
    {
        events.Tell(Refused(KeyHouse.Manager() with { Address = "2001:db8::1" }));
        events.Tell(Refused(KeyHouse.Manager() with { Address = "2001:db8::2" }));
        events.Tell(Refused(KeyHouse.Manager() with { Address = "2001:db8:0:1::1" }));
        await events.WriteAsync();

        (await EntriesAsync(KeyHouse.Acme)).Select(CountOf).ShouldBe([2, 1], ignoreOrder: true);
    }

    [Fact]
    public async Task Database_ThatRefuses_LosesNothing()
    {
        await RunAsync("CREATE TRIGGER refuse BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'disk'); END");
        events.Tell(Refused(KeyHouse.Manager()));
        (await events.WriteAsync()).ShouldBeFalse();
        events.Tell(Refused(KeyHouse.Manager()));
        await RunAsync("DROP TRIGGER refuse");

        (await events.WriteAsync()).ShouldBeTrue();

        CountOf((await EntriesAsync(KeyHouse.Acme)).ShouldHaveSingleItem()).ShouldBe(2);
    }

    [Fact]
    public async Task Stop_WritesWhatIsNotDueYet()
    {
        await events.StartAsync(CancellationToken.None);
        for (var i = 0; i < 3; i++)
        {
            events.Tell(Refused(KeyHouse.Manager()));
            await events.WriteAsync();
        }

        await events.StopAsync(CancellationToken.None);

        (await EntriesAsync(KeyHouse.Acme)).Select(CountOf).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Told_FromManyThreads_IsCountedExactly()
    {
        var writes = Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                await events.WriteAsync(all: true);
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                events.Tell(Refused(KeyHouse.Manager()));
            }
        })));
        await writes;
        await events.WriteAsync(all: true);

        (await EntriesAsync(KeyHouse.Acme)).Sum(CountOf).ShouldBe(8000);
    }

    private static RepeatedEvent Refused(Caller caller) => new(caller.TenantId, AuditActions.AccessDenied, Refused: true, "capability", "GET /v1/api-keys", caller);

    private static long CountOf((AuditEntry Entry, JsonObject Detail) entry) => entry.Detail["count"]!.GetValue<long>();

    private async Task<List<(AuditEntry Entry, JsonObject Detail)>> EntriesAsync(string chain)
    {
        await using var db = house.Database.Read(chain);
        return [.. (await db.Set<AuditEntry>().Include(e => e.Personal).OrderBy(e => e.Sequence).ToListAsync())
            .Select(e => (e, JsonNode.Parse(e.Canonical)!["detail"]!.AsObject()))];
    }

    private Task RunAsync(string sql) => house.Database.WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync(sql));
}
