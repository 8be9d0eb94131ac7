using SalesOs.Dashboard.ApiKeys;

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
