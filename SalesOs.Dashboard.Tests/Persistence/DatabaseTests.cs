using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.SignIn;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage.Watch;

namespace SalesOs.Dashboard.Tests.Persistence;

public class DatabaseTests
{
    [Fact]
    public async Task Connection_EachThatOpens_IsDurableAndKeepsForeignKeys()
    {
        await using var house = await KeyHouse.OpenAsync();
        var open = new List<DashboardDbContext>();
        for (var i = 0; i < 5; i++)
        {
            var db = house.Database.Read(KeyHouse.Acme);
            open.Add(db);
            // Open at once, so that each has a connection of its own.
            await (i % 2 == 0 ? db.Database.OpenConnectionAsync() : Task.Run(db.Database.OpenConnection));
            (await PragmaAsync(db, "synchronous")).ShouldBe("2");
            (await PragmaAsync(db, "journal_mode")).ShouldBe("wal");
            (await PragmaAsync(db, "foreign_keys")).ShouldBe("1");
        }

        foreach (var db in open)
        {
            await db.DisposeAsync();
        }

        await house.Database.WriteAsync(KeyHouse.Acme, async db =>
        {
            (await PragmaAsync(db, "synchronous")).ShouldBe("2");
            return 0;
        });
        // One that comes back from the pool and was told otherwise meanwhile.
        await using (var changed = house.Database.Read(KeyHouse.Acme))
        {
            await changed.Database.OpenConnectionAsync();
            await changed.Database.ExecuteSqlRawAsync("PRAGMA synchronous=OFF");
        }

        await house.Database.WriteAsync(KeyHouse.Acme, async db =>
        {
            (await PragmaAsync(db, "synchronous")).ShouldBe("2");
            return 0;
        });
    }

    [Fact]
    public async Task Read_OfEachTenant_SeesItsOwnRowsAlone()
    {
        await using var house = await KeyHouse.OpenAsync();
        await house.MakeAsync(caller: KeyHouse.Admin(KeyHouse.Acme));
        await house.MakeAsync(caller: KeyHouse.Admin(KeyHouse.Beta));

        foreach (var (tenant, expected) in new[] { (KeyHouse.Acme, 1), (KeyHouse.Beta, 1), ("other", 0), (KeyHouse.Acme.ToUpperInvariant() + " ", 0), (null, 0) })
        {
            await using var db = house.Database.Read(tenant);
            (await db.Set<ApiKey>().CountAsync()).ShouldBe(expected);
            (await db.Set<AuditEntry>().CountAsync()).ShouldBe(expected);
            (await db.Set<AuditPersonal>().CountAsync()).ShouldBe(expected);
            (await db.Set<Person>().CountAsync()).ShouldBe(expected);
            (await db.Set<TenantDataKey>().CountAsync()).ShouldBe(expected);
        }
    }

    [Fact]
    public async Task Model_EveryEntityButThoseOfAllTenantsAndOfSignIn_BelongsToATenant()
    {
        await using var house = await KeyHouse.OpenAsync();
        await using var db = house.Database.Read(KeyHouse.Acme);
        // A session is found before its tenant is known, and may have none yet.
        Type[] others = [typeof(AuditSigningKey), typeof(GateGeneration), typeof(ProtectionKey), typeof(SessionRow), typeof(UsedLogoutToken), typeof(WatchedTime)];

        db.Model.GetEntityTypes().Where(e => !e.IsOwned() && !typeof(ITenantOwned).IsAssignableFrom(e.ClrType)).Select(e => e.ClrType).ShouldBe(others, ignoreOrder: true);
        db.Model.GetEntityTypes().Where(e => !others.Contains(e.ClrType)).ShouldAllBe(e => e.IsOwned() || e.GetDeclaredQueryFilters().Count == 1);
    }

    [Fact]
    public async Task Write_OfAnotherTenantsRow_ThrowsAndStoresNothing()
    {
        await using var house = await KeyHouse.OpenAsync();
        await Should.ThrowAsync<InvalidOperationException>(() => house.Database.WriteAsync(KeyHouse.Acme, db => Task.FromResult(db.Add(NewPerson(KeyHouse.Beta)))));
        await Should.ThrowAsync<InvalidOperationException>(() => house.Database.WriteAsync(tenantId: null, db => Task.FromResult(db.Add(NewPerson(KeyHouse.Beta)))));

        await house.Database.WriteAsync(KeyHouse.Beta, db => Task.FromResult(db.Add(NewPerson(KeyHouse.Beta))));
        await Should.ThrowAsync<InvalidOperationException>(() => house.Database.WriteAsync(KeyHouse.Acme, async db =>
        {
            var row = await db.Set<Person>().IgnoreQueryFilters().SingleAsync();
            row.Name = "taken";
            return row;
        }));
        await Should.ThrowAsync<InvalidOperationException>(() => house.Database.WriteAsync(KeyHouse.Acme, async db => db.Remove(await db.Set<Person>().IgnoreQueryFilters().SingleAsync())));

        await using var read = house.Database.Read(KeyHouse.Beta);
        (await read.Set<Person>().SingleAsync()).Name.ShouldBeNull();
    }

    /// <summary>There is one way to write: what reads can't.</summary>
    [Fact]
    public async Task Read_ThatSaves_ThrowsAndStoresNothing()
    {
        await using var house = await KeyHouse.OpenAsync();
        await using (var db = house.Database.Read(KeyHouse.Acme))
        {
            db.Add(NewPerson(KeyHouse.Acme));
            await Should.ThrowAsync<InvalidOperationException>(() => db.SaveChangesAsync());
            Should.Throw<InvalidOperationException>(() => db.SaveChanges());
        }

        await using var read = house.Database.Read(KeyHouse.Acme);
        (await read.Set<Person>().CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Write_ThatThrows_LeavesNothingAndLetsTheNextIn()
    {
        await using var house = await KeyHouse.OpenAsync();
        var told = false;

        await Should.ThrowAsync<FormatException>(() => house.Database.WriteAsync<int>(
            KeyHouse.Acme,
            async db =>
            {
                db.Add(NewPerson(KeyHouse.Acme));
                await db.SaveChangesAsync();
                throw new FormatException("after the row was written");
            },
            _ => told = true));

        told.ShouldBeFalse();
        await using (var db = house.Database.Read(KeyHouse.Acme))
        {
            (await db.Set<Person>().CountAsync()).ShouldBe(0);
        }

        await house.Database.WriteAsync(KeyHouse.Acme, db => Task.FromResult(db.Add(NewPerson(KeyHouse.Acme))), _ => told = true);
        told.ShouldBeTrue();
    }

    [Fact]
    public async Task Write_FromManyTasks_TellsTheCommitsInTheirOrder()
    {
        await using var house = await KeyHouse.OpenAsync();
        var committed = new List<long>();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => house.Database.WriteAsync(
            KeyHouse.Acme,
            async db =>
            {
                db.Add(NewPerson(KeyHouse.Acme));
                await db.SaveChangesAsync();
                await Task.Yield();
                return await db.Set<Person>().LongCountAsync();
            },
            count =>
            {
                using var other = house.Database.Read(KeyHouse.Acme);
                other.Set<Person>().LongCount().ShouldBe(count, "it is committed, and no other writer has begun to");
                committed.Add(count);
            }))));

        committed.ShouldBe(Enumerable.Range(1, 50).Select(i => (long)i));
    }

    [Fact]
    public async Task Write_CancelledWhileItWaits_NeverRuns()
    {
        await using var house = await KeyHouse.OpenAsync();
        using var patience = new CancellationTokenSource();
        var ran = false;
        await house.Database.WriteAsync(KeyHouse.Acme, async db =>
        {
            var waiting = house.Database.WriteAsync(KeyHouse.Acme, _ => Task.FromResult(ran = true), cancellationToken: patience.Token);
            await patience.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => waiting);
            return 0;
        });

        ran.ShouldBeFalse();
    }

    private static Person NewPerson(string tenant) => new() { TenantId = tenant, Id = Guid.CreateVersion7(), Kind = CallerKind.User, Subject = Guid.NewGuid().ToString() };

    private static async Task<string> PragmaAsync(DashboardDbContext db, string name)
    {
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = "PRAGMA " + name;
        return (await command.ExecuteScalarAsync())!.ToString()!;
    }
}
