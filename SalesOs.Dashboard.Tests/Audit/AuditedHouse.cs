using System.Text;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Audit;

/// <summary>Logs with something in them, and their exports.</summary>
internal static class AuditedHouse
{
    /// <summary>Makes keys, so many an hour; each hour ends with a checkpoint once the next has an entry.</summary>
    public static async Task FillAsync(KeyHouse house, int hours, int keysAnHour, Caller? caller = null)
    {
        for (var hour = 0; hour < hours; hour++)
        {
            for (var i = 0; i < keysAnHour; i++)
            {
                // Quotes, and characters that JSON writes in several ways.
                await house.MakeAsync(new NewKey($"key {hour}.{i} 'naïve' \"Ω\" 😀", Notes: "=1+1"), caller);
            }

            house.Clock.Advance(TimeSpan.FromHours(1));
        }
    }

    /// <summary>Entries that tell of nothing in particular, a hundred in a transaction.</summary>
    public static async Task AppendAsync(KeyHouse house, int count)
    {
        for (var left = count; left > 0; left -= 100)
        {
            await house.Database.WriteAsync(KeyHouse.Acme, async db =>
            {
                for (var i = 0; i < Math.Min(left, 100); i++)
                {
                    await house.Get<AuditLog>().AppendAsync(db, new AuditEvent(AuditActions.SecretAcknowledged), KeyHouse.Admin());
                }

                return 0;
            });
        }
    }

    public static async Task<(AuditManifest Manifest, string Text)> ExportAsync(
        KeyHouse house, AuditFormat format = AuditFormat.Jsonl, AuditFilter? filter = null, Caller? caller = null)
    {
        using var export = (await house.Get<AuditExporter>().BeginAsync(format, filter ?? new AuditFilter(), caller ?? KeyHouse.Auditor())).Value;
        using var file = new MemoryStream();
        await export.ShouldNotBeNull().WriteAsync(file);
        return (export.Manifest, Encoding.UTF8.GetString(file.ToArray()));
    }
}
