using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Watch;

namespace SalesOs.Dashboard.Tests.Usage.Watch;

public class WatchCostTests
{
    private const int Keys = 100;

    /// <summary>What is known is looked for in memory: the watch of such a batch needs no database, shown by one that is closed.</summary>
    [Fact]
    public async Task Batch_OfKeysThatGoOnAsAlways_AsksTheDatabaseNothing()
    {
        await using var house = await KeyHouse.OpenAsync();
        var keys = new List<UsedKey>();
        for (var i = 0; i < Keys; i++)
        {
            keys.Add(UsedKey.Of(house, await house.MakeAsync(new NewKey($"key {i}"))));
        }

        var first = Next(house, keys);
        await Should.ThrowAsync<ObjectDisposedException>(() => WatchWithoutDatabaseAsync(house, first), "who calls for the first time is asked about");
        await house.Get<UsageStore>().AddAsync(first, CancellationToken.None);
        for (var round = 0; round < 5; round++)
        {
            house.Clock.Advance(TimeSpan.FromSeconds(1));
            var batch = Next(house, keys);
            batch.Count.ShouldBe(Keys);
            await WatchWithoutDatabaseAsync(house, batch);
            await house.Get<UsageStore>().AddAsync(batch, CancellationToken.None);
        }
    }

    private static IReadOnlyList<UnwrittenUsage> Next(KeyHouse house, List<UsedKey> keys)
    {
        keys.ForEach(key => key.LetIn(3));
        return house.Get<UsageRecorder>().Take(Keys);
    }

    private static async Task WatchWithoutDatabaseAsync(KeyHouse house, IReadOnlyList<UnwrittenUsage> batch)
    {
        var closed = house.Database.Read(tenantId: null);
        await closed.DisposeAsync();
        await using var watch = house.Get<UsageWatch>().Begin(closed);
        foreach (var one in batch)
        {
            await watch.SeeAsync(one);
        }

        await watch.EndAsync();
    }
}
