using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices;

/// <summary>What a person has read, their own addresses in notices, and their own e-mail address where notices went there, with what their mail server answered. Of what they did notices hold the person's id alone.</summary>
internal sealed class NoticeTraces : IPersonTraces
{
    public IEnumerable<Type> Rows => [typeof(NoticeRead), typeof(NoticeEmail), typeof(DeliveryAttempt), typeof(NoticeRow)];

    public async Task<int> EraseAsync(DashboardDbContext db, Guid person, IReadOnlyCollection<string> addresses, IReadOnlyCollection<string> emails)
    {
        var read = await db.Set<NoticeRead>().Where(r => r.PersonId == person).ExecuteDeleteAsync() + await EraseBlocksAsync(db, person, addresses);
        var own = (await db.Set<NoticeEmail>().AsNoTracking().ToListAsync()).Where(e => emails.Contains(e.Address, StringComparer.OrdinalIgnoreCase)).Select(e => e.Id).ToList();
        if (own.Count == 0)
        {
            return read;
        }

        // Deliveries that wait find nobody, and fall.
        var answered = await db.Set<DeliveryAttempt>().Where(a => a.Answer != null && db.Set<NoticeDelivery>().Any(d => d.Id == a.DeliveryId && own.Contains(d.ReceiverId)))
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.Answer, (string?)null));
        return read + answered + await db.Set<NoticeEmail>().Where(e => own.Contains(e.Id)).ExecuteDeleteAsync();
    }

    /// <summary>Where keys of the person were called from for the first time, as far as that is their own address.</summary>
    private static async Task<int> EraseBlocksAsync(DashboardDbContext db, Guid person, IReadOnlyCollection<string> addresses)
    {
        var own = addresses.Select(text => IPAddress.TryParse(text, out var address) ? address : null).OfType<IPAddress>().ToList();
        var told = await db.Set<NoticeRow>().AsNoTracking()
            .Where(n => n.Event == NoticeEvent.KeyNewAddress && db.Set<ApiKey>().Any(k => k.Id == n.KeyId && k.CreatedById == person)).Select(n => new { n.Id, n.Data }).ToListAsync();
        var erased = 0;
        foreach (var notice in told)
        {
            if (JsonNode.Parse(notice.Data) is JsonObject data && data["address"] is JsonValue block && IPNetwork.TryParse(block.ToString(), out var network) && own.Exists(network.Contains))
            {
                data.Remove("address");
                var rest = data.ToJsonString();
                erased += await db.Set<NoticeRow>().Where(n => n.Id == notice.Id).ExecuteUpdateAsync(set => set.SetProperty(n => n.Data, rest));
            }
        }

        return erased;
    }
}
