using System.Text;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Api;

namespace SalesOs.Dashboard.Tests.ApiKeys;

/// <summary>A leaked secret finds its key and no other, and leaves nothing of itself.</summary>
public class LeakedSecretTests
{
    [Fact]
    public async Task Secret_OfTheTenant_FindsItsKeyAloneAndIsAuditedWithoutIt()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = new List<CreatedKey>();
        for (var i = 0; i < 6; i++)
        {
            made.Add(await house.MakeAsync(new NewKey($"key {i}", i % 2 == 0 ? KeyEnvironment.Live : KeyEnvironment.Test)));
        }

        var foreign = await house.MakeAsync(new NewKey("foreign"), KeyHouse.Admin(KeyHouse.Beta));
        await house.Keys.RevokeAsync(made[2].Key.Id, reason: null, KeyHouse.Admin());
        await house.Keys.DeleteAsync(made[5].Key.Id, KeyHouse.Admin());
        var query = house.Get<LeakedSecretQuery>();
        foreach (var key in made.Take(5))
        {
            var found = (await query.FindAsync([key.Secret], KeyHouse.Auditor())).Value!;
            (found.Keys.ShouldHaveSingleItem().Id, found.Unknown).ShouldBe((key.Key.Id, 0));
        }

        var none = (await query.FindAsync([foreign.Secret, made[5].Secret, CredentialFormat.NewSecret(test: false), "no secret"], KeyHouse.Admin())).Value!;
        (none.Keys.Count, none.Unknown).ShouldBe((0, 3));
        (await query.FindAsync([made[0].Secret], KeyHouse.Manager())).Error!.Capability.ShouldBe(Capabilities.AuditIntegrations);

        var entries = (await house.Get<AuditQueries>().ListAsync(new AuditFilter(PerPage: 100, Action: AuditActions.SecretLookedUp), KeyHouse.Auditor())).Value!.Entries;
        entries.Select(e => e.KeyId).ShouldBe([null, null, null, made[4].Key.Id, made[3].Key.Id, made[2].Key.Id, made[1].Key.Id, made[0].Key.Id]);
        (await house.Get<AuditQueries>().ListAsync(new AuditFilter(Action: AuditActions.SecretLookedUp), KeyHouse.Auditor(KeyHouse.Beta))).Value!.Total.ShouldBe(0);
        await NothingKeptAsync(house, [.. made, foreign]);
    }

    [Fact]
    public async Task Text_WithKeysAndSecretsAmongOtherWords_FindsBoth()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (named, secret, bare) = (await house.MakeAsync(), await house.MakeAsync(), await house.MakeAsync());
        var text = $"KEY={named.ApiKey}, {CredentialFormat.NewApiKey(test: true)}\nSECRET='{secret.Secret}'; again {secret.Secret}\nxx{bare.Secret["salesos_secret_live_".Length..]} {CredentialFormat.NewSecret(test: true)} {secret.Secret[..^1]}";

        var found = (await house.Get<LeakedSecretQuery>().FindInAsync(text, KeyHouse.Auditor())).Value!;

        (found.Named.ShouldHaveSingleItem().Id, found.UnknownNames).ShouldBe((named.Key.Id, 1));
        found.BySecret.Keys.Select(k => k.Id).ShouldBe([secret.Key.Id, bare.Key.Id], ignoreOrder: true);
        found.BySecret.Unknown.ShouldBe(1);
        var empty = (await house.Get<LeakedSecretQuery>().FindInAsync("nothing of ours", KeyHouse.Auditor())).Value!;
        (empty.Named.Count, empty.UnknownNames, empty.BySecret.Keys.Count, empty.BySecret.Unknown).ShouldBe((0, 0, 0, 0));
    }

    [Fact]
    public async Task Text_WithMoreThanIsLookedUpAtOnce_LosesNoKeyAndSaysThatItHasTooManySecrets()
    {
        await using var house = await KeyHouse.OpenAsync();
        var last = await house.MakeAsync();
        var keys = string.Join(' ', Enumerable.Range(0, 250).Select(_ => CredentialFormat.NewApiKey(test: false)).Append(last.ApiKey));

        var found = (await house.Get<LeakedSecretQuery>().FindInAsync(keys, KeyHouse.Auditor())).Value!;
        (found.Named.ShouldHaveSingleItem().Id, found.UnknownNames).ShouldBe((last.Key.Id, 250));

        var secrets = string.Join(' ', Enumerable.Range(0, LeakedSecretQuery.MostSecrets + 1).Select(_ => CredentialFormat.NewSecret(test: false)));
        var fault = (await house.Get<LeakedSecretQuery>().FindInAsync(secrets, KeyHouse.Auditor())).Error!.Faults.ShouldHaveSingleItem();
        (fault.Field, fault.Code, fault.Argument).ShouldBe(("text", "secrets_too_many", "10"));
        (await house.Get<LeakedSecretQuery>().FindInAsync(secrets, KeyHouse.Manager())).Error!.Capability.ShouldBe(Capabilities.AuditIntegrations);
    }

    [Fact]
    public async Task LookUp_ThatCannotBeAudited_AnswersNothing()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync();
        await house.Database.WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync("ALTER TABLE audit_entries RENAME TO gone"));

        await Should.ThrowAsync<Exception>(() => house.Get<LeakedSecretQuery>().FindAsync([made.Secret], KeyHouse.Admin()));
    }

    private static async Task NothingKeptAsync(KeyHouse house, IReadOnlyList<CreatedKey> keys)
    {
        var hunt = new CanaryHunt();
        var k1 = new byte[SignatureChain.DigestSize];
        foreach (var key in keys)
        {
            hunt.Seek(Encoding.ASCII.GetBytes(key.Secret));
            SignatureChain.DeriveK1(key.Secret, key.ApiKey, k1);
            hunt.Seek(k1);
        }

        var places = new Dictionary<string, byte[]>(StringComparer.Ordinal) { ["log"] = Encoding.UTF8.GetBytes(string.Join('\n', house.Log.All.Select(line => line.Text))) };
        await using var db = house.Database.Read(tenantId: null);
        places["entries"] = [.. (await db.Set<AuditEntry>().IgnoreQueryFilters().ToListAsync()).SelectMany(e => e.Canonical)];
        places["log"].Length.ShouldBeGreaterThan(10_000, "the log is really at Trace");
        hunt.In(places).ShouldBeEmpty();
    }
}
