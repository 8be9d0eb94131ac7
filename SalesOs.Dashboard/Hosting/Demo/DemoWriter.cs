using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Hosting.Demo;

/// <summary>Writes what the demo's keys were used for, all keys in one transaction.</summary>
internal sealed class DemoWriter(Database database, RejectionStore rejections, DateTimeOffset now)
{
    private const string AddCount = """
        INSERT INTO "usage_counts" ("TenantId", "KeyId", "Step", "At", "Route", "Counted", "Count") VALUES (@tenant, @key, @step, @at, @route, @counted, @count)
        """;

    private const string AddCaller = """
        INSERT INTO "key_callers" ("TenantId", "KeyId", "Address", "Agent", "FirstSeenAt", "LastSeenAt", "Count") VALUES (@tenant, @key, @address, @agent, @first, @last, @count)
        """;

    /// <summary>Who has called with the old keys since they were rotated.</summary>
    private const string AddStragglers = """
        INSERT INTO "rotation_callers" ("TenantId", "KeyId", "Address", "Agent", "Route", "FirstSeenAt", "LastSeenAt", "Count")
        SELECT c."TenantId", c."KeyId", c."Address", c."Agent", u."Route", r."StartedAt", c."LastSeenAt", SUM(u."Count")
        FROM "rotations" r
        JOIN "key_callers" c ON c."KeyId" = r."KeyId" AND c."LastSeenAt" > r."StartedAt"
        JOIN "usage_counts" u ON u."KeyId" = r."KeyId" AND u."Step" = 1 AND u."Counted" = 0 AND u."At" * 1000 > r."StartedAt"
        GROUP BY c."TenantId", c."KeyId", c."Address", c."Agent", u."Route", r."StartedAt", c."LastSeenAt"
        """;

    /// <summary>As if the program had been there since.</summary>
    private const string Watch = """UPDATE "rotations" SET "WatchedAt" = @now""";

    private const string PutOnKey = """
        UPDATE "api_keys" SET "UsageCount" = @count, "LastUsedAt" = @at, "LastUsedIp" = @address, "LastUsedAgent" = @agent WHERE "Id" = @key
        """;

    public async Task WriteAsync(IReadOnlyList<DemoRecord> records)
    {
        await database.WriteAsync<object?>(tenantId: null, async db =>
        {
            await using var count = new BatchCommand(db, AddCount, "tenant", "key", "step", "at", "route", "counted", "count");
            await using var caller = new BatchCommand(db, AddCaller, "tenant", "key", "address", "agent", "first", "last", "count");
            await using var put = new BatchCommand(db, PutOnKey, "count", "at", "address", "agent", "key");
            foreach (var record in records)
            {
                // In the order of the table's own key, which is three times as fast.
                foreach (var ((step, at, route, counted), number) in record.Counts.OrderBy(c => c.Key.Step).ThenBy(c => c.Key.At))
                {
                    await count.RunAsync(record.Key.TenantId, record.Key.Id, (int)step, at, route, (int)counted, number);
                }

                foreach (var c in record.Callers)
                {
                    await caller.RunAsync(c.TenantId, c.KeyId, c.Address, c.Agent, c.FirstSeenAt.ToUnixTimeMilliseconds(), c.LastSeenAt.ToUnixTimeMilliseconds(), c.Count);
                }

                if (record.LastUsedAt is { } last)
                {
                    await put.RunAsync(record.LetIn, last.ToUnixTimeMilliseconds(), record.Callers[0].Address, record.Callers[0].Agent, record.Key.Id);
                }
            }

            await using var stragglers = new BatchCommand(db, AddStragglers);
            await stragglers.RunAsync();
            await using var watch = new BatchCommand(db, Watch, "now");
            await watch.RunAsync(now.ToUnixTimeMilliseconds());
            return null;
        });
        await rejections.AddAsync([.. records.SelectMany(r => r.Refused)], CancellationToken.None);
    }
}
