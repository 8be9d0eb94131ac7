using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Persistence.Postgres;

/// <summary>Migrations beside nodes that serve.</summary>
[Trait("Engine", "Postgres")]
[Trait("Speed", "Slow")]
public sealed class PostgresMigrationsTests
{
    [Fact]
    public async Task Migration_ThatWaitsForATable_LetsThosePassWhoComeLater()
    {
        var server = await PostgresServer.Shared;
        var there = await server.MakeAsync();
        await using (var services = new ServiceCollection().AddDatabase(new PostgresLocation("/nowhere", there + ";Pooling=false")).BuildServiceProvider())
        {
            var factory = services.GetRequiredService<IDbContextFactory<DashboardDbContext>>();
            await using var holder = await OpenAsync(there);
            await ExecuteAsync(holder, """CREATE TABLE "__EFMigrationsHistory" ("MigrationId" varchar(150) PRIMARY KEY, "ProductVersion" varchar(32) NOT NULL)""");
            await using (await holder.BeginTransactionAsync())
            {
                // As a backup does that takes its time.
                await ExecuteAsync(holder, """SELECT count(*) FROM "__EFMigrationsHistory" """);
                var migrating = services.GetRequiredService<IDatabaseEngine>().PrepareAsync(factory, CancellationToken.None);
                await using var reader = await OpenAsync(there);
                while (await ExecuteAsync(reader, "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") is 0L)
                {
                    migrating.IsCompleted.ShouldBeFalse();
                }

                await ExecuteAsync(reader, """SELECT count(*) FROM "__EFMigrationsHistory" """).WaitAsync(TimeSpan.FromSeconds(15));
                migrating.IsCompleted.ShouldBeFalse("it comes to its turn when the table is free");
                await ExecuteAsync(holder, "COMMIT");
                await migrating;
            }
        }

        await server.DropAsync(there);
    }

    [Fact]
    public async Task Migration_ThatANodesActDeadlocksWith_IsTriedAgain()
    {
        var server = await PostgresServer.Shared;
        var there = await server.MakeAsync();
        await using (var services = new ServiceCollection().AddDatabase(new PostgresLocation("/nowhere", there + ";Pooling=false")).BuildServiceProvider())
        {
            var factory = services.GetRequiredService<IDbContextFactory<DashboardDbContext>>();
            await using (var db = await factory.CreateDbContextAsync())
            {
                await db.GetService<IMigrator>().MigrateAsync(db.Database.GetMigrations().Single(name => name.EndsWith("_BrownOuts", StringComparison.Ordinal)));
            }

            await using var node = await OpenAsync(there);
            // The migration looks for a deadlock first, and is the one that is ended.
            await ExecuteAsync(node, "SET deadlock_timeout = '60s'");
            await using (await node.BeginTransactionAsync())
            {
                await ExecuteAsync(node, "LOCK TABLE api_keys IN ROW EXCLUSIVE MODE");
                var migrating = services.GetRequiredService<IDatabaseEngine>().PrepareAsync(factory, CancellationToken.None);
                await using var watch = await OpenAsync(there);
                while (await ExecuteAsync(watch, "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'api_keys'::regclass") is 0L)
                {
                    migrating.IsCompleted.ShouldBeFalse();
                }

                await ExecuteAsync(node, """SELECT count(*) FROM "__EFMigrationsHistory" """);
                migrating.IsCompleted.ShouldBeFalse();
                await ExecuteAsync(node, "COMMIT");
                await migrating;
            }
        }

        await server.DropAsync(there);
    }

    private static async Task<NpgsqlConnection> OpenAsync(string connection)
    {
        var line = new NpgsqlConnection(connection + ";Pooling=false;Command Timeout=60");
        await line.OpenAsync();
        return line;
    }

    private static async Task<object?> ExecuteAsync(NpgsqlConnection line, string sql)
    {
        await using var command = new NpgsqlCommand(sql, line);
        return await command.ExecuteScalarAsync();
    }
}
