using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Tests.Audit;

internal static class ChainReading
{
    /// <summary>What a chain's entries of one action say beside who and when, oldest first; what is refused again and again is written before it is read.</summary>
    public static async Task<List<JsonObject>> DetailsAsync(this RunningDashboard dashboard, string chain, string action)
    {
        await dashboard.Services.GetRequiredService<RepeatedEvents>().WriteAsync(all: true);
        return [.. (await dashboard.EntriesAsync(chain, action)).Select(e => JsonNode.Parse(e.Canonical)!["detail"] as JsonObject ?? [])];
    }

    public static async Task<List<AuditEntry>> EntriesAsync(this RunningDashboard dashboard, string chain, string action)
    {
        await using var db = dashboard.Services.GetRequiredService<Database>().Read(chain);
        return await db.Set<AuditEntry>().Where(e => e.Action == action).OrderBy(e => e.Sequence).Include(e => e.Personal).ToListAsync();
    }
}
