using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Persistence.Postgres;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Persistence.Postgres;

/// <summary>What a change on PostgreSQL meets that one on SQLite never does.</summary>
[OnPostgres]
public sealed class PostgresWriteTests
{
    /// <summary>Two that write to one database, as two processes would: the tenant's lock alone orders them.</summary>
    [Fact]
    public async Task Writes_OfOneTenantFromTwoPrograms_LeaveOneWholeChain()
    {
        await using var one = await KeyHouse.OpenAsync();
        await using var other = await KeyHouse.OpenAsync(one.Directory);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            for (var n = 0; n < 12; n++)
            {
                await (i % 2 == 0 ? one : other).MakeAsync(new NewKey($"{i} {n}"));
            }
        }));

        await using var db = one.Database.Read(KeyHouse.Acme);
        (await db.Set<AuditEntry>().OrderBy(e => e.Sequence).Select(e => e.Sequence).ToListAsync()).ShouldBe(Enumerable.Range(1, 96).Select(i => (long)i));
        (await one.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme, full: true)).Whole.ShouldBeTrue();
    }

    [Fact]
    public async Task Writes_ThatHoldEachOtherUp_BothComeThrough()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (acme, beta) = ((await house.MakeAsync()).Key.Id, (await house.MakeAsync(caller: KeyHouse.Admin(KeyHouse.Beta))).Key.Id);
        var (oneHas, otherHas) = (new TaskCompletionSource(), new TaskCompletionSource());
        var tries = 0;

        await Task.WhenAll(
            WriteAsync(KeyHouse.Acme, acme, oneHas, otherHas.Task, beta),
            WriteAsync(KeyHouse.Beta, beta, otherHas, oneHas.Task, acme));

        tries.ShouldBeGreaterThanOrEqualTo(3, "the database ended one of them, and it was run once more");
        await using var db = house.Database.Read(tenantId: null);
        (await db.Set<ApiKey>().IgnoreQueryFilters().Select(k => k.RateLimit).ToListAsync()).ShouldAllBe(limit => limit == NewKey.DefaultRateLimit + 2);

        Task<int> WriteAsync(string tenant, Guid first, TaskCompletionSource has, Task others, Guid second) => house.Database.WriteAsync(tenant, async db =>
        {
            Interlocked.Increment(ref tries);
            await AddAsync(db, first);
            has.TrySetResult();
            await others;
            return await AddAsync(db, second);
        });

        static Task<int> AddAsync(DashboardDbContext db, Guid id) =>
            db.Set<ApiKey>().IgnoreQueryFilters().Where(k => k.Id == id).ExecuteUpdateAsync(k => k.SetProperty(x => x.RateLimit, x => x.RateLimit + 1));
    }

    /// <summary>As a process is that is stopped in the middle of a change, or cut off from the server.</summary>
    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Write_ThatIsHeldInTheMiddle_LosesItsLocksAndIsRunAgain()
    {
        await using var one = await KeyHouse.OpenAsync();
        await using var other = await KeyHouse.OpenAsync(one.Directory);
        var key = (await one.MakeAsync()).Key.Id;
        var (held, others) = (new TaskCompletionSource(), new TaskCompletionSource());
        var runs = 0;
        var write = one.Database.WriteAsync(KeyHouse.Acme, async db =>
        {
            runs++;
            held.TrySetResult();
            await others.Task;
            return await db.Set<ApiKey>().Where(k => k.Id == key).ExecuteUpdateAsync(k => k.SetProperty(x => x.RateLimit, 7));
        });
        await held.Task;

        (await other.Keys.EditAsync(key, new KeyEdit { Name = new(true, "went on") }, ifVersion: null, KeyHouse.Admin())).Done.ShouldBeTrue();
        others.SetResult();
        await write;

        runs.ShouldBe(2);
        (await one.Keys.GetAsync(key, KeyHouse.Admin())).Value!.ShouldSatisfyAllConditions(view => view.Name.ShouldBe("went on"), view => view.RateLimit.ShouldBe(7));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public async Task Write_WhoseCommitIsNotAnswered_IsStoredOnce(bool committed, int runs)
    {
        var line = new LostAnswer();
        var directory = Directory.CreateTempSubdirectory("salesos-").FullName;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Data:Directory", directory)])
            .AddInMemoryCollection((await TestEngine.SettingsAsync(directory)).ToDictionary(s => s.Key, s => (string?)s.Value, StringComparer.Ordinal)).Build();
        await using (var services = new ServiceCollection().AddTestDatabase(configuration, directory)
            .ConfigureDbContext<PostgresDbContext>(options => options.AddInterceptors(line)).BuildServiceProvider())
        {
            var database = services.GetRequiredService<Database>();
            var (ran, told) = (0, 0);
            line.LoseNext(committed);

            await database.WriteAsync(
                KeyHouse.Acme,
                db =>
                {
                    ran++;
                    return Task.FromResult(db.Add(new Person { TenantId = KeyHouse.Acme, Id = Guid.CreateVersion7(), Kind = CallerKind.User, Subject = "a\0b\uD800" }).Entity);
                },
                _ => told++);

            (ran, told).ShouldBe((runs, 1));
            await using var read = database.Read(KeyHouse.Acme);
            (await read.Set<Person>().SingleAsync()).Subject.ShouldBe("a\uFFFDb\uFFFD", "what has no place there is not a fault");
            var sought = "a\0b\uDC00";
            (await read.Set<Person>().CountAsync(p => p.Subject == sought)).ShouldBe(1);
        }

        await TestEngine.RemoveAsync(directory);
        Directory.Delete(directory, recursive: true);
    }

    /// <summary>EF's own order for the commit: asked before, told after.</summary>
    private sealed class LostAnswer : DbTransactionInterceptor
    {
        private bool before;
        private bool after;

        public void LoseNext(bool committed) => (before, after) = (!committed, committed);

        public override async ValueTask<InterceptionResult> TransactionCommittingAsync(
            DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        {
            if (before)
            {
                before = false;
                await transaction.RollbackAsync(cancellationToken);
                throw Lost();
            }

            return result;
        }

        public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            if (!after)
            {
                return Task.CompletedTask;
            }

            after = false;
            throw Lost();
        }

        private static NpgsqlException Lost() => new("Exception while reading from stream", new IOException("Connection reset by peer"));
    }
}
