using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Notices.Delivery;
using SalesOs.Dashboard.Notices.Webhooks;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Notices.Webhooks;

namespace SalesOs.Dashboard.Tests.Notices.Delivery;

/// <summary>Who hangs holds up nobody else.</summary>
public sealed class HangingReceiverTests
{
    [Fact]
    public async Task Receivers_ThatHangInManyTenants_HoldUpNoOtherTenantNorReceiver()
    {
        await using var dashboard = await RunningDashboard.StartAsync(settings: ["--Webhooks:AllowPrivateNetworks=true"]);
        await using var hanging = new Receiver(answer: null);
        await using var well = new Receiver();
        var webhooks = dashboard.Services.GetRequiredService<NoticeWebhooks>();
        var keys = dashboard.Services.GetRequiredService<ApiKeyService>();
        const int Tenants = 12;
        for (var tenant = 0; tenant < Tenants; tenant++)
        {
            var admin = KeyHouse.Admin($"hanging-{tenant}");
            for (var i = 1; i < WebhookEndpoint.Most; i++)
            {
                (await webhooks.AddAsync(new NewWebhook(hanging.Url().ToString()), admin)).Done.ShouldBeTrue();
            }

            (await keys.CreateAsync(new NewKey("ERP"), admin)).Done.ShouldBeTrue();
        }

        // All that may hang hangs before anybody else comes.
        while (hanging.Connections < Tenants * (WebhookEndpoint.Most - 1))
        {
            await Task.Delay(10);
        }

        foreach (var tenant in (string[])["hanging-0", "well"])
        {
            (await webhooks.AddAsync(new NewWebhook(well.Url().ToString(), Events: ["key.revoked"]), KeyHouse.Admin(tenant))).Done.ShouldBeTrue();
        }

        var began = TimeProvider.System.GetTimestamp();
        foreach (var tenant in (string[])["hanging-0", "well"])
        {
            var made = (await keys.CreateAsync(new NewKey("CRM"), KeyHouse.Admin(tenant))).Value!;
            (await keys.RevokeAsync(made.Key.Id, null, KeyHouse.Admin(tenant))).Done.ShouldBeTrue();
        }

        while (well.Requests.Count < 2)
        {
            await Task.Delay(10);
        }

        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(WebhookSender.Patience, "it waits for nobody's end");
    }

    [Fact]
    public void Load_OfOneTenantOrOneReceiver_LeavesPlacesToOthers()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var load = new ReceiverLoad(clock);
        var receiver = new DueReceiver(Guid.NewGuid(), "acme");
        load.Take(receiver).ShouldBe(1, "nobody knows yet whether it answers");
        load.Take(receiver).ShouldBe(0);
        load.Ended(Of(receiver), hasSucceeded: true);
        load.Take(receiver).ShouldBe(ReceiverLoad.MostPerReceiver);
        load.Ended(Of(receiver), hasSucceeded: false);
        load.Take(receiver).ShouldBe(0, "it rests, and has three under way");
        Strangers("acme", 100).ShouldBe(ReceiverLoad.MostUnprovenPerTenant - 3);
        Enumerable.Range(0, 1000).Sum(i => Strangers($"tenant {i}", 1)).ShouldBe(ReceiverLoad.MostUnknown - (ReceiverLoad.MostUnprovenPerTenant - 3));
        for (var i = 0; i < 3; i++)
        {
            load.Ended(Of(receiver), hasSucceeded: true);
        }

        load.Take(receiver).ShouldBe(ReceiverLoad.MostPerReceiver, "it answers: the strangers have left it its places");
        load.InFlight.ShouldBe(ReceiverLoad.MostUnknown + ReceiverLoad.MostPerReceiver);

        int Strangers(string tenant, int count) => Enumerable.Range(0, count).Sum(_ => load.Take(new DueReceiver(Guid.NewGuid(), tenant)));
    }

    private static Letter Of(DueReceiver receiver) => new(Guid.NewGuid(), receiver.TenantId, Guid.NewGuid(), NoticeChannels.Webhook, receiver.Id, 0, Guid.NewGuid());
}
