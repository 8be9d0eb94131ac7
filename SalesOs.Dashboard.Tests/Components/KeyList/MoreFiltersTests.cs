using Bunit;
using SalesOs.Dashboard.Components.KeyList;
using SalesOs.Dashboard.Components.KeyList.More;

namespace SalesOs.Dashboard.Tests.Components.KeyList;

public class MoreFiltersTests : ComponentHouse
{
    private KeysAddress? asked;

    [Fact]
    public async Task Filter_Chosen_GoesToItsAddressOnTheFirstPage()
    {
        var filters = Show(new KeysAddress { Page = 3, Search = "crm" });
        filters.Find("summary").TextContent.ShouldBe("More filters");

        await filters.FindAll("input[type=checkbox]")[0].ChangeAsync(true);
        asked!.ToString().ShouldBe("/integrations/api-keys?full_access=true&search=crm");
        await filters.FindAll("input[type=checkbox]")[1].ChangeAsync(true);
        asked!.ToString().ShouldBe("/integrations/api-keys?never_expires=true&search=crm");
        await filters.FindAll("input[type=checkbox]")[2].ChangeAsync(true);
        asked!.ToString().ShouldBe("/integrations/api-keys?any_address=true&search=crm");
        await filters.FindAll("input[type=text]")[0].ChangeAsync(" ana@acme.test ");
        asked!.ToString().ShouldBe("/integrations/api-keys?owner=ana@acme.test&search=crm");
        await filters.FindAll("input[type=text]")[1].ChangeAsync(" ana@acme.test ");
        asked!.ToString().ShouldBe("/integrations/api-keys?created_by=ana@acme.test&search=crm");
        await filters.FindAll("input[type=date]")[1].ChangeAsync("2026-11-01");
        asked!.ToString().ShouldBe("/integrations/api-keys?unused_since=2026-11-01&search=crm");
    }

    [Fact]
    public void Filters_ThatAreChosen_AreCountedAndShown()
    {
        var filters = Show(KeysAddress.Parse("https://x/integrations/api-keys?full_access=true&created_by=ana&expires_before=2026-12-24"));

        filters.Find("summary").TextContent.ShouldBe("More filters (3)");
        filters.FindAll("input[type=checkbox]")[0].HasAttribute("checked").ShouldBeTrue();
        filters.FindAll("input[type=text]")[1].GetAttribute("value").ShouldBe("ana");
        filters.FindAll("input[type=date]")[2].GetAttribute("value").ShouldBe("2026-12-24");
        filters.Find("form input[name=address]").GetAttribute("value").ShouldBe("/integrations/api-keys?full_access=true&created_by=ana&expires_before=2026-12-24");
    }

    [Fact]
    public void Days_AreTheReadersOwn()
    {
        var traits = KeysAddress.Parse("https://x/?used_since=2026-11-01").ToQuery(TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo")).Traits!;

        traits.UsedSince.ShouldBe(new DateTimeOffset(2026, 11, 1, 3, 0, 0, TimeSpan.Zero));
    }

    private IRenderedComponent<MoreFilters> Show(KeysAddress address) => Render<MoreFilters>(p => p.Add(f => f.Address, address).Add(f => f.Changed, next => asked = next));
}
