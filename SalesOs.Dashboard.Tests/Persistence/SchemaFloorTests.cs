using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Persistence;

/// <summary>Which programs may run on a database whose schema is newer than they are.</summary>
public class SchemaFloorTests
{
    private const string Later = "29990101000000_Later";

    [Fact]
    public async Task Start_OnASchemaThatANewerProgramHasExpanded_GoesOn()
    {
        await using var house = await KeyHouse.OpenAsync();
        await PrepareAsync(house);
        var floor = await FloorAsync(house);
        (floor == Later).ShouldBeFalse();
        await ApplyAsync(house, Later, floor);

        await PrepareAsync(house);

        (await FloorAsync(house)).ShouldBe(floor);
        (await AppliedAsync(house)).ShouldContain(migration => migration == Later);
    }

    [Fact]
    public async Task Start_BelowTheFloor_IsRefusedAndSaysWhatIsNeeded()
    {
        await using var house = await KeyHouse.OpenAsync();
        await PrepareAsync(house);
        await ApplyAsync(house, Later, Later);

        (await Should.ThrowAsync<StartupFaultException>(() => PrepareAsync(house))).Message
            .ShouldMatch($"was made by a newer version \\(it has {Later}, and needs a version that knows {Later}\\). Start that version, or restore a backup made by this one.");
        (await FloorAsync(house)).ShouldBe(Later);
    }

    /// <summary>A program of another line of versions has never run on this schema.</summary>
    [Fact]
    public async Task Start_WithMigrationsOfItsOwnOnANewerSchema_IsRefused()
    {
        await using var house = await KeyHouse.OpenAsync();
        await PrepareAsync(house);
        var known = await AppliedAsync(house);
        await ApplyAsync(house, Later, known[0]);
        await house.Database.WriteAsync(tenantId: null, db => db.Database.ExecuteSqlAsync($"""DELETE FROM "__EFMigrationsHistory" WHERE "MigrationId" = {known[^1]}"""));

        (await Should.ThrowAsync<StartupFaultException>(() => PrepareAsync(house))).Message.ShouldContain(Later);
    }

    /// <summary>From here on each migration states its floor; those before were for programs that know them, and so is an engine's first.</summary>
    [Fact]
    public async Task Migrations_StateTheirFloor()
    {
        const string LastWithout = "20261129120123_GateGeneration";
        await using var house = await KeyHouse.OpenAsync();
        await using var db = house.Database.Read(tenantId: null);
        var migrations = db.GetService<IMigrationsAssembly>().Migrations;
        foreach (var (id, type) in migrations.Skip(1).Where(m => string.CompareOrdinal(m.Key, LastWithout) > 0))
        {
            var floor = type.GetCustomAttribute<SchemaFloorAttribute>().ShouldNotBeNull($"{id}: say with [SchemaFloor(…)] which program may run on what it leaves").Migration;
            migrations.ContainsKey(floor).ShouldBeTrue(id);
            FaultOf(id, floor, ((Migration)Activator.CreateInstance(type)!).UpOperations).ShouldBeNull(id);
        }

        SchemaFloor.Of(migrations).ShouldBe(await FloorOfFreshAsync(house));
    }

    [Fact]
    public void Migration_ThatDoesMoreThanExpand_IsItsOwnFloor()
    {
        foreach (var harm in (MigrationOperation[])
                 [
                     new DropTableOperation { Name = "t" }, new DropColumnOperation { Table = "t", Name = "c" }, new RenameColumnOperation { Table = "t", Name = "c", NewName = "d" },
                     new AlterColumnOperation { Table = "t", Name = "c" }, new AddColumnOperation { Table = "t", Name = "c" }, new CreateIndexOperation { Table = "t", Name = "i", IsUnique = true },
                     new AddForeignKeyOperation { Table = "t", Name = "f" }, new SqlOperation { Sql = "DELETE FROM t" },
                 ])
        {
            FaultOf(Later, "20260101000000_Before", [harm]).ShouldNotBeNull(harm.GetType().Name);
            FaultOf(Later, Later, [harm]).ShouldBeNull(harm.GetType().Name);
        }

        foreach (var expanding in (MigrationOperation[])
                 [
                     new CreateTableOperation { Name = "t" }, new CreateIndexOperation { Table = "t", Name = "i" }, new DropIndexOperation { Table = "t", Name = "i" },
                     new AddColumnOperation { Table = "t", Name = "c", IsNullable = true }, new AddColumnOperation { Table = "t", Name = "c", DefaultValue = 0 },
                 ])
        {
            FaultOf(Later, "20260101000000_Before", [expanding]).ShouldBeNull(expanding.GetType().Name);
        }
    }

    /// <summary>Why a program that does not know the migration could not run on what it leaves; null where it could, or need not.</summary>
    private static string? FaultOf(string id, string floor, IEnumerable<MigrationOperation> operations)
    {
        var news = operations.OfType<CreateTableOperation>().Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        return floor == id ? null : operations.FirstOrDefault(operation => operation switch
        {
            CreateTableOperation or DropIndexOperation or InsertDataOperation => false,
            AddColumnOperation added => !added.IsNullable && added.DefaultValue is null && added.DefaultValueSql is null && added.ComputedColumnSql is null,
            CreateIndexOperation index => index.IsUnique && !news.Contains(index.Table),
            _ => true,
        })?.GetType().Name;
    }

    private static Task PrepareAsync(KeyHouse house) => house.Database.Engine.PrepareAsync(house.Get<IDbContextFactory<DashboardDbContext>>(), CancellationToken.None);

    private static Task<int> ApplyAsync(KeyHouse house, string migration, string floor) => house.Database.WriteAsync(tenantId: null, async db =>
        await db.Database.ExecuteSqlAsync($"""INSERT INTO "__EFMigrationsHistory" VALUES ({migration}, '99')""")
        + await db.Database.ExecuteSqlAsync($"""UPDATE "schema_floor" SET "Migration" = {floor}"""));

    private static async Task<string> FloorAsync(KeyHouse house)
    {
        await using var db = house.Database.Read(tenantId: null);
        return await db.Database.SqlQuery<string>($"""SELECT "Migration" AS "Value" FROM "schema_floor" """).SingleAsync();
    }

    private static async Task<string> FloorOfFreshAsync(KeyHouse house)
    {
        await PrepareAsync(house);
        return await FloorAsync(house);
    }

    private static async Task<List<string>> AppliedAsync(KeyHouse house)
    {
        await using var db = house.Database.Read(tenantId: null);
        return [.. await db.Database.GetAppliedMigrationsAsync()];
    }
}

[OnPostgres]
public class SchemaFloorOnPostgresTests : SchemaFloorTests;
