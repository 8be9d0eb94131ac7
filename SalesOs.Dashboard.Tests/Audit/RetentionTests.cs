using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Persistence.Postgres;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Audit;

/// <summary>Guarantee A4, and what is pruned.</summary>
public class RetentionTests
{
    private static readonly Caller Leaver = KeyHouse.Admin() with
    {
        Subject = "subject-of-the-leaver",
        Name = "Leandra Leaver",
        Email = "leandra.leaver@example.test",
        Address = "198.51.100.77",
        Agent = "leavers-browser/7.3",
    };

    [Fact]
    public async Task Entries_OlderThanTheRetention_GoUpToACheckpointAndTheRestVerifies()
    {
        await using var house = await KeyHouse.OpenAsync(settings: ("Audit:RetentionDays", "365"));
        await AuditedHouse.FillAsync(house, hours: 2, keysAnHour: 3);
        house.Clock.Advance(TimeSpan.FromDays(364));
        await AuditedHouse.FillAsync(house, hours: 1, keysAnHour: 2);
        var pruning = house.Get<AuditPruning>();
        await pruning.PruneAsync();
        (await FirstAsync(house)).ShouldBe(1, "nothing is older than a year");

        house.Clock.Advance(TimeSpan.FromDays(1));
        await pruning.PruneAsync();
        await pruning.PruneAsync();

        (await FirstAsync(house)).ShouldBe(7);
        (await house.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme)).ShouldBe(new ChainVerdict(3, FirstBad: null, First: 7, CheckedFrom: 7));
        var told = (await house.Get<AuditQueries>().ListAsync(new AuditFilter(Action: AuditActions.Pruned), KeyHouse.Auditor())).Value!.Entries.Single();
        (told.Detail!["first"]!.GetValue<long>(), told.Detail["last"]!.GetValue<long>(), told.Actor).ShouldBe((1, 6, null));

        var (manifest, text) = await AuditedHouse.ExportAsync(house);
        (manifest.First, manifest.PrunedThrough, manifest.Checkpoints[0].Sequence).ShouldBe((7, 6, 6));
        using var verifier = new Verifier();
        (await verifier.RunAsync(verifier.Put("pruned.jsonl", text))).Single().ShouldBe(new OfflineVerdict(Whole: true, 3, FirstBad: null, Reason: null));

        await house.MakeAsync();
        (await house.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme)).Whole.ShouldBeTrue();
    }

    [Fact]
    public async Task Pruning_OfALogThatDoesNotHold_LeavesTheEvidence()
    {
        await using var house = await KeyHouse.OpenAsync(settings: ("Audit:RetentionDays", "1"));
        await AuditedHouse.FillAsync(house, hours: 2, keysAnHour: 2);
        await house.Database.WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync("UPDATE audit_entries SET Outcome = 'refused' WHERE Sequence = 2"));
        house.Clock.Advance(TimeSpan.FromDays(9));

        await house.Get<AuditPruning>().PruneAsync();

        (await FirstAsync(house)).ShouldBe(1);
        house.Log.All.ShouldContain(l => l.Text.Contains("nothing of it is pruned", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pruning_WhileAnExportIsUnderWay_Waits()
    {
        await using var house = await KeyHouse.OpenAsync(settings: ("Audit:RetentionDays", "1"));
        await AuditedHouse.FillAsync(house, hours: 2, keysAnHour: 2);
        house.Clock.Advance(TimeSpan.FromDays(9));
        using ((await house.Get<AuditExporter>().BeginAsync(AuditFormat.Jsonl, new AuditFilter(), KeyHouse.Auditor())).Value)
        {
            await house.Get<AuditPruning>().PruneAsync();
            (await FirstAsync(house)).ShouldBe(1);
        }

        await house.Get<AuditPruning>().PruneAsync();
        (await FirstAsync(house)).ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Person_ErasedAndAYearPruned_IsFoundInNoFileAndTheLogVerifies()
    {
        await using var house = await KeyHouse.OpenAsync(settings: ("Audit:RetentionDays", "365"));
        await AuditedHouse.FillAsync(house, hours: 2, keysAnHour: 20, Leaver);
        house.Clock.Advance(TimeSpan.FromDays(300));
        await AuditedHouse.FillAsync(house, hours: 1, keysAnHour: 20, Leaver);
        await AuditedHouse.FillAsync(house, hours: 1, keysAnHour: 20);
        var key = await house.MakeAsync(new NewKey("the leaver's"), Leaver);
        await PutCallersAsync(house, key.Key.Id);
        house.Clock.Advance(TimeSpan.FromDays(66));
        (await TracesAsync(house)).ShouldNotBeEmpty("or the search finds nothing ever");

        var person = (await house.Get<AuditQueries>().ListAsync(new AuditFilter(Actor: Leaver.Email), KeyHouse.Auditor())).Value!.Entries[0].ActorId!.Value;
        var erased = await house.Get<PersonErasure>().EraseAsync(person, KeyHouse.Admin());
        erased.Value.ShouldBe(new Erasure(Entries: 61, Traces: 2, Wiped: true));
        await house.Get<AuditPruning>().PruneAsync();

        (await TracesAsync(house)).ShouldBeEmpty();
        (await FirstAsync(house)).ShouldBe(41);
        (await house.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme)).Whole.ShouldBeTrue();
        var (_, text) = await AuditedHouse.ExportAsync(house);
        text.ShouldNotContain("leaver@");
        using var verifier = new Verifier();
        (await verifier.RunAsync(verifier.Put("erased.jsonl", text))).Single().Whole.ShouldBeTrue();
        var told = (await house.Get<AuditQueries>().ListAsync(new AuditFilter(Action: AuditActions.PersonErased), KeyHouse.Auditor())).Value!.Entries.Single();
        told.Detail!["person"]!.GetValue<Guid>().ShouldBe(person);
        told.Actor.ShouldBe("admin@example.test");

        // The key goes on, without its maker's name; what others' servers called from stays.
        (await house.Keys.GetAsync(key.Key.Id, KeyHouse.Admin())).Value!.CreatedBy.ShouldBeNull();
        await using var db = house.Database.Read(KeyHouse.Acme);
        (await db.Set<KeyCaller>().Select(c => c.Address).ToListAsync()).ShouldBe(["203.0.113.200"]);

        // Again is no harm, and who comes back is somebody new.
        (await house.Get<PersonErasure>().EraseAsync(person, KeyHouse.Admin())).Error.ShouldBeNull();
        await house.MakeAsync(caller: Leaver);
        (await db.Set<Person>().SingleAsync(p => p.Email == Leaver.Email)).Id.ShouldNotBe(person);
    }

    [Fact]
    public async Task Erasure_OfOneself_LeavesNoneOfOnesData()
    {
        await using var house = await KeyHouse.OpenAsync();
        await house.MakeAsync(caller: Leaver);
        await using var db = house.Database.Read(KeyHouse.Acme);
        var person = (await db.Set<Person>().SingleAsync()).Id;

        (await house.Get<PersonErasure>().EraseAsync(person, Leaver)).Value!.Entries.ShouldBe(2);

        (await TracesAsync(house)).ShouldBeEmpty();
        (await house.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme)).ShouldBe(new ChainVerdict(2, FirstBad: null));
    }

    [Fact]
    public async Task Erasure_ByWhoMayNotOrOfAnotherTenants_DoesNothing()
    {
        await using var house = await KeyHouse.OpenAsync();
        await house.MakeAsync(caller: Leaver);
        await using var db = house.Database.Read(KeyHouse.Acme);
        var person = (await db.Set<Person>().SingleAsync()).Id;
        var erasure = house.Get<PersonErasure>();

        (await erasure.EraseAsync(person, KeyHouse.Auditor())).Error!.Reason.ShouldBe(ErrorReason.MissingCapability);
        (await erasure.EraseAsync(person, KeyHouse.Admin(KeyHouse.Beta))).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await erasure.EraseAsync(Guid.CreateVersion7(), KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.NotFound);

        (await db.Set<Person>().AsNoTracking().SingleAsync()).Email.ShouldBe(Leaver.Email);
    }

    private static Task PutCallersAsync(KeyHouse house, Guid key) => house.Database.WriteAsync(KeyHouse.Acme, async db =>
    {
        var now = house.Clock.GetUtcNow();
        foreach (var (address, agent) in new[] { (Leaver.Address!, Leaver.Agent!), ("203.0.113.200", "crm/1") })
        {
            db.Add(new KeyCaller { TenantId = KeyHouse.Acme, KeyId = key, Address = address, Agent = agent, FirstSeenAt = now, LastSeenAt = now, Count = 1 });
        }

        await db.Database.ExecuteSqlAsync($"UPDATE api_keys SET LastUsedAt = 1, LastUsedIp = {Leaver.Address}, LastUsedAgent = {Leaver.Agent} WHERE Id = {key}");
        return 0;
    });

    private static async Task<long> FirstAsync(KeyHouse house)
    {
        await using var db = house.Database.Read(KeyHouse.Acme);
        return await db.Set<AuditEntry>().MinAsync(e => e.Sequence);
    }

    /// <summary>Where in the folder, byte for byte, something of the leaver stands.</summary>
    private static async Task<IReadOnlyList<string>> TracesAsync(KeyHouse house)
    {
        SqliteConnection.ClearAllPools();
        var found = new List<string>();
        foreach (var file in await TestEngine.FilesAsync(house.Directory))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy);
            var bytes = Encoding.Latin1.GetString(copy.ToArray());
            string[] traces = ["leandra", "Leandra", "of-the-leaver", Leaver.Address!, Leaver.Agent!];
            found.AddRange(traces.Where(t => bytes.Contains(t, StringComparison.Ordinal)).Select(t => $"{Path.GetFileName(file)}: {t}"));
        }

        return found;
    }
}
