using System.Net;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Notices.Delivery;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Notices.Webhooks;

namespace SalesOs.Dashboard.Tests.Notices.Delivery;

/// <summary>A house whose notices go to receivers of this machine.</summary>
internal static class ToldHouse
{
    public static (string Key, string Value) Private => ("Webhooks:AllowPrivateNetworks", "true");

    public static Task<KeyHouse> OpenAsync(string? directory = null, params (string Key, string Value)[] settings) => KeyHouse.OpenAsync(directory, settings: [Private, .. settings]);

    public static async Task<MadeWebhook> ToAsync(this KeyHouse house, Receiver receiver, params string[] events)
    {
        var made = await house.Get<NoticeWebhooks>().AddAsync(new NewWebhook(receiver.Url().ToString(), Events: events.Length == 0 ? null : events), KeyHouse.Admin());
        made.Done.ShouldBeTrue();
        return made.Value!;
    }

    public static Task DeliverAsync(this KeyHouse house) => house.Get<NoticeCourier>().DeliverAsync();

    /// <summary>A key that is made and revoked: two acts of which webhooks are told, beside that the key is unrestricted.</summary>
    public static async Task<Guid> RevokedAsync(this KeyHouse house)
    {
        var made = await house.MakeAsync();
        (await house.Keys.RevokeAsync(made.Key.Id, "leaked", KeyHouse.Admin())).Done.ShouldBeTrue();
        return made.Key.Id;
    }

    public static async Task<IReadOnlyList<DeliveryView>> DeliveriesAsync(this KeyHouse house, Guid? receiver = null) =>
        (await house.Get<NoticeDeliveries>().ListAsync(1, 100, receiver, KeyHouse.Auditor())).Value!.Deliveries;

    public static async Task<WebhookView> WebhookAsync(this KeyHouse house, Guid id) => (await house.Get<NoticeWebhooks>().ListAsync(KeyHouse.Auditor())).Value!.Single(w => w.Id == id);
}
