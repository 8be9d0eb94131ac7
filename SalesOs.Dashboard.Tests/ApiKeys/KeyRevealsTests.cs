using System.Collections;
using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Components.Reveal;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.ApiKeys;

/// <summary>Guarantee S4: a reveal is lost to nobody but the wrong person, and then it is gone.</summary>
public class KeyRevealsTests : IAsyncLifetime
{
    private readonly List<RevealGone> gone = [];
    private KeyHouse house = null!;

    private KeyReveals Reveals => house.Get<KeyReveals>();

    public async ValueTask InitializeAsync()
    {
        house = await KeyHouse.OpenAsync();
        house.Get<PendingReveals>().Gone += (_, what) => gone.Add(what);
    }

    public ValueTask DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Created_ShownAgainAndAgain_GivesTheSameValuesAndAnEntryForEachShowing()
    {
        var key = await CreateAsync();

        var first = await ShowAsync(key);
        house.Clock.Advance(TimeSpan.FromMinutes(9.9));
        var again = await ShowAsync(key);

        first.Created.Secret.ShouldStartWith("salesos_secret_live_");
        (again.Created.ApiKey, again.Created.Secret).ShouldBe((first.Created.ApiKey, first.Created.Secret));
        (await EntriesAsync(key)).ShouldBe([AuditActions.KeyCreated, AuditActions.SecretRevealed, AuditActions.SecretRevealed]);
    }

    [Fact]
    public async Task Created_AskedForTwiceUnderOneName_IsOneKeyThatIsStillToBeShown()
    {
        var once = Guid.NewGuid();
        var first = (await Reveals.CreateAsync(new NewKey("CRM sync"), KeyHouse.Admin(), once)).Value!;

        (await Reveals.CreateAsync(new NewKey("CRM sync"), KeyHouse.Admin(), once)).Value!.Id.ShouldBe(first.Id);
        (await Reveals.RotateAsync(first.Id, KeyHouse.Admin(), once: first.Id)).Value!.Id
            .ShouldBe((await Reveals.RotateAsync(first.Id, KeyHouse.Admin(), once: first.Id)).Value!.Id);

        (await Reveals.CreateAsync(new NewKey("ERP"), KeyHouse.Admin(), once)).Error!.Reason.ShouldBe(ErrorReason.IdempotencyMismatch);
        (await PendingAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Created_AfterTenMinutes_IsGoneAndSaysSo()
    {
        var key = await CreateAsync();
        (await ShowAsync(key)).Until.ShouldBe(house.Clock.GetUtcNow().AddMinutes(10));

        house.Clock.Advance(TimeSpan.FromMinutes(10));

        (await Reveals.ShowAsync(key, KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await PendingAsync()).ShouldBeEmpty();
        gone.ShouldHaveSingleItem().Expired.ShouldBeTrue();
        (await EntriesAsync(key)).ShouldBe([AuditActions.KeyCreated, AuditActions.SecretRevealed], "nothing was shown the second time");
    }

    [Fact]
    public async Task Acknowledged_ShownAgain_IsGone()
    {
        var key = await CreateAsync();

        (await Reveals.AcknowledgeAsync(key, KeyHouse.Admin())).ShouldBeTrue();

        (await Reveals.ShowAsync(key, KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await Reveals.AcknowledgeAsync(key, KeyHouse.Admin())).ShouldBeFalse();
        gone.ShouldHaveSingleItem().Expired.ShouldBeFalse();
        (await EntriesAsync(key)).ShouldBe([AuditActions.KeyCreated, AuditActions.SecretAcknowledged]);
    }

    [Fact]
    public async Task Created_AskedForByOthers_IsNeverTheirs()
    {
        var key = await CreateAsync();
        Caller[] others = [KeyHouse.Admin() with { Subject = "subject-of-a-colleague" }, KeyHouse.Admin(KeyHouse.Beta) with { Subject = KeyHouse.Admin().Subject }];

        foreach (var other in others)
        {
            (await Reveals.ShowAsync(key, other)).Error!.Reason.ShouldBe(ErrorReason.NotFound);
            (await Reveals.AcknowledgeAsync(key, other)).ShouldBeFalse();
            (await Reveals.PendingAsync(other.TenantId, other.Subject)).ShouldBeEmpty();
        }

        (await ShowAsync(key)).Created.Key.Id.ShouldBe(key, "and it is still its maker's");
    }

    [Fact]
    public async Task Capability_LostMeanwhile_ShowsNothing()
    {
        var key = await CreateAsync();
        var demoted = KeyHouse.Admin() with { Capabilities = new HashSet<string>(StringComparer.Ordinal) { Capabilities.AuditIntegrations } };

        (await Reveals.ShowAsync(key, demoted)).Error!.Reason.ShouldBe(ErrorReason.MissingCapability);
    }

    [Fact]
    public async Task Showing_ThatCannotBeRecorded_ShowsNothingAndWaits()
    {
        var key = await CreateAsync();
        await ForbidAsync(AuditActions.SecretRevealed);

        await Should.ThrowAsync<DbUpdateException>(() => Reveals.ShowAsync(key, KeyHouse.Admin()));
        (await PendingAsync()).ShouldBe([key]);
        (await house.Keys.GetAsync(key, KeyHouse.Admin())).Value!.Status.ShouldBe(KeyStatus.Active, "the key that was made stays");

        await AllowAsync();
        (await ShowAsync(key)).Created.Key.Id.ShouldBe(key);
    }

    [Fact]
    public async Task Acknowledgement_ThatCannotBeRecorded_LeavesTheValues()
    {
        var key = await CreateAsync();
        await ForbidAsync(AuditActions.SecretAcknowledged);

        await Should.ThrowAsync<DbUpdateException>(() => Reveals.AcknowledgeAsync(key, KeyHouse.Admin()));

        await AllowAsync();
        (await ShowAsync(key)).Created.Key.Id.ShouldBe(key);
    }

    [Fact]
    public async Task Rotated_Successor_IsKeptAsACreatedOneIs()
    {
        var key = await CreateAsync();
        await Reveals.AcknowledgeAsync(key, KeyHouse.Admin());

        var successor = (await Reveals.RotateAsync(key, KeyHouse.Admin())).Value!;

        successor.RotatedFrom.ShouldBe(key);
        (await PendingAsync()).ShouldBe([successor.Id]);
        (await ShowAsync(successor.Id)).Created.Key.Id.ShouldBe(successor.Id);
    }

    [Fact]
    public async Task Key_DeletedMeanwhile_HasNothingToShow()
    {
        var key = await CreateAsync();
        await house.Keys.DeleteAsync(key, KeyHouse.Admin());

        (await Reveals.ShowAsync(key, KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await PendingAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Keys_MadeByPrograms_AreNotKept()
    {
        await house.MakeAsync();

        house.Get<PendingReveals>().Count.ShouldBe(0);
    }

    [Fact]
    public async Task OnePerson_MakingMany_PushesOutOnlyTheirOwnOldest()
    {
        var colleague = KeyHouse.Admin() with { Subject = "subject-of-a-colleague" };
        var theirs = (await Reveals.CreateAsync(new NewKey("CRM"), colleague)).Value!.Id;
        var own = new List<Guid>();
        for (var i = 0; i <= PendingReveals.MostPerPerson; i++)
        {
            own.Add(await CreateAsync());
            house.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        (await PendingAsync()).ShouldBe(own[1..]);
        (await Reveals.PendingAsync(colleague.TenantId, colleague.Subject)).ShouldBe([theirs]);
        gone.ShouldHaveSingleItem().KeyId.ShouldBe(own[0]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Secret_OnceItIsGone_IsOverwrittenInMemory(bool expires)
    {
        var key = await CreateAsync();
        var kept = KeptSecret();
        kept.ShouldContain(b => b != 0);

        if (expires)
        {
            house.Clock.Advance(PendingReveals.Kept);
        }
        else
        {
            await Reveals.AcknowledgeAsync(key, KeyHouse.Admin());
        }

        kept.ShouldAllBe(b => b == 0);
        house.Get<PendingReveals>().Count.ShouldBe(0);
    }

    [Fact]
    public async Task Secret_ShownAndAcknowledged_StandsInNoFileAndNoLogLine()
    {
        var key = await CreateAsync();
        var created = (await ShowAsync(key)).Created;
        await Reveals.AcknowledgeAsync(key, KeyHouse.Admin());
        var hunt = new CanaryHunt();
        hunt.Seek(Encoding.ASCII.GetBytes(created.Secret));
        var places = new Dictionary<string, byte[]>(StringComparer.Ordinal) { ["log"] = Encoding.UTF8.GetBytes(string.Join('\n', house.Log.All.Select(line => line.Text))) };
        foreach (var file in (await TestEngine.FilesAsync(house.Directory)).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes);
            places[Path.GetFileName(file)] = bytes;
        }

        hunt.In(places).ShouldBeEmpty();
        hunt.Seek(Encoding.ASCII.GetBytes(created.ApiKey));
        hunt.In(places).ShouldNotBeEmpty("the hunt can find");
    }

    [Fact]
    public void State_ThatOutlivesACircuit_HasNoPlaceForASecret()
    {
        var persisted = typeof(PendingReveals).Assembly.GetTypes()
            .SelectMany(type => type.GetProperties(BindingFlags.Instance | BindingFlags.Public))
            .Where(property => property.IsDefined(typeof(PersistentStateAttribute)))
            .ToList();

        persisted.ShouldNotBeEmpty();
        persisted.Select(property => property.PropertyType).ShouldAllBe(type => type == typeof(Guid?) || type == typeof(bool) || type == typeof(string) || type == typeof(CurrentUser) || type == typeof(PolicyView));
        persisted.ShouldAllBe(property => property.DeclaringType!.Namespace != typeof(RevealHost).Namespace);
    }

    private Task<IReadOnlyList<Guid>> PendingAsync() => Reveals.PendingAsync(KeyHouse.Acme, KeyHouse.Admin().Subject);

    private async Task<Guid> CreateAsync() => (await Reveals.CreateAsync(new NewKey("CRM sync"), KeyHouse.Admin())).Value.ShouldNotBeNull().Id;

    private async Task<Reveal> ShowAsync(Guid key) => (await Reveals.ShowAsync(key, KeyHouse.Admin())).Value.ShouldNotBeNull();

    private byte[] KeptSecret()
    {
        const BindingFlags Hidden = BindingFlags.NonPublic | BindingFlags.Instance;
        var all = (IDictionary)typeof(OwnShortMemory).GetField("all", Hidden)!.GetValue(house.Get<OwnShortMemory>())!;
        var kept = all.Values.Cast<object>().Single();
        return (byte[])kept.GetType().GetProperty("Bytes")!.GetValue(kept)!;
    }

    private async Task<List<string>> EntriesAsync(Guid key)
    {
        await using var db = house.Database.Read(KeyHouse.Acme);
        return await db.Set<AuditEntry>().Where(e => e.KeyId == key).OrderBy(e => e.Sequence).Select(e => e.Action).ToListAsync();
    }

    private Task ForbidAsync(string action) => ChangeSchemaAsync(
        $"CREATE TRIGGER forbidden BEFORE INSERT ON audit_entries WHEN NEW.Action = '{action}' BEGIN SELECT RAISE(ABORT, 'not recorded'); END");

    private Task AllowAsync() => ChangeSchemaAsync("DROP TRIGGER forbidden");

    private async Task ChangeSchemaAsync(string sql)
    {
        await using var db = house.Database.Read(tenantId: null);
        await db.Database.ExecuteSqlRawAsync(sql);
    }
}
