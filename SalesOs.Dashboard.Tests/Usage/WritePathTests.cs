using System.Net;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Usage;

public class WritePathTests
{
    private const int Keys = 1300;

    /// <summary>Counted in batches, not in time: of the usage writer's batches, at most one is written between a change's arrival and its turn.</summary>
    [Fact]
    public async Task Change_ArrivingWhileMuchUsageIsWritten_WaitsForOneBatchAtMost()
    {
        await using var house = await KeyHouse.OpenAsync();
        var recorder = house.Get<UsageRecorder>();
        var route = recorder.RouteNumber("GET /v1/whoami");
        for (var i = 0; i < Keys; i++)
        {
            // Keys that were deleted meanwhile: making so many would take long, and their batches take their turn like others.
            var key = new RingKey(CredentialFormat.NewApiKey(test: true), new byte[32])
            {
                Version = 1,
                Ordinal = house.Ring.NextOrdinal(),
                Id = Guid.NewGuid(),
                TenantId = KeyHouse.Acme,
                Name = "gone",
                Scopes = [],
                RateLimit = 1,
                ExpiresAt = long.MaxValue,
                Revoked = false,
                SingleUse = false,
                AllowedIps = [],
            };
            recorder.LetIn(key, route, house.Clock.GetUtcNow().ToUnixTimeMilliseconds(), IPAddress.Loopback, "agent");
        }

        var batches = 0;
        using var counting = house.Get<KeyFeed>().Listen(KeyHouse.Acme, (change, _) => batches += change == KeyChange.Figures ? 1 : 0);
        var release = new TaskCompletionSource();
        var held = house.Database.WriteAsync(KeyHouse.Acme, async _ =>
        {
            await release.Task;
            return 0;
        });
        var flush = house.Get<UsageWriter>().FlushAsync();
        // All of these arrive while the first batch waits for its turn.
        var waited = new List<int>();
        var changes = Enumerable.Range(0, 3).Select(_ => house.Database.WriteAsync(
            KeyHouse.Acme,
            _ => Task.FromResult(batches),
            before =>
            {
                waited.Add(before);
            })).ToList();
        release.SetResult();
        await held;
        await Task.WhenAll(changes);
        (await flush).ShouldBeTrue();

        batches.ShouldBeGreaterThanOrEqualTo(5, "the usage of 1,300 keys is several batches");
        waited.ShouldAllBe(count => count <= 1);
    }
}
