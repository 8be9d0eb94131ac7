using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Notices.Delivery;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Notices.Webhooks;
using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Notices.Delivery;

/// <summary>Three processes on one database: each delivery is taken by one at a time.</summary>
[OnPostgres]
public sealed class SharedDeliveriesTests : IAsyncLifetime
{
    private readonly string directory = Directory.CreateTempSubdirectory("salesos-").FullName;
    private readonly List<KeyHouse> nodes = [];

    public async ValueTask InitializeAsync()
    {
        for (var i = 0; i < 3; i++)
        {
            nodes.Add(await ToldHouse.OpenAsync(directory));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }

        await TestEngine.RemoveAsync(directory);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Deliveries_ByThreeNodesAtOnce_ArriveOnceEach()
    {
        await using var receiver = new Receiver();
        for (var i = 0; i < 8; i++)
        {
            await nodes[0].ToAsync(receiver, "key.revoked");
        }

        for (var i = 0; i < 40; i++)
        {
            await nodes[i % 3].RevokedAsync();
        }

        await Task.WhenAll(nodes.Select(async node =>
        {
            for (var rounds = 0; rounds < 5; rounds++)
            {
                await node.DeliverAsync();
            }
        }));

        receiver.Requests.Count.ShouldBe(8 * 40);
        receiver.Requests.GroupBy(r => r.Headers["webhook-id"], StringComparer.Ordinal).Select(g => g.Count()).ShouldAllBe(count => count == 8);
        (await nodes[1].Get<DeliveryQueue>().LookAsync(CancellationToken.None)).Due.ShouldBeEmpty();
        var page = await nodes[2].Get<NoticeDeliveries>().ListAsync(1, 100, null, KeyHouse.Auditor());
        page.Value!.Total.ShouldBe(8 * 40);
        page.Value.Deliveries.ShouldAllBe(d => d.State == DeliveryState.Delivered && d.Attempts.Count == 1);
    }
}
