using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;

namespace SalesOs.Dashboard.Tests.ApiKeys;

public class KeyNamesTests
{
    [Fact]
    public async Task Of_LivingDeletedForeignAndUnknown_NamesWhatTheTenantMaySee()
    {
        await using var house = await KeyHouse.OpenAsync();
        var living = (await house.MakeAsync(new NewKey("CRM sync"))).Key;
        var deleted = (await house.MakeAsync(new NewKey("Old ERP"))).Key;
        await house.Keys.DeleteAsync(deleted.Id, KeyHouse.Admin());
        var foreign = (await house.MakeAsync(new NewKey("Beta's"), KeyHouse.Admin(KeyHouse.Beta))).Key;

        var names = (await house.Get<KeyNames>().OfAsync([living.Id, deleted.Id, foreign.Id, Guid.CreateVersion7()], KeyHouse.Auditor())).ShouldNotBeNull();

        names.Values.OrderBy(n => n.Name, StringComparer.Ordinal).ShouldBe(
        [
            new KeyName(living.Id, "CRM sync", living.KeyPrefix, Deleted: false),
            new KeyName(deleted.Id, "Old ERP", deleted.KeyPrefix, Deleted: true),
        ]);
    }

    [Theory]
    [InlineData("integracao", 2)]
    [InlineData("  INTEGRAÇÃO n", 1)]
    [InlineData("nowhere", 0)]
    public async Task Find_APartOfAName_GivesLivingAndDeletedKeysAndNoForeignOne(string text, int found)
    {
        await using var house = await KeyHouse.OpenAsync();
        await house.MakeAsync(new NewKey("Integração nova"));
        var deleted = (await house.MakeAsync(new NewKey("Integração velha"))).Key;
        await house.Keys.DeleteAsync(deleted.Id, KeyHouse.Admin());
        await house.MakeAsync(new NewKey("Integração de outros"), KeyHouse.Admin(KeyHouse.Beta));

        (await house.Get<KeyNames>().FindAsync(text, KeyHouse.Auditor())).ShouldNotBeNull().Count.ShouldBe(found);
    }

    [Fact]
    public async Task Everything_WithoutTheCapability_GivesNothing()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = (await house.MakeAsync()).Key;

        (await house.Get<KeyNames>().OfAsync([key.Id], KeyHouse.Manager())).ShouldBeNull();
        (await house.Get<KeyNames>().FindAsync("Zapier", KeyHouse.Manager())).ShouldBeNull();
        (await house.Get<AuditPeople>().ListAsync(KeyHouse.Manager())).ShouldBeNull();
    }

    [Fact]
    public async Task List_OfTheLog_FilteredByKeys_HoldsOnlyTheirs()
    {
        await using var house = await KeyHouse.OpenAsync();
        var one = (await house.MakeAsync()).Key;
        var two = (await house.MakeAsync()).Key;
        await house.MakeAsync();

        var page = (await house.Get<AuditQueries>().ListAsync(new AuditFilter(AnyKeyOf: [one.Id, two.Id]), KeyHouse.Auditor())).Value.ShouldNotBeNull();

        page.Entries.Select(e => e.KeyId).ShouldBe([two.Id, one.Id]);
        (await house.Get<AuditQueries>().ListAsync(new AuditFilter(AnyKeyOf: []), KeyHouse.Auditor())).Value.ShouldNotBeNull().Total.ShouldBe(0);
    }

    [Fact]
    public async Task People_OfTheLog_AreTheTenantsOwnInOrderOfTheirLabels()
    {
        await using var house = await KeyHouse.OpenAsync();
        await house.MakeAsync();
        await house.MakeAsync(caller: KeyHouse.Admin() with { Subject = "other", Email = "Ana@example.test" });
        await house.MakeAsync(caller: KeyHouse.Admin(KeyHouse.Beta));

        (await house.Get<AuditPeople>().ListAsync(KeyHouse.Auditor())).ShouldNotBeNull().Select(p => p.Label).ShouldBe(["admin@example.test", "Ana@example.test"]);
    }
}
