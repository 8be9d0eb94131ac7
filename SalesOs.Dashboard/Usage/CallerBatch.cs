using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Usage;

/// <summary>Writes the callers of a batch of keys and keeps each key's within <see cref="KeyCaller.MostPerKey"/>.</summary>
internal sealed class CallerBatch : IAsyncDisposable
{
    private const string AddCaller = """
        INSERT INTO "key_callers" ("TenantId", "KeyId", "Address", "Agent", "FirstSeenAt", "LastSeenAt", "Count")
        VALUES (@tenant, @key, @address, @agent, @first, @last, @count)
        ON CONFLICT ("KeyId", "Address", "Agent") DO UPDATE SET
          "FirstSeenAt" = CASE WHEN excluded."FirstSeenAt" < "key_callers"."FirstSeenAt" THEN excluded."FirstSeenAt" ELSE "key_callers"."FirstSeenAt" END,
          "LastSeenAt" = CASE WHEN excluded."LastSeenAt" > "key_callers"."LastSeenAt" THEN excluded."LastSeenAt" ELSE "key_callers"."LastSeenAt" END,
          "LongestSilence" = CASE WHEN excluded."FirstSeenAt" - "key_callers"."LastSeenAt" > COALESCE("key_callers"."LongestSilence", 0)
            THEN excluded."FirstSeenAt" - "key_callers"."LastSeenAt" ELSE "key_callers"."LongestSilence" END,
          "Count" = "key_callers"."Count" + excluded."Count"
        RETURNING "Count"
        """;

    private const string Forget = """
        DELETE FROM "key_callers" WHERE "KeyId" = @key AND ("Address", "Agent") IN (
          SELECT "Address", "Agent" FROM "key_callers" WHERE "KeyId" = @key
          ORDER BY "LastSeenAt" DESC, "Address", "Agent" LIMIT 1000000 OFFSET @most)
        """;

    private readonly BatchCommand add;
    private readonly BatchCommand forget;

    public CallerBatch(DashboardDbContext db)
    {
        add = new BatchCommand(db, AddCaller, "tenant", "key", "address", "agent", "first", "last", "count");
        forget = new BatchCommand(db, Forget, "key", "most");
    }

    /// <returns>How many callers had to go for these.</returns>
    public async Task<int> AddAsync(UnwrittenUsage usage)
    {
        var hasNew = false;
        foreach (var caller in usage.Callers)
        {
            var count = await add.NumberAsync(
                usage.Usage.TenantId,
                usage.Usage.Id,
                AddressText.Of(caller.Address) ?? "",
                caller.Agent ?? "",
                caller.FirstSeenAt,
                caller.LastSeenAt,
                caller.Count);
            // Only a row that was not there before has no more than what was added.
            hasNew |= count == caller.Count;
        }

        return hasNew ? await forget.RunAsync(usage.Usage.Id, KeyCaller.MostPerKey) : 0;
    }

    public async ValueTask DisposeAsync()
    {
        await add.DisposeAsync();
        await forget.DisposeAsync();
    }
}
