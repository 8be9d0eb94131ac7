using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.ApiKeys;

/// <summary>Guarantee S3: another master key, one start, and the old one opens nothing any more.</summary>
public class MasterKeyChangeTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("salesos-").FullName;
    private readonly string next = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private string Before => File.ReadAllText(Path.Combine(directory, "master.key")).Trim();

    private (string, string)[] Changing => [("MasterKey:Value", next), ("MasterKey:Previous", Before)];

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Start_WithThePreviousKey_OpensAllUnderTheNewOneAndRecordsIt()
    {
        var made = await MakeAsync();
        string signer;
        await using (var house = await KeyHouse.OpenAsync(directory))
        {
            signer = house.Get<AuditSigner>().KeyId;
        }

        await using (var house = await KeyHouse.OpenAsync(directory, settings: Changing))
        {
            made.ShouldAllBe(m => Opens(house, m));
            await house.MakeAsync(new NewKey("after"), KeyHouse.Admin(KeyHouse.Beta));
        }

        await using var again = await KeyHouse.OpenAsync(directory, settings: ("MasterKey:Value", next));
        made.ShouldAllBe(m => Opens(again, m));
        await using var db = again.Database.Read(AuditLog.Platform);
        var entry = await db.Set<AuditEntry>().SingleAsync(e => e.Action == AuditActions.MasterKeyRotated);
        System.Text.Encoding.UTF8.GetString(entry.Canonical).ShouldContain("\"not_opened\":0");
        again.Get<AuditSigner>().KeyId.ShouldBe(signer, "what it has signed stays signed");
        foreach (var tenant in (string[])[AuditLog.Platform, KeyHouse.Acme, KeyHouse.Beta])
        {
            (await again.Get<AuditVerification>().VerifyAsync(tenant)).Whole.ShouldBeTrue(tenant);
        }
    }

    [Fact]
    public async Task OldKey_AfterTheChange_OpensNothing()
    {
        await MakeAsync();
        var wrapped = new List<byte[]>();
        await using (var house = await KeyHouse.OpenAsync(directory))
        {
            await using var db = house.Database.Read(tenantId: null);
            wrapped.AddRange(await db.Set<TenantDataKey>().IgnoreQueryFilters().Select(k => k.Wrapped).ToListAsync());
            wrapped.AddRange(await db.Set<AuditSigningKey>().Select(k => k.Sealed).ToListAsync());
        }

        wrapped.Count.ShouldBe(4, "two tenants, the platform, and the audit log's signing key");
        await using (await KeyHouse.OpenAsync(directory, settings: Changing))
        {
            foreach (var file in await TestEngine.FilesAsync(directory))
            {
                var bytes = await File.ReadAllBytesAsync(file);
                wrapped.Count(old => bytes.AsSpan().IndexOf(old) >= 0).ShouldBe(0, $"what the old key opens stands in {file}");
            }
        }

        (await Should.ThrowAsync<StartupFaultException>(() => KeyHouse.OpenAsync(directory))).Message.ShouldStartWith("MasterKey:Value or MasterKey:File: this is not");
        File.Delete(Path.Combine(directory, "master.key"));
        await using var known = await KeyHouse.OpenAsync(directory, settings: ("MasterKey:Value", next));
    }

    [Fact]
    public async Task Start_WithThePreviousKeyOnceMore_ChangesNothingAndSaysThatItIsNotNeeded()
    {
        var made = await MakeAsync();
        await using (await KeyHouse.OpenAsync(directory, settings: Changing))
        {
        }

        await using var again = await KeyHouse.OpenAsync(directory, settings: Changing);
        made.ShouldAllBe(m => Opens(again, m));
        again.Log.All.ShouldContain(l => l.Level == LogLevel.Warning && l.Text.Contains("no longer needed", StringComparison.Ordinal));
        await using var db = again.Database.Read(AuditLog.Platform);
        (await db.Set<AuditEntry>().CountAsync(e => e.Action == AuditActions.MasterKeyRotated)).ShouldBe(1);
    }

    [Fact]
    public async Task Start_WithAWrongPreviousKey_IsRefusedAndChangesNothing()
    {
        var made = await MakeAsync();
        var wrong = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var fault = await Should.ThrowAsync<StartupFaultException>(
            () => KeyHouse.OpenAsync(directory, settings: [("MasterKey:Value", next), ("MasterKey:Previous", wrong)]));
        fault.Message.ShouldNotContain(wrong);
        fault.Message.ShouldNotContain(next);
        await using var house = await KeyHouse.OpenAsync(directory);
        made.ShouldAllBe(m => Opens(house, m));
    }

    [Fact]
    public async Task Start_WithATamperedDataKey_LeavesItAndChangesTheOthers()
    {
        var made = await MakeAsync();
        await using (var house = await KeyHouse.OpenAsync(directory))
        {
            await house.Database.WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync(
                "UPDATE tenant_data_keys SET Wrapped = CASE WHEN substr(Wrapped, 1, 1) = X'00' THEN X'01' ELSE X'00' END || substr(Wrapped, 2) WHERE TenantId = {0}", KeyHouse.Acme));
        }

        await using var changed = await KeyHouse.OpenAsync(directory, settings: Changing);
        Opens(changed, made[0]).ShouldBeFalse();
        Opens(changed, made[1]).ShouldBeTrue();
        changed.Log.All.ShouldContain(l => l.Level == LogLevel.Critical && l.Text.Contains(KeyHouse.Acme, StringComparison.Ordinal) && l.Text.Contains("previous master key", StringComparison.Ordinal));
    }

    private async Task<CreatedKey[]> MakeAsync()
    {
        await using var house = await KeyHouse.OpenAsync(directory);
        return [await house.MakeAsync(new NewKey("first")), await house.MakeAsync(new NewKey("second"), KeyHouse.Admin(KeyHouse.Beta))];
    }

    private static bool Opens(KeyHouse house, CreatedKey made)
    {
        var k1 = new byte[32];
        SignatureChain.DeriveK1(made.Secret, made.ApiKey, k1);
        return house.Ring.Find(made.ApiKey)!.K1.SequenceEqual(k1);
    }
}
