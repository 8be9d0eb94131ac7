using System.Diagnostics;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Watch;

namespace SalesOs.Dashboard.Tests.Usage.Watch;

public class WatchCostTests
{
    private const int Keys = 100;
    private const int Rounds = 40;

    /// <summary>Within the batch, so that nothing else is measured: what is known is looked for in memory, and hours are asked for a few times an hour.</summary>
    [Fact]
    public async Task Batch_OfKeysThatGoOnAsAlways_CostsTheWatchNextToNothing()
    {
        await using var house = await KeyHouse.OpenAsync();
        var keys = new List<UsedKey>();
        for (var i = 0; i < Keys; i++)
        {
            keys.Add(UsedKey.Of(house, await house.MakeAsync(new NewKey($"key {i}"))));
        }

        var (watched, whole) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            keys.ForEach(key => key.LetIn(3));
            var batch = house.Get<UsageRecorder>().Take(Keys);
            var began = Stopwatch.GetTimestamp();
            await house.Get<UsageStore>().AddAsync(batch, CancellationToken.None);
            whole.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            watched.Add(await WatchAsync(house, batch));
            house.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"a batch of {Keys} keys: {Median(whole):F2} ms, of which the watch {Median(watched):F3} ms");
        (Median(watched) / Median(whole)).ShouldBeLessThan(0.1);
    }

    /// <returns>Milliseconds that looking at it once more takes; nothing of it is kept.</returns>
    private static Task<double> WatchAsync(KeyHouse house, IReadOnlyList<UnwrittenUsage> batch) => house.Database.WriteAsync(tenantId: null, async db =>
    {
        var began = Stopwatch.GetTimestamp();
        await using (var watch = house.Get<UsageWatch>().Begin(db))
        {
            foreach (var one in batch)
            {
                await watch.SeeAsync(one);
            }

            await watch.EndAsync();
        }

        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    });

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);
}
