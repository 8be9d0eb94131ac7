using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Hosting;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Persistence.Postgres;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Hosting;

/// <summary><c>move</c>: from SQLite into an empty database on PostgreSQL.</summary>
[Trait("Engine", "Postgres")]
public sealed class MoveTests : IAsyncLifetime
{
    private readonly string directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;
    private string target = null!;

    private string File => Path.Combine(directory, "salesos.db");

    private string[] Settings => ["--Data:Directory=" + directory, "--Database:Provider=Postgres", "--Database:ConnectionString=" + target, "--MasterKey:File=" + Path.Combine(directory, "master.key")];

    public async ValueTask InitializeAsync() => target = await (await PostgresServer.Shared).MakeAsync();

    public async ValueTask DisposeAsync()
    {
        await (await PostgresServer.Shared).DropAsync(target);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Move_OfADatabaseWithEverything_BringsEveryRowAndServesTheSameKeys()
    {
        CreatedKey made;
        await using (var source = await RunningDashboard.StartAsync(directory: directory, settings: ["--Demo=true"]))
        {
            made = (await source.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("ERP \U0001F511"), KeyHouse.Admin())).Value!;
            (await RefusedAsync()).ShouldContain("another process is running");
        }

        var digest = SHA256.HashData(await System.IO.File.ReadAllBytesAsync(File));
        var output = new StringWriter();
        var errors = new StringWriter();
        (await CommandLine.RunAsync(["move", File, .. Settings], output, errors)).ShouldBe(0, errors.ToString());
        output.ToString().ShouldContain($"moved from {File}, ");
        SHA256.HashData(await System.IO.File.ReadAllBytesAsync(File)).ShouldBe(digest, "the source is left as it is");

        await using (var services = new ServiceCollection().AddDatabase(new PostgresLocation(directory, target + ";Pooling=false")).BuildServiceProvider())
        {
            await using var db = services.GetRequiredService<Database>().Read(AuditLog.Platform);
            (await db.Set<AuditEntry>().CountAsync(e => e.Action == AuditActions.DatabaseMoved)).ShouldBe(1);
            foreach (var table in db.Model.GetRelationalModel().Tables.Where(table => table.Name is not "audit_entries" and not "audit_heads" && !OwnToTheServer.Contains(table.Name)))
            {
#pragma warning disable EF1002 // The names are the model's own.
                (await db.Database.SqlQueryRaw<long>($"SELECT count(*) AS \"Value\" FROM \"{table.Name}\"").SingleAsync()).ShouldBe(await CountAsync(table.Name), table.Name);
#pragma warning restore EF1002
            }
        }

        (await CountAsync("api_keys")).ShouldBeGreaterThan(10);
        (await CountAsync("usage_counts")).ShouldBeGreaterThan(100);
        (await RefusedAsync()).ShouldContain("is not empty");
        await using var moved = await RunningDashboard.StartAsync(directory: directory, settings: Settings);
        var header = RequestSigner.Authorization(made.ApiKey, made.Secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), "GET", "/v1/whoami", []);
        (await new RawRequest("GET", "/v1/whoami").With("Authorization: " + header).SendAsync(moved.BaseAddress)).Status.ShouldBe(200);
        (await moved.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("after"), KeyHouse.Admin())).Done.ShouldBeTrue();
    }

    /// <summary>What SQLite has no table for.</summary>
    private static readonly string[] OwnToTheServer = ["folded_form", "change_counter", "key_changes", "nodes"];

    [Theory]
    [InlineData("INSERT INTO __EFMigrationsHistory VALUES ('29991231000000_Later', '99.0.0')", "is of another version")]
    [InlineData("DELETE FROM __EFMigrationsHistory WHERE MigrationId = (SELECT MAX(MigrationId) FROM __EFMigrationsHistory)", "is of another version")]
    [InlineData("UPDATE audit_entries SET RequestId = 'other' WHERE TenantId = '" + KeyHouse.Acme + "'", "the audit chain of tenant " + KeyHouse.Acme)]
    [InlineData("DROP TABLE api_keys", "is no database of this program")]
    public async Task Move_OfADatabaseThatIsNotFit_IsRefusedAndLeavesTheTargetEmpty(string harm, string fault)
    {
        await using (var house = await KeyHouse.OpenAsync(directory))
        {
            await house.MakeAsync();
        }

        await using (var connection = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = harm;
            await command.ExecuteNonQueryAsync();
        }

        (await RefusedAsync()).ShouldContain(fault);
        await using var filling = await PostgresFilling.BeginAsync(new PostgresLocation(directory, target + ";Pooling=false"), CancellationToken.None);
        filling.Schema.ShouldBe("public", "an empty database can be filled");
    }

    private async Task<string> RefusedAsync()
    {
        var errors = new StringWriter();
        (await CommandLine.RunAsync(["move", File, .. Settings], TextWriter.Null, errors)).ShouldBe(1);
        return errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldHaveSingleItem();
    }

    private async Task<long> CountAsync(string table)
    {
        await using var connection = new SqliteConnection($"Data Source={File};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT COUNT(*) FROM \"{table}\"";
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
