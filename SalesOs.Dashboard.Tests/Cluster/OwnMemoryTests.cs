using Microsoft.Extensions.Logging.Abstractions;
using SalesOs.Dashboard.Cluster;

namespace SalesOs.Dashboard.Tests.Cluster;

public sealed class OwnMemoryTests : IDisposable
{
    private readonly ReplayMemory replays = new(30, TimeProvider.System, NullLogger<ReplayMemory>.Instance, capacity: 1000);
    private readonly OwnMemory memory;

    public OwnMemoryTests() => memory = new OwnMemory(replays);

    public void Dispose() => replays.Dispose();

    [Fact]
    public void Settle_IsDoneAtOnceAndTakesNothingFromTheHeap()
    {
        var key = new SharedKey(Guid.NewGuid(), Ordinal: 5000, Limit: 1_000_000);
        var claims = new[] { key.Claim(), key.Claim(takes: false), key.Claim(once: 1) };
        foreach (var claim in claims)
        {
            memory.SettleAsync(claim).IsCompletedSuccessfully.ShouldBeTrue();
            Allocations.Of(() => _ = memory.SettleAsync(claim)).ShouldBe(0);
        }
    }

    [Fact]
    public async Task Settle_SingleUse_TakesOneOfTheHourWhateverItSays()
    {
        var key = new SharedKey(Guid.NewGuid(), Ordinal: 0, Limit: 3);
        var claim = key.Claim(once: 1);
        (await memory.SettleAsync(claim)).As.ShouldBe(SettledAs.Granted);
        var again = await memory.SettleAsync(claim);
        (again.As, again.Grant.Remaining).ShouldBe((SettledAs.Seen, 1));

        memory.GiveBack(claim);
        (await memory.SettleAsync(claim)).As.ShouldBe(SettledAs.Granted);
        (await memory.SettleAsync(key.Claim(once: 2))).As.ShouldBe(SettledAs.Limited);
        (await memory.UsedAsync([(key.Id, key.Ordinal), (Guid.NewGuid(), 9)], SharedKey.Now * 1000)).ShouldBe([3, 0]);
    }
}
