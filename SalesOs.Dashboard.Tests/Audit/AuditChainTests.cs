using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Audit;

public class AuditChainTests
{
    [Theory]
    [InlineData("UPDATE audit_entries SET Action = 'key.edited' WHERE Sequence = 3", 3)]
    [InlineData("UPDATE audit_entries SET KeyId = NULL WHERE Sequence = 3", 3)]
    [InlineData("UPDATE audit_entries SET ActorId = NULL WHERE Sequence = 3", 3)]
    [InlineData("UPDATE audit_entries SET At = At + 1 WHERE Sequence = 3", 3)]
    [InlineData("UPDATE audit_entries SET RequestId = 'other' WHERE Sequence = 3", 3)]
    [InlineData("UPDATE audit_entries SET Outcome = 'refused' WHERE Sequence = 3", 3)]
    [InlineData("UPDATE audit_entries SET Canonical = CAST(replace(CAST(Canonical AS TEXT), 'key 2', 'key 9') AS BLOB) WHERE Sequence = 3", 3)]
    [InlineData("UPDATE audit_entries SET Hash = zeroblob(32) WHERE Sequence = 3", 3)]
    [InlineData("UPDATE audit_personal SET Data = CAST(replace(CAST(Data AS TEXT), 'admin', 'other') AS BLOB) WHERE Sequence = 3", 3)]
    [InlineData("DELETE FROM audit_entries WHERE Sequence = 3", 3)]
    [InlineData("DELETE FROM audit_entries WHERE Sequence = 1", 1)]
    [InlineData("UPDATE audit_entries SET Sequence = 100 WHERE Sequence = 5", 5)]
    public async Task Verify_Tampered_NamesTheFirstBadEntry(string tampering, long firstBad)
    {
        await using var house = await FiveEntriesAsync();
        await TamperAsync(house, tampering);
        (await house.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme)).ShouldBe(new ChainVerdict(firstBad - 1, firstBad));
    }

    [Fact]
    public async Task Verify_Untouched_IsWhole()
    {
        await using var house = await FiveEntriesAsync();
        (await house.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme)).ShouldBe(new ChainVerdict(5, FirstBad: null));
    }

    [Fact]
    public async Task Verify_PersonalDataErased_StillHoldsAndThePersonIsFoundNowhere()
    {
        await using var house = await FiveEntriesAsync();
        await TamperAsync(house, "DELETE FROM audit_personal; UPDATE people SET Subject = NULL, Name = NULL, Email = NULL");
        (await house.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme)).Whole.ShouldBeTrue();

        await using var db = house.Database.Read(KeyHouse.Acme);
        foreach (var entry in await db.Set<AuditEntry>().ToListAsync())
        {
            System.Text.Encoding.UTF8.GetString(entry.Canonical).ShouldNotContain("admin@example.test");
        }
    }

    [Fact]
    public async Task Append_TwoTenantsAndParallelChanges_EachChainIsContiguous()
    {
        await using var house = await KeyHouse.OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i =>
            Task.Run(() => house.MakeAsync(new NewKey($"key {i}"), KeyHouse.Admin(i % 2 == 0 ? KeyHouse.Acme : KeyHouse.Beta)))));
        (await house.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme)).ShouldBe(new ChainVerdict(30, FirstBad: null));
        (await house.Get<AuditVerification>().VerifyAsync(KeyHouse.Beta)).ShouldBe(new ChainVerdict(30, FirstBad: null));
    }

    [Fact]
    public async Task Append_OutsideATransaction_IsRefused()
    {
        await using var house = await KeyHouse.OpenAsync();
        await using var db = house.Database.Read(KeyHouse.Acme);
        await Should.ThrowAsync<InvalidOperationException>(() => house.Get<AuditLog>().AppendAsync(db, new AuditEvent(AuditActions.KeyCreated), KeyHouse.Admin()));
    }

    private static async Task<KeyHouse> FiveEntriesAsync()
    {
        var house = await KeyHouse.OpenAsync();
        for (var i = 0; i < 5; i++)
        {
            await house.MakeAsync(new NewKey($"key {i}"));
        }

        return house;
    }

    private static Task TamperAsync(KeyHouse house, string sql) =>
        house.Database.WriteAsync(tenantId: null, async db =>
        {
            await db.Database.ExecuteSqlRawAsync("PRAGMA defer_foreign_keys=ON");
            if (sql.Contains("audit_entries", StringComparison.Ordinal) && sql.Contains("Sequence = ", StringComparison.Ordinal))
            {
                // Who tampers clears what would give them away.
                await db.Database.ExecuteSqlRawAsync(sql.StartsWith("DELETE", StringComparison.Ordinal) || sql.Contains("SET Sequence", StringComparison.Ordinal)
                    ? "DELETE FROM audit_personal"
                    : "SELECT 1");
            }

            return await db.Database.ExecuteSqlRawAsync(sql);
        });
}
