using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Tests.Persistence.Postgres;
using SalesOs.Dashboard.Tests.Usage;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.ApiKeys;

public class KeyListTests
{
    [Fact]
    public async Task List_Search_FindsNameNotesAndPrefixWhateverCaseAndAccents()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync(new NewKey("Integração São Paulo", Notes: "Relatório diário"));
        await house.MakeAsync(new NewKey("Other"));

        (await NamesAsync(house, new KeyQuery(Search: "INTEGRACAO sao"))).ShouldBe(["Integração São Paulo"]);
        (await NamesAsync(house, new KeyQuery(Search: "relatorio"))).ShouldBe(["Integração São Paulo"]);
        (await NamesAsync(house, new KeyQuery(Search: made.ApiKey[..14]))).ShouldBe(["Integração São Paulo"]);
        (await NamesAsync(house, new KeyQuery(Search: made.ApiKey))).ShouldBe(["Integração São Paulo"]);
        (await NamesAsync(house, new KeyQuery(Search: "%"))).ShouldBeEmpty();
        (await NamesAsync(house, new KeyQuery(Search: "_"))).Count.ShouldBe(2, "both prefixes hold an underscore, which is a character like others");
    }

    [Fact]
    public async Task List_StatusFilter_RevokedWinsOverExpired()
    {
        await using var house = await KeyHouse.OpenAsync();
        await house.MakeAsync(new NewKey("active"));
        await house.MakeAsync(new NewKey("expired", ExpiresInDays: 1));
        var both = await house.MakeAsync(new NewKey("revoked and expired", ExpiresInDays: 1));
        await house.Keys.RevokeAsync(both.Key.Id, reason: null, KeyHouse.Admin());
        house.Clock.Advance(TimeSpan.FromDays(1));

        (await NamesAsync(house, new KeyQuery(Status: KeyStatus.Active))).ShouldBe(["active"]);
        (await NamesAsync(house, new KeyQuery(Status: KeyStatus.Expired))).ShouldBe(["expired"]);
        (await NamesAsync(house, new KeyQuery(Status: KeyStatus.Revoked))).ShouldBe(["revoked and expired"]);
        (await house.Keys.GetAsync(both.Key.Id, KeyHouse.Admin())).Value!.Status.ShouldBe(KeyStatus.Revoked);
    }

    [Fact]
    public async Task List_SearchForSeveralPrefixes_FindsEachOfThem()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (one, two) = (await house.MakeAsync(new NewKey("one")), await house.MakeAsync(new NewKey("two", KeyEnvironment.Test)));
        await house.MakeAsync(new NewKey("three"));

        (await NamesAsync(house, new KeyQuery(Search: $"{one.ApiKey[..16]} {two.ApiKey}", Sort: KeySort.Name, Descending: false))).ShouldBe(["one", "two"]);
        (await NamesAsync(house, new KeyQuery(Search: $"{one.ApiKey[..16]} three"))).ShouldBeEmpty("words beside a prefix make it a text");
    }

    [Theory]
    [InlineData("Straße", "strasse")]
    [InlineData("ΟΔΟΣ", "οδος")]
    [InlineData("CRM  sync", "crm sync")]
    [InlineData("CRM sync", "CRM\u00A0\u00A0sync")]
    [InlineData("Jose\u0301", "josé")]
    [InlineData("ＥＲＰ", "erp")]
    [InlineData("a\uFFFE", "a\uFFFE")]
    public async Task List_Search_ComparesAsOneText(string name, string search)
    {
        await using var house = await KeyHouse.OpenAsync();
        await house.MakeAsync(new NewKey(name));
        await house.MakeAsync(new NewKey("Other"));

        (await NamesAsync(house, new KeyQuery(Search: search))).ShouldBe([name]);
        (await NamesAsync(house, new KeyQuery(Search: "\u200B"))).Count.ShouldBe(2, "nothing that can be seen is searched for");
    }

    [Fact]
    public async Task List_SearchForAKeyAsTheTableShowsIt_FindsIt()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (one, two) = (await house.MakeAsync(new NewKey("one")), await house.MakeAsync(new NewKey("two", KeyEnvironment.Test)));
        await house.MakeAsync(new NewKey("three"));
        var (prefix, end) = (one.ApiKey[..16], one.ApiKey[^4..]);

        foreach (var search in (string[])
            [$"{prefix}…{end}", $"{prefix}...{end}", $"sk_live_…{end}", $"SK_LIVE_…{end}", $"sk\\_live\\_{prefix[8..]}…{end}", one.ApiKey.Replace("_", "\\_", StringComparison.Ordinal), $"{one.ApiKey[..20]}  {one.ApiKey[20..]}", $"{prefix[..12]} {prefix[12..]}…{end}", $"{prefix}\u200B…{end}"])
        {
            (await NamesAsync(house, new KeyQuery(Search: search))).ShouldBe(["one"], search);
        }

        (await NamesAsync(house, new KeyQuery(Search: $"sk_live_…{end} {two.ApiKey[..16]}…{two.ApiKey[^4..]}", Sort: KeySort.Name, Descending: false))).ShouldBe(["one", "two"]);
        (await NamesAsync(house, new KeyQuery(Search: $"sk_test_…{end}"))).ShouldBeEmpty();
        (await house.Get<KeyNames>().FindAsync($"{prefix}…{end}", KeyHouse.Admin())).ShouldBe([one.Key.Id]);
        (await house.Get<KeyOverview>().FindAsync([$"sk_live_…{end}", $"{prefix}…zzzz", prefix], KeyHouse.Admin())).Value!.Select(f => f.Key.Name).ShouldBe(["one"]);
        await house.Keys.DeleteAsync(one.Key.Id, KeyHouse.Admin());
        (await house.Get<KeyNames>().FindAsync($"{prefix}…{end}", KeyHouse.Admin())).ShouldBe([one.Key.Id]);
    }

    [Fact]
    public async Task List_MarksAndTotals_CountTheSameKeys()
    {
        await using var house = await KeyHouse.OpenAsync();
        await house.MakeAsync(new NewKey("fresh, never used"));
        await house.MakeAsync(new NewKey("expiring at the edge", ExpiresInDays: 114));
        await house.MakeAsync(new NewKey("expiring a day later", ExpiresInDays: 115));
        await house.MakeAsync(new NewKey("expired", ExpiresInDays: 30));
        var revoked = await house.MakeAsync(new NewKey("revoked"));
        await house.MakeAsync(new NewKey("of another tenant"), KeyHouse.Admin(KeyHouse.Beta));
        await house.Keys.RevokeAsync(revoked.Key.Id, reason: null, KeyHouse.Admin());
        var (stale, used) = (await UsedKey.MakeAsync(house), await UsedKey.MakeAsync(house));
        house.Clock.Advance(TimeSpan.FromDays(10));
        stale.LetIn();
        house.Clock.Advance(TimeSpan.FromMilliseconds(1));
        used.LetIn();
        await house.Get<UsageWriter>().FlushAsync();
        house.Clock.Advance(TimeSpan.FromDays(90) - TimeSpan.FromMilliseconds(1));

        var expiring = await NamesAsync(house, new KeyQuery(Mark: KeyMark.Expiring));
        var unused = await NamesAsync(house, new KeyQuery(Mark: KeyMark.Unused, Sort: KeySort.Name));
        var ended = await NamesAsync(house, new KeyQuery(Mark: KeyMark.Ended, Sort: KeySort.Name, Descending: false));

        expiring.ShouldBe(["expiring at the edge"]);
        unused.ShouldBe(["Zapier", "fresh, never used", "expiring at the edge", "expiring a day later"]);
        ended.ShouldBe(["expired", "revoked"]);
        (await house.Get<KeyOverview>().TotalsAsync(KeyHouse.Auditor())).Value.ShouldBe(new KeyTotals(5, 1, 4, 2));
        foreach (var mark in Enum.GetValues<KeyMark>())
        {
            var all = (await house.Keys.ListAsync(new KeyQuery(), KeyHouse.Admin())).Value!.Keys;
            var marked = (await house.Keys.ListAsync(new KeyQuery(Mark: mark), KeyHouse.Admin())).Value!.Keys;
            all.Where(k => k.Bears(mark, house.Clock.GetUtcNow())).Select(k => k.Id).ShouldBe(marked.Select(k => k.Id), ignoreOrder: true);
        }
    }

    [Fact]
    public async Task Totals_WithoutTheCapability_AreRefused()
    {
        await using var house = await KeyHouse.OpenAsync();

        (await house.Get<KeyOverview>().TotalsAsync(KeyHouse.Manager())).Error!.Capability.ShouldBe(Capabilities.AuditIntegrations);
        (await house.Get<KeyOverview>().FindAsync([], KeyHouse.Manager())).Error!.Capability.ShouldBe(Capabilities.AuditIntegrations);
    }

    [Fact]
    public async Task Find_WholeApiKeys_GivesThoseOfTheTenantInTheOrderAsked()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (one, two) = (await house.MakeAsync(new NewKey("one")), await house.MakeAsync(new NewKey("two")));
        var foreign = await house.MakeAsync(new NewKey("foreign"), KeyHouse.Admin(KeyHouse.Beta));

        var found = (await house.Get<KeyOverview>().FindAsync([two.ApiKey, foreign.ApiKey, one.ApiKey, one.ApiKey[..39] + "!", two.ApiKey], KeyHouse.Admin())).Value!;

        found.Select(f => (f.ApiKey, f.Key.Name)).ShouldBe([(two.ApiKey, "two"), (one.ApiKey, "one")]);
    }

    /// <summary>By the bytes of the folded name, and what was never used before everything else, whatever the database would do by itself.</summary>
    [Fact]
    public async Task List_EverySort_HasOneOrderInEveryDatabase()
    {
        await using var house = await KeyHouse.OpenAsync();
        string[] names = ["b", "A", "_", "a-b", "ab", "Z", "é", "ß", "😀", "漢", "a b", "%"];
        foreach (var name in names)
        {
            await house.MakeAsync(new NewKey(name));
            house.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var (first, second) = (await UsedKey.MakeAsync(house), await UsedKey.MakeAsync(house));
        second.LetIn(2);
        house.Clock.Advance(TimeSpan.FromMinutes(1));
        first.LetIn();
        (await house.Get<UsageWriter>().FlushAsync()).ShouldBeTrue();

        var byName = await NamesAsync(house, new KeyQuery(Sort: KeySort.Name, Descending: false));
        byName.ShouldBe(["%", "_", "A", "a b", "a-b", "ab", "b", "é", "ß", "Z", "Zapier", "Zapier", "漢", "😀"]);
        (await NamesAsync(house, new KeyQuery(Sort: KeySort.Name))).ShouldBe(Enumerable.Reverse(byName));
        var byUse = (await house.Keys.ListAsync(new KeyQuery(Sort: KeySort.LastUsedAt, Descending: false), KeyHouse.Admin())).Value!.Keys.Select(k => k.Id).ToList();
        byUse[^2..].ShouldBe([second.Id, first.Id]);
        (await house.Keys.ListAsync(new KeyQuery(Sort: KeySort.LastUsedAt), KeyHouse.Admin())).Value!.Keys.Select(k => k.Id).ShouldBe(Enumerable.Reverse(byUse));
        (await house.Keys.ListAsync(new KeyQuery(Sort: KeySort.UsageCount), KeyHouse.Admin())).Value!.Keys.Take(2).Select(k => k.Id).ShouldBe([second.Id, first.Id]);
        for (var page = 1; page <= names.Length + 2; page++)
        {
            (await NamesAsync(house, new KeyQuery(page, PerPage: 1, Search: "", Sort: KeySort.Name, Descending: false))).ShouldBe([byName[page - 1]]);
        }
    }

    /// <summary>Nothing in it is said twice, so that no index can make it shorter.</summary>
    [Fact]
    public async Task List_OfAKeyWithTheLongestTexts_FindsIt()
    {
        await using var house = await KeyHouse.OpenAsync();
        var random = new Random(20261129);
        var text = (int length) => string.Concat(Enumerable.Range(0, length).Select(_ => char.ConvertFromUtf32(random.Next(0x20000, 0x2A6DF))));
        var made = await house.MakeAsync(new NewKey(text(100), Notes: text(500)));

        (await NamesAsync(house, new KeyQuery(Search: made.Key.Notes![^20..]))).ShouldBe([made.Key.Name]);
        (await house.Keys.EditAsync(made.Key.Id, new KeyEdit { Name = text(100) }, ifVersion: null, KeyHouse.Admin())).Done.ShouldBeTrue();
    }

    [Fact]
    public async Task List_ScopeAndEnvironmentFilters_MatchWholeScopes()
    {
        await using var house = await KeyHouse.OpenAsync();
        await house.MakeAsync(new NewKey("read", Scopes: [Scopes.LeadsRead]));
        await house.MakeAsync(new NewKey("read and write", KeyEnvironment.Test, [Scopes.LeadsWrite, Scopes.LeadsRead]));
        await house.MakeAsync(new NewKey("unrestricted"));

        (await NamesAsync(house, new KeyQuery(Scope: Scopes.LeadsRead, Sort: KeySort.Name, Descending: false))).ShouldBe(["read", "read and write"]);
        (await NamesAsync(house, new KeyQuery(Scope: "leads:"))).ShouldBeEmpty();
        (await NamesAsync(house, new KeyQuery(Environment: KeyEnvironment.Test))).ShouldBe(["read and write"]);
    }

    [Fact]
    public async Task List_Sorts_OrderAndKeepNeverLastInExpiry()
    {
        await using var house = await KeyHouse.OpenAsync();
        foreach (var (name, days) in new (string, int?)[] { ("b", 2), ("Á", null), ("c", 1) })
        {
            await house.MakeAsync(new NewKey(name, ExpiresInDays: days));
            house.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        (await NamesAsync(house, new KeyQuery())).ShouldBe(["c", "Á", "b"]);
        (await NamesAsync(house, new KeyQuery(Sort: KeySort.Name, Descending: false))).ShouldBe(["Á", "b", "c"]);
        (await NamesAsync(house, new KeyQuery(Sort: KeySort.ExpiresAt, Descending: false))).ShouldBe(["c", "b", "Á"]);
    }

    [Fact]
    public async Task List_Pages_CutWithoutOverlapAndCountAll()
    {
        await using var house = await KeyHouse.OpenAsync();
        for (var i = 0; i < 7; i++)
        {
            await house.MakeAsync(new NewKey($"same time {i}"));
        }

        var pages = new List<string>();
        for (var page = 1; page <= 3; page++)
        {
            pages.AddRange(await NamesAsync(house, new KeyQuery(page, 3)));
        }

        pages.Distinct(StringComparer.Ordinal).Count().ShouldBe(7);
        var beyond = (await house.Keys.ListAsync(new KeyQuery(4, 3), KeyHouse.Admin())).Value!;
        beyond.Keys.ShouldBeEmpty();
        beyond.Total.ShouldBe(7);
    }

    private static async Task<List<string>> NamesAsync(KeyHouse house, KeyQuery query) =>
        [.. (await house.Keys.ListAsync(query, KeyHouse.Admin())).Value!.Keys.Select(k => k.Name)];
}
