using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Notices;

/// <summary>A notice as it stands in the database, whoever gets it.</summary>
public sealed record ToldNotice(NoticeEvent Event, Guid? KeyId, DateTimeOffset At, JsonObject Data)
{
    /// <summary>Those of a tenant of one event, the oldest first.</summary>
    public static async Task<IReadOnlyList<ToldNotice>> AllAsync(KeyHouse house, NoticeEvent what, string tenant = KeyHouse.Acme)
    {
        await using var db = house.Database.Read(tenant);
        var rows = await db.Set<NoticeRow>().Where(n => n.Event == what).OrderBy(n => n.At).ThenBy(n => n.Id).ToListAsync();
        return [.. rows.Select(n => new ToldNotice(n.Event, n.KeyId, n.At, JsonNode.Parse(n.Data)!.AsObject()))];
    }
}
