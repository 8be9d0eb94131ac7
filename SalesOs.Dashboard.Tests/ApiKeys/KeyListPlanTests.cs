using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.ApiKeys;

/// <summary>What keeps a list of 100,000 keys fast in SQLite: a narrowed list and its count are read from one index and never from the rows.</summary>
public class KeyListPlanTests
{
    [Fact]
    public async Task List_Narrowed_ReadsTheIndexAloneAndRowsByTheirIds()
    {
        await using var house = await KeyHouse.OpenAsync();
        await house.MakeAsync();
        await using var db = house.Database.Read(KeyHouse.Acme);
        var now = house.Clock.GetUtcNow();
        foreach (var query in (KeyQuery[])[new(Search: "zap"), new(Search: "sk_live_…1l9c"), new(Search: "sk_live_a1b2c3d4…1l9c sk_live_a1b2c3d5"), new(Status: KeyStatus.Revoked), new(Mark: KeyMark.Unused), new(Mark: KeyMark.Excess), new(Traits: new() { AnyAddress = true }), new(Scope: Scopes.LeadsRead), new(Environment: KeyEnvironment.Live), new(CreatedBy: Guid.NewGuid())])
        {
            foreach (var sort in Enum.GetValues<KeySort>())
            {
                var matching = db.Set<ApiKey>().Matching(query, now);
                var ids = matching.OrderBy(k => k.TenantId).Take(int.MaxValue).Sorted(db, sort, descending: true).Skip(0).Take(25).Select(k => k.Id);
                (await PlanAsync(db, ids, "EXPLAIN QUERY PLAN", column: 3)).ShouldContain("USING COVERING INDEX IX_api_keys_narrowed", Case.Sensitive, $"{query} by {sort}");
            }
        }

        Guid[] wanted = [Guid.NewGuid(), Guid.NewGuid()];
        (await PlanAsync(db, db.Set<ApiKey>().IgnoreQueryFilters().Where(k => wanted.Contains(k.Id)), "EXPLAIN QUERY PLAN", column: 3)).ShouldContain("(Id=?)");
    }

    /// <param name="column">Of the answer, that which says the step.</param>
    internal static async Task<string> PlanAsync<T>(DashboardDbContext db, IQueryable<T> query, string explain, int column)
    {
        await using var command = query.CreateDbCommand();
        command.CommandText = $"{explain} {command.CommandText}";
        await db.Database.OpenConnectionAsync();
        await using var reader = await command.ExecuteReaderAsync();
        var steps = new List<string>();
        while (await reader.ReadAsync())
        {
            steps.Add(reader.GetString(column));
        }

        return string.Join('\n', steps);
    }
}

/// <summary>On PostgreSQL the index has no texts, and the count of a narrowed list is read from it alone.</summary>
[OnPostgres]
public class KeyListPlanOnPostgresTests
{
    [Fact]
    public async Task Count_Narrowed_ReadsTheIndexAlone()
    {
        await using var house = await KeyHouse.OpenAsync();
        await house.MakeAsync();
        await using var db = house.Database.Read(KeyHouse.Acme);
        // Of a handful of rows any index would do.
        await db.Database.OpenConnectionAsync();
        await db.Database.ExecuteSqlRawAsync(
            """
            SET enable_seqscan = off;
            DO $$ DECLARE one record; BEGIN
              FOR one IN SELECT indexname FROM pg_indexes WHERE tablename = 'api_keys' AND indexname LIKE 'IX_api_keys_TenantId%' LOOP
                EXECUTE format('DROP INDEX %I', one.indexname);
              END LOOP;
            END $$
            """);
        await db.Database.ExecuteSqlRawAsync("VACUUM ANALYZE api_keys");
        foreach (var query in Enum.GetValues<KeyStatus>().Select(s => new KeyQuery(Status: s))
            .Concat(Enum.GetValues<KeyMark>().Where(m => m != KeyMark.OutOfPolicy).Select(m => new KeyQuery(Mark: m)))
            .Concat([new(Environment: KeyEnvironment.Live), new(CreatedBy: Guid.NewGuid()), new(Revocable: true)]))
        {
            var count = db.Set<ApiKey>().Matching(query, house.Clock.GetUtcNow()).GroupBy(k => k.TenantId).Select(all => all.LongCount());
            (await KeyListPlanTests.PlanAsync(db, count, "EXPLAIN", column: 0)).ShouldContain("Index Only Scan using \"IX_api_keys_narrowed\"", Case.Sensitive, $"{query}");
        }
    }
}
