using Bunit;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.KeyList;

namespace SalesOs.Dashboard.Tests.Components.KeyList;

public class KeyFiltersTests : ComponentHouse
{
    [Fact]
    public void Button_OfANarrowScreen_SaysHowManyFiltersHoldAndUnfoldsThem()
    {
        var filters = Render<KeyFilters>(p => p.Add(f => f.Address, new KeysAddress { Search = "crm" }));
        filters.Find(".fold").TextContent.Trim().ShouldBe("Filters");

        filters.Render(p => p.Add(f => f.Address, new KeysAddress { Search = "crm", Mark = KeyMark.Expiring, Environment = KeyEnvironment.Test, Scope = Scopes.LeadsRead, Creator = Guid.NewGuid() }));

        filters.Find(".fold").TextContent.Trim().ShouldBe("Filters (4)");
        filters.Find(".fold").GetAttribute("aria-expanded").ShouldBe("false");
        filters.Find(".choices").ClassList.Contains("open").ShouldBeFalse();
        filters.Find(".fold").Click();
        filters.Find(".fold").GetAttribute("aria-expanded").ShouldBe("true");
        filters.Find(".choices").ClassList.Contains("open").ShouldBeTrue();
        filters.Find(".fold").GetAttribute("aria-controls").ShouldBe(filters.Find(".choices").Id);
    }
}
