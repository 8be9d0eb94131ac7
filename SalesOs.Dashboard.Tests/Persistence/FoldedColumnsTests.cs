using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Sales;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Persistence;

/// <summary>A database that an earlier program has folded in its own way.</summary>
public class FoldedColumnsTests
{
    private static readonly DataPartition Acme = new(KeyHouse.Acme, DataEnvironment.Live);

    [Fact]
    public async Task Start_OnADatabaseOfAnotherFold_FindsItsRowsAsNewOnes()
    {
        var directory = Directory.CreateTempSubdirectory("salesos-").FullName;
        await using (var before = await RunningDashboard.StartAsync(directory: directory))
        {
            await before.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("Straße  1", Notes: "first\nsecond"), KeyHouse.Admin());
            await before.Services.GetRequiredService<LeadService>().CreateAsync(Acme, new LeadFields { Name = "ΟΔΟΣ", Phone = "1", Source = "Ｗeb" });
            await SpoilAsync(before.Services.GetRequiredService<Database>());
        }

        var after = await RunningDashboard.StartAsync(directory: directory);

        var key = (await after.Services.GetRequiredService<ApiKeyService>().ListAsync(new KeyQuery(Search: "strasse 1"), KeyHouse.Admin())).Value!.Keys.ShouldHaveSingleItem();
        (await after.Services.GetRequiredService<ApiKeyService>().ListAsync(new KeyQuery(Search: "FIRST second"), KeyHouse.Admin())).Value!.Total.ShouldBe(1);
        (await after.Services.GetRequiredService<LeadService>().ListAsync(Acme, new LeadQuery(Search: "οδος", Source: "WEB"))).Total.ShouldBe(1);
        await using (var db = after.Services.GetRequiredService<Database>().Read(KeyHouse.Acme))
        {
            var stored = await db.Set<ApiKey>().SingleAsync(k => k.Id == key.Id);
            stored.SearchText.ShouldBe(FoldedKeys.SearchTextOf(stored.Name, stored.Notes, stored.Key));
            stored.Version.ShouldBe(1);
        }

        await after.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task FoldAnew_TwoAddressesThatBecomeOne_KeepsBothAndKnowsTheFirst()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var database = dashboard.Services.GetRequiredService<Database>();
        var sync = dashboard.Services.GetRequiredService<CollaboratorSync>();
        await sync.SyncAsync(Acme, [Row("a@x.co", "composed", 0), Row("b@x.co", "decomposed", 1), Row("c@x.co", "third", 2)]);
        // As the earlier fold has left them: by case alone.
        await ExecuteAsync(database, "UPDATE collaborators SET Email = 'josé@x.co', EmailFolded = 'josé@x.co' WHERE ExternalId = 'composed'");
        await ExecuteAsync(database, "UPDATE collaborators SET Email = 'Jose\u0301@x.co', EmailFolded = 'jose\u0301@x.co' WHERE ExternalId = 'decomposed'");
        await ExecuteAsync(database, "PRAGMA user_version = 0");

        await dashboard.Services.GetRequiredService<FoldedColumns>().FoldAnewAsync();
        var tally = await sync.SyncAsync(Acme, [Row("JOSE\u0301@x.co", "composed", 0)]);

        (tally.Created, tally.Existing).ShouldBe((0, 1));
        await using var db = database.Read(KeyHouse.Acme);
        (await db.Set<Collaborator>().OrderBy(c => c.ExternalId).Select(c => c.ExternalId).ToListAsync()).ShouldBe(["composed", "decomposed", "third"]);
    }

    private static Parsed<CollaboratorRow> Row(string email, string id, int index) => new(new CollaboratorRow { ExternalId = id, Name = "José", Email = email }, [], index);

    private static async Task SpoilAsync(Database database)
    {
        await ExecuteAsync(database, "UPDATE api_keys SET NameFolded = 'straße  1', SearchText = 'straße  1' || substr(Key, 1, 16)");
        await ExecuteAsync(database, "UPDATE leads SET NameFolded = 'οδοσ', SearchFolded = '', SourceFolded = NULL");
        await ExecuteAsync(database, "PRAGMA user_version = 0");
    }

    private static Task ExecuteAsync(Database database, string sql) => database.WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync(sql));
}
