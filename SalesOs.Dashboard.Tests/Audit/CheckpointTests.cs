using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Audit;

public class CheckpointTests
{
    [Fact]
    public async Task Hour_ThatHadEntries_EndsWithACheckpointAtItsLast()
    {
        await using var house = await KeyHouse.OpenAsync();
        await house.MakeAsync();
        await house.MakeAsync();
        await SignAsync(house);
        (await SequencesAsync(house)).ShouldBeEmpty("the hour is not over");

        house.Clock.Advance(TimeSpan.FromHours(1));
        await SignAsync(house);
        await SignAsync(house);
        (await SequencesAsync(house)).ShouldBe([2]);

        // The next entry signs by itself what the hour before has left.
        await house.MakeAsync();
        house.Clock.Advance(TimeSpan.FromHours(5));
        await house.MakeAsync();
        house.Clock.Advance(TimeSpan.FromHours(5));
        await SignAsync(house);
        (await SequencesAsync(house)).ShouldBe([4, 3, 2]);
    }

    [Fact]
    public async Task Checkpoint_OfAChain_HoldsAgainstThePublishedKeyAlone()
    {
        await using var house = await KeyHouse.OpenAsync();
        await AuditedHouse.FillAsync(house, hours: 1, keysAnHour: 2);
        await SignAsync(house);
        var page = (await house.Get<AuditQueries>().CheckpointsAsync(1, 25, KeyHouse.Auditor())).Value!;
        var checkpoint = page.Checkpoints.Single();

        using var key = ECDsa.Create();
        key.ImportFromPem(page.PublicKey.Pem);
        page.PublicKey.Id.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo())));
        var text = AuditCheckpoint.SignedText(KeyHouse.Acme, checkpoint.Sequence, Convert.FromHexString(checkpoint.Hash), checkpoint.At);
        key.VerifyData(text, Convert.FromHexString(checkpoint.Signature), HashAlgorithmName.SHA256).ShouldBeTrue();
        key.VerifyData(AuditCheckpoint.SignedText(KeyHouse.Beta, checkpoint.Sequence, Convert.FromHexString(checkpoint.Hash), checkpoint.At), Convert.FromHexString(checkpoint.Signature), HashAlgorithmName.SHA256).ShouldBeFalse();
    }

    [Fact]
    public async Task SigningKey_OverARestart_StaysAndIsStoredUnderTheMasterKey()
    {
        var directory = Directory.CreateTempSubdirectory("salesos-").FullName;
        string first;
        await using (var house = await KeyHouse.OpenAsync(directory))
        {
            first = house.Get<AuditSigner>().KeyId;
            await AuditedHouse.FillAsync(house, hours: 1, keysAnHour: 1);
            await SignAsync(house);
        }

        await using (var again = await KeyHouse.OpenAsync(directory))
        {
            again.Get<AuditSigner>().KeyId.ShouldBe(first);
            (await again.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme)).Whole.ShouldBeTrue();
            await again.Database.WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync("UPDATE audit_signing_keys SET Sealed = zeroblob(60)"));
        }

        (await Should.ThrowAsync<StartupFaultException>(() => KeyHouse.OpenAsync(directory))).Message.ShouldContain("signing key");
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task WrapAnew_UnderAnotherMasterKey_KeepsTheSigningKeyAndShutsTheOldOneOut()
    {
        await using var house = await KeyHouse.OpenAsync();
        var previous = Convert.FromBase64String(await File.ReadAllTextAsync(Path.Combine(house.Directory, "master.key")));
        var (old, young) = (house.Get<MasterKey>(), new MasterKey(RandomNumberGenerator.GetBytes(MasterKey.Size), previous: previous));
        using var signer = new AuditSigner(young, house.Clock);
        (await house.Database.WriteAsync(AuditLog.Platform, db => signer.WrapAnewAsync(db, young))).Count.ShouldBe(1);

        await using var db = house.Database.Read(tenantId: null);
        await signer.OpenAsync(db);
        signer.KeyId.ShouldBe(house.Get<AuditSigner>().KeyId);
        using var shutOut = new AuditSigner(old, house.Clock);
        await Should.ThrowAsync<StartupFaultException>(() => shutOut.OpenAsync(db));
    }

    [Theory]
    [InlineData("UPDATE audit_heads SET Sequence = 4, Hash = (SELECT Hash FROM audit_entries WHERE Sequence = 4); DELETE FROM audit_personal WHERE Sequence = 5; DELETE FROM audit_entries WHERE Sequence = 5", 5)]
    [InlineData("DELETE FROM audit_personal WHERE Sequence = 5; DELETE FROM audit_entries WHERE Sequence = 5", 5)]
    [InlineData("DELETE FROM audit_heads", 6)]
    [InlineData("UPDATE audit_heads SET Mac = zeroblob(32)", 6)]
    [InlineData("UPDATE audit_heads SET PrunedThrough = 3; DELETE FROM audit_personal WHERE Sequence <= 3; DELETE FROM audit_entries WHERE Sequence <= 3", 6)]
    [InlineData("UPDATE audit_checkpoints SET Hash = zeroblob(32)", 3)]
    [InlineData("UPDATE audit_checkpoints SET Signature = zeroblob(64)", 3)]
    [InlineData("DELETE FROM audit_personal; DELETE FROM audit_entries", 1)]
    [InlineData("DELETE FROM audit_personal; DELETE FROM audit_entries; DELETE FROM audit_heads", 1)]
    public async Task Verify_HeadOrCheckpointTampered_NamesTheEntryFromWhichNothingIsProven(string tampering, long firstBad)
    {
        await using var house = await FiveAsync();
        await house.Database.WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync(tampering));

        (await house.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme)).FirstBad.ShouldBe(firstBad);
    }

    [Theory]
    [InlineData("UPDATE audit_heads SET Sequence = 4, Hash = (SELECT Hash FROM audit_entries WHERE Sequence = 4); DELETE FROM audit_personal WHERE Sequence = 5; DELETE FROM audit_entries WHERE Sequence = 5")]
    [InlineData("DELETE FROM audit_heads; DELETE FROM audit_personal WHERE Sequence = 5; DELETE FROM audit_entries WHERE Sequence = 5")]
    public async Task Append_AfterACutTail_DoesNotHealIt(string tampering)
    {
        await using var house = await FiveAsync();
        await house.Database.WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync(tampering));

        await house.MakeAsync();
        house.Clock.Advance(TimeSpan.FromHours(2));
        await house.MakeAsync();
        await SignAsync(house);

        (await house.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme)).FirstBad.ShouldBe(5);
        (await SequencesAsync(house)).ShouldBe([3], "what is not proven is not signed");
        house.Log.All.ShouldContain(l => l.Level == LogLevel.Critical && l.Text.Contains("entry 5", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Verify_OfALongLog_GoesOnFromWhatHeldAndStillSeesAllWhenAsked()
    {
        await using var house = await KeyHouse.OpenAsync();
        await AuditedHouse.AppendAsync(house, 5100);
        var verification = house.Get<AuditVerification>();
        (await verification.VerifyAsync(KeyHouse.Acme)).ShouldBe(new ChainVerdict(5100, FirstBad: null));
        await house.MakeAsync();
        (await verification.VerifyAsync(KeyHouse.Acme)).ShouldBe(new ChainVerdict(5101, FirstBad: null, CheckedFrom: 5101));

        await house.Database.WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync("UPDATE audit_entries SET At = At + 1 WHERE Sequence = 7"));
        (await verification.VerifyAsync(KeyHouse.Acme, full: true)).FirstBad.ShouldBe(7);
        (await verification.VerifyAsync(KeyHouse.Acme)).FirstBad.ShouldBe(7, "what is broken is not remembered as whole");

        await house.Database.WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync("UPDATE audit_entries SET At = At - 1 WHERE Sequence = 7"));
        (await verification.VerifyAsync(KeyHouse.Acme)).Whole.ShouldBeTrue();
        await house.Database.WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync("UPDATE audit_entries SET At = At + 1 WHERE Sequence = 7"));
        house.Clock.Advance(TimeSpan.FromHours(1));
        (await verification.VerifyAsync(KeyHouse.Acme)).FirstBad.ShouldBe(7, "after an hour all is read again");
    }

    /// <summary>Five entries, a checkpoint at 3.</summary>
    private static async Task<KeyHouse> FiveAsync()
    {
        var house = await KeyHouse.OpenAsync();
        await AuditedHouse.FillAsync(house, hours: 1, keysAnHour: 3);
        await house.MakeAsync();
        await house.MakeAsync();
        return house;
    }

    private static Task SignAsync(KeyHouse house) => house.Get<AuditKeeper>().SignHoursAsync();

    private static async Task<IEnumerable<long>> SequencesAsync(KeyHouse house) =>
        (await house.Get<AuditQueries>().CheckpointsAsync(1, 100, KeyHouse.Auditor())).Value!.Checkpoints.Select(c => c.Sequence);
}
