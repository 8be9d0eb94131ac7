using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Watch;

namespace SalesOs.Dashboard.Tests.Usage.Watch;

public class NewAddressTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public async Task Address_ThatIsNew_IsToldWithTheCountsAndOnce()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        await house.UseAsync(Day, 14, _ => key.LetIn());

        key.LetIn(address: "203.0.113.9");
        key.LetIn(address: "::ffff:203.0.113.200");
        key.LetIn(address: "198.51.100.77");
        key.LetIn(address: "2001:db8:1:2:3::4");
        await house.FlushAsync();

        (await house.ToldAsync(NoticeEvent.KeyNewAddress)).Select(n => (n.KeyId, Address(n.Data), n.At))
            .ShouldBe([(key.Id, "203.0.113.0/24", house.Clock.GetUtcNow()), (key.Id, "2001:db8:1:2::/64", house.Clock.GetUtcNow())], ignoreOrder: true);
        await house.UseAsync(Day, 3, _ => key.LetIn(address: "203.0.113.5"));
        (await house.ToldAsync(NoticeEvent.KeyNewAddress)).Count.ShouldBe(2);
    }

    /// <summary>From the request to the row that is handed on: the writer's own beat, by the clock.</summary>
    [Fact]
    public async Task Address_ThatIsNew_IsToldWithinASecond()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        await house.UseAsync(Day, 14, _ => key.LetIn());
        var writer = house.Get<UsageWriter>();
        await writer.StartAsync(TestContext.Current.CancellationToken);
        key.LetIn(address: "203.0.113.9");
        var at = house.Clock.GetUtcNow();

        house.Clock.Advance(TimeSpan.FromSeconds(1));
        await writer.StopAsync(TestContext.Current.CancellationToken);

        var told = (await house.ToldAsync(NoticeEvent.KeyNewAddress)).ShouldHaveSingleItem();
        (told.At - at).ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 1)]
    public async Task Address_OfAKeyWithoutFourteenDaysOfHistory_IsNotTold(int seconds, int told)
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        // What counts is its use: a key may lie about for weeks before it is put to work.
        house.Clock.Advance(TimeSpan.FromDays(30));
        key.LetIn();
        await house.FlushAsync();

        house.Clock.Advance(AddressWatch.History + TimeSpan.FromSeconds(seconds));
        key.LetIn(address: "203.0.113.9");
        await house.FlushAsync();

        (await house.ToldAsync(NoticeEvent.KeyNewAddress)).Count.ShouldBe(told);
    }

    [Theory]
    [InlineData(90, 0)]
    [InlineData(91, 1)]
    public async Task Address_NotSeenForMoreThan90Days_IsNewAgain(int days, int told)
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        key.LetIn(address: "203.0.113.9");
        await house.UseAsync(Day, days, _ => key.LetIn());
        await house.Get<UsageSweeper>().SweepAsync();

        key.LetIn(address: "203.0.113.9");
        await house.FlushAsync();

        (await house.ToldAsync(NoticeEvent.KeyNewAddress)).Count.ShouldBe(told);
    }

    [Fact]
    public async Task Address_OfABatchThatIsNotWritten_IsToldOnceWhenItIs()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        await house.UseAsync(Day, 14, _ => key.LetIn());
        key.LetIn(address: "203.0.113.9");
        await house.Database.WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync("CREATE TRIGGER refuse BEFORE INSERT ON record_gaps BEGIN SELECT RAISE(ABORT, 'full'); END"));
        // A gap is written after all that is told.
        for (var i = 0; i < CallerTable.Most + 1; i++)
        {
            key.LetIn(agent: i.ToString(CultureInfo.InvariantCulture));
        }

        (await house.Get<UsageWriter>().FlushAsync()).ShouldBeFalse();
        (await house.ToldAsync(NoticeEvent.KeyNewAddress)).ShouldBeEmpty();

        await house.Database.WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync("DROP TRIGGER refuse"));
        await house.FlushAsync();
        (await house.ToldAsync(NoticeEvent.KeyNewAddress)).Count.ShouldBe(1);
    }

    /// <summary>After an update the blocks are not known yet, but the callers are.</summary>
    [Fact]
    public async Task Address_OfACallerOnRecordFromBefore_IsNotNew()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        await house.UseAsync(Day, 15, _ => key.LetIn());
        await house.Database.WriteAsync(tenantId: null, db => db.Set<KeyAddressBlock>().IgnoreQueryFilters().ExecuteDeleteAsync());

        key.LetIn(address: "198.51.100.99");
        await house.FlushAsync();
        (await house.ToldAsync(NoticeEvent.KeyNewAddress)).ShouldBeEmpty();
        key.LetIn(address: "203.0.113.9");
        await house.FlushAsync();
        (await house.ToldAsync(NoticeEvent.KeyNewAddress)).Count.ShouldBe(1);
    }

    /// <summary>A key that is called from everywhere neither fills the database nor anybody's mailbox.</summary>
    [Fact]
    public async Task Addresses_OfAKeyThatIsCalledFromEverywhere_AreToldTenADayAndKeptInBounds()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        await house.UseAsync(Day, 14, _ => key.LetIn());
        await house.UseAsync(Day, 30, day =>
        {
            for (var i = 0; i < 20; i++)
            {
                key.LetIn(address: string.Create(CultureInfo.InvariantCulture, $"10.{day}.{i}.1"));
            }
        });

        var told = await house.ToldAsync(NoticeEvent.KeyNewAddress);
        told.CountBy(n => n.At).Select(day => day.Value).ShouldBe(Enumerable.Repeat(10, 10), "of 200 that are kept of each day ten are told of");
        await using var db = house.Database.Read(KeyHouse.Acme);
        (await db.Set<KeyAddressBlock>().CountAsync()).ShouldBe(KeyAddressBlock.MostPerKey);
    }

    [Fact]
    public async Task Blocks_OfAPersonWhoIsErased_GoWithTheirAddresses()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house, KeyHouse.Admin());
        key.LetIn(address: KeyHouse.Admin().Address!);
        key.LetIn(address: "198.51.100.4");
        await house.FlushAsync();
        var person = (await house.Get<AuditQueries>().ListAsync(new AuditFilter(), KeyHouse.Auditor())).Value!.Entries[0].ActorId!.Value;

        (await house.Get<PersonErasure>().EraseAsync(person, KeyHouse.Admin())).Done.ShouldBeTrue();

        await using var db = house.Database.Read(KeyHouse.Acme);
        (await db.Set<KeyAddressBlock>().Select(b => b.Block).ToListAsync()).ShouldBe(["198.51.100.0/24"]);
    }

    private static string Address(JsonObject data) => data["address"]!.GetValue<string>();
}
