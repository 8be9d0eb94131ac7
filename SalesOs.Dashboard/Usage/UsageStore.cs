using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;
using Database = SalesOs.Dashboard.Persistence.Database;

namespace SalesOs.Dashboard.Usage;

/// <summary>The database's side of the counts: adds a batch to it, and reads the last hour back at the start.</summary>
public sealed class UsageStore
{
    private const string AddToKey = """
        UPDATE "api_keys" SET "UsageCount" = "UsageCount" + @letIn,
          "LastUsedAt" = CASE WHEN @at > COALESCE("LastUsedAt", 0) THEN @at ELSE "LastUsedAt" END,
          "LastUsedIp" = CASE WHEN @at > COALESCE("LastUsedAt", 0) THEN @ip ELSE "LastUsedIp" END,
          "LastUsedAgent" = CASE WHEN @at > COALESCE("LastUsedAt", 0) THEN @agent ELSE "LastUsedAgent" END
        WHERE "Id" = @key
        """;

    private const string AddToCounts = """
        INSERT INTO "usage_counts" ("TenantId", "KeyId", "Step", "At", "Route", "Counted", "Count")
        VALUES (@tenant, @key, @step, @at, @route, @counted, @count)
        ON CONFLICT ("KeyId", "Step", "At", "Route", "Counted") DO UPDATE SET "Count" = "usage_counts"."Count" + excluded."Count"
        """;

    private readonly Database database;
    private readonly UsageRecorder recorder;
    private readonly KeyRing ring;
    private readonly TimeProvider clock;

    public UsageStore(Database database, UsageRecorder recorder, KeyRing ring, TimeProvider clock)
    {
        this.database = database;
        this.recorder = recorder;
        this.ring = ring;
        this.clock = clock;
    }

    /// <summary>Adds the batch in one transaction. A key that was deleted meanwhile takes its counts along.</summary>
    internal Task AddAsync(IReadOnlyList<KeyUsage.Unwritten> batch, CancellationToken cancellationToken) =>
        database.WriteAsync<object?>(
            tenantId: null,
            async db =>
            {
                await using var toKey = Command(db, AddToKey, "letIn", "at", "ip", "agent", "key");
                await using var toCounts = Command(db, AddToCounts, "tenant", "key", "step", "at", "route", "counted", "count");
                foreach (var one in batch)
                {
                    Fill(toKey, one.LetIn, one.LastUsedAt, one.LastUsedIp, one.LastUsedAgent, one.Usage.Id);
                    if (await toKey.ExecuteNonQueryAsync(CancellationToken.None) == 0)
                    {
                        continue;
                    }

                    foreach (var cell in one.Cells)
                    {
                        Fill(toCounts, one.Usage.TenantId, one.Usage.Id, (int)UsageStep.Minute, cell.Minute * 60L, recorder.RouteName(cell.Route), (int)cell.Counted, (long)cell.Count);
                        await toCounts.ExecuteNonQueryAsync(CancellationToken.None);
                    }
                }

                return null;
            },
            cancellationToken: cancellationToken);

    /// <summary>Restores every key's sliding hour, so that a restart hands out no fresh one. The ring must be loaded, the gate not yet open.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken = default)
    {
        var from = ((clock.GetUtcNow().ToUnixTimeSeconds() / 60) - SlidingHour.Buckets + 1) * 60;
        await using var db = database.Read(tenantId: null);
        var rows = db.Set<UsageCount>().IgnoreQueryFilters()
            .Where(c => c.Step == UsageStep.Minute && c.At >= from && CountedAs.Granted.Contains(c.Counted))
            .Join(db.Set<ApiKey>().IgnoreQueryFilters(), c => c.KeyId, k => k.Id, (c, k) => new { k.Key, c.At, c.Count })
            .OrderBy(c => c.At)
            .AsAsyncEnumerable();
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            if (ring.Find(row.Key) is { } key)
            {
                recorder.Restore(key, row.At / 60, checked((int)row.Count));
            }
        }
    }

    private static DbCommand Command(DashboardDbContext db, string sql, params ReadOnlySpan<string> parameters)
    {
        var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        command.CommandText = sql;
        foreach (var name in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = string.Create(CultureInfo.InvariantCulture, $"@{name}");
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private static void Fill(DbCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }
    }
}
