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

    /// <returns>Of each key that had too many callers with these, how many had to go.</returns>
    public async Task<IReadOnlyDictionary<Guid, int>> AddAsync(IReadOnlyList<UnwrittenUsage> batch)
    {
        var callers = batch.SelectMany(one => one.Callers, (one, caller) => (one.Usage, Caller: caller)).ToList();
        var counts = await add.NumbersAsync([.. callers.Select(one => Row(one.Usage, one.Caller))]);
        var forgotten = new Dictionary<Guid, int>();
        // Only a row that was not there before has no more than what was added.
        foreach (var key in callers.Where((one, i) => counts[i] == one.Caller.Count).Select(one => one.Usage.Id).Distinct())
        {
            if (await forget.RunAsync(key, KeyCaller.MostPerKey) is > 0 and var gone)
            {
                forgotten[key] = gone;
            }
        }

        return forgotten;
    }

    public async ValueTask DisposeAsync()
    {
        await add.DisposeAsync();
        await forget.DisposeAsync();
    }

    private static object?[] Row(KeyUsage key, in CallerTable.Entry caller) =>
        [key.TenantId, key.Id, AddressText.Of(caller.Address) ?? "", caller.Agent ?? "", caller.FirstSeenAt, caller.LastSeenAt, caller.Count];
}
