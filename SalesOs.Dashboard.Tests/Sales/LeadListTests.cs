using SalesOs.Dashboard.Sales;

namespace SalesOs.Dashboard.Tests.Sales;

public class LeadListTests : SalesTest
{
    [Fact]
    public async Task List_NoFilters_IsNewestFirst()
    {
        await MakeAsync("a", "b", "c");

        (await NamesAsync(new LeadQuery())).ShouldBe(["c", "b", "a"]);
    }

    [Fact]
    public async Task List_Pages_CutWithoutGapOrRepeat()
    {
        // All in one millisecond: the order among ties must hold across pages.
        for (var i = 0; i < 7; i++)
        {
            await Leads.CreateAsync(Acme, new LeadFields { Name = "same", Phone = $"{i}" });
        }

        var seen = new List<Guid>();
        for (var page = 1; page <= 4; page++)
        {
            var cut = await Leads.ListAsync(Acme, new LeadQuery(page, PerPage: 2));
            cut.Total.ShouldBe(7);
            seen.AddRange(cut.Leads.Select(l => l.Id));
        }

        seen.Count.ShouldBe(7);
        seen.Distinct().Count().ShouldBe(7);
        (await Leads.ListAsync(Acme, new LeadQuery(Page: 10_000_000, PerPage: 100))).Leads.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(LeadSort.Name, false, "álvaro,bia,Caio")]
    [InlineData(LeadSort.Name, true, "Caio,bia,álvaro")]
    [InlineData(LeadSort.CreatedAt, false, "Caio,álvaro,bia")]
    [InlineData(LeadSort.CreatedAt, true, "bia,álvaro,Caio")]
    [InlineData(LeadSort.UpdatedAt, false, "álvaro,bia,Caio")]
    [InlineData(LeadSort.UpdatedAt, true, "Caio,bia,álvaro")]
    [InlineData(LeadSort.Status, false, "álvaro,bia,Caio")]
    [InlineData(LeadSort.Status, true, "Caio,bia,álvaro")]
    public async Task List_Sort_Orders(LeadSort sort, bool descending, string expected)
    {
        var made = await MakeAsync("Caio", "álvaro", "bia");
        await Leads.PatchAsync(Acme, made[0].Id, new LeadFields { Status = LeadStatus.Converted });

        (await NamesAsync(new LeadQuery(Sort: sort, Descending: descending))).ShouldBe(expected.Split(','));
    }

    [Fact]
    public async Task List_Status_Filters()
    {
        var made = await MakeAsync("a", "b");
        await Leads.PatchAsync(Acme, made[1].Id, new LeadFields { Status = LeadStatus.Contacted });

        (await NamesAsync(new LeadQuery(Status: LeadStatus.Contacted))).ShouldBe(["b"]);
        (await NamesAsync(new LeadQuery(Status: LeadStatus.New))).ShouldBe(["a"]);
    }

    [Fact]
    public async Task List_Source_FiltersByTheWholeText()
    {
        await Leads.CreateAsync(Acme, new LeadFields { Name = "a", Phone = "1", Source = "web" });
        await Leads.CreateAsync(Acme, new LeadFields { Name = "b", Phone = "1", Source = "webinar" });

        (await NamesAsync(new LeadQuery(Source: "web"))).ShouldBe(["a"]);
        (await NamesAsync(new LeadQuery(Source: "ＷEB "))).ShouldBe(["a"]);
    }

    [Theory]
    [InlineData("joao")]
    [InlineData("JOÃO")]
    [InlineData("conceicao")]
    [InlineData("@exam")]
    [InlineData("1234")]
    [InlineData("padaria")]
    [InlineData("dona")]
    public async Task List_Search_FindsWhateverTheCaseAndTheAccents(string search)
    {
        await MakeAsync("Maria");
        await Leads.CreateAsync(Acme, new LeadFields
        {
            Name = "João da Conceição",
            Email = "J@Example.com",
            Phone = "+55 1234",
            Company = "Padaria",
            Position = "Dona",
        });

        (await NamesAsync(new LeadQuery(Search: search))).ShouldBe(["João da Conceição"]);
    }

    [Theory]
    [InlineData("%")]
    [InlineData("_")]
    [InlineData("' OR 1=1 --")]
    public async Task List_SearchWithWildcards_TakesThemAsText(string search)
    {
        await MakeAsync("a");

        (await NamesAsync(new LeadQuery(Search: search))).ShouldBeEmpty();
    }

    [Fact]
    public async Task List_SearchAfterPatch_SeesTheNewNameAlone()
    {
        var made = await MakeAsync("before");
        await Leads.PatchAsync(Acme, made[0].Id, new LeadFields { Name = "after" });

        (await NamesAsync(new LeadQuery(Search: "after"))).ShouldBe(["after"]);
        (await NamesAsync(new LeadQuery(Search: "before"))).ShouldBeEmpty();
    }

    [Fact]
    public async Task List_CreatedRange_LeavesItsEndsOut()
    {
        var made = await MakeAsync("a", "b", "c");

        (await NamesAsync(new LeadQuery(CreatedAfter: made[0].CreatedAt, CreatedBefore: made[2].CreatedAt))).ShouldBe(["b"]);
    }

    /// <summary>One a minute.</summary>
    private async Task<List<LeadView>> MakeAsync(params string[] names)
    {
        var made = new List<LeadView>();
        foreach (var name in names)
        {
            made.Add((await Leads.CreateAsync(Acme, new LeadFields { Name = name, Phone = "1" })).Value.ShouldNotBeNull());
            Clock.Advance(TimeSpan.FromMinutes(1));
        }

        return made;
    }

    private async Task<IEnumerable<string>> NamesAsync(LeadQuery query)
    {
        var page = await Leads.ListAsync(Acme, query);
        page.Total.ShouldBe(page.Leads.Count);
        return page.Leads.Select(l => l.Name);
    }
}
