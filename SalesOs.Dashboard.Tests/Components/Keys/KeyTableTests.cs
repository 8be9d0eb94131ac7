using Bunit;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys;

namespace SalesOs.Dashboard.Tests.Components.Keys;

public class KeyTableTests : ComponentHouse
{
    [Fact]
    public void Table_ForAnAuditor_HasNoActionsAtAll()
    {
        var table = Table(canManage: false, Key());

        table.FindAll("button").ShouldBeEmpty();
        table.FindAll("thead th").Count.ShouldBe(9);
    }

    [Fact]
    public void Table_ForAnAdmin_HasAMenuNamedAfterEachKey() =>
        Table(canManage: true, Key("CRM"), Key("ERP")).FindAll(".acts button").Select(b => b.GetAttribute("aria-label")).ShouldBe(["Actions for CRM", "Actions for ERP"]);

    [Fact]
    public void Row_OfAnUnrestrictedKey_SaysFullAccess() => Table(canManage: false, Key(scopes: [])).Find(".chip.full").TextContent.ShouldContain("Full access");

    [Fact]
    public void Row_ShowsTheKeyInPartOnly() => Table(canManage: false, Key()).Find("code.key").TextContent.ShouldBe("sk_live_a1b2c3d4…o5p6");

    [Theory]
    [InlineData(14, KeyStatus.Active, true)]
    [InlineData(15, KeyStatus.Active, false)]
    [InlineData(3, KeyStatus.Revoked, false)]
    public void Expiry_WithinFourteenDaysOfAKeyInUse_Warns(int days, KeyStatus status, bool warns) =>
        (Table(canManage: false, Key(status: status, expiresAt: Clock.GetUtcNow().AddDays(days))).FindAll(".soon").Count == 1).ShouldBe(warns);

    [Fact]
    public void Row_InPortuguese_WritesNumbersAndTimesSo()
    {
        Speak("pt-BR");
        var table = Table(canManage: false, Key(usage: 1_234_567));

        table.Find("td.number").TextContent.ShouldBe("1.234.567");
        table.Find("time").TextContent.ShouldBe("há 3 minutos");
    }

    [Fact]
    public void Row_NameWithMarkup_ShowsAsText() => Table(canManage: false, Key("<img src=x onerror=alert(1)>")).FindAll("img").ShouldBeEmpty();

    [Fact]
    public void Header_OfTheSortedColumn_SaysSoAndLeadsToTheOtherWay()
    {
        var header = Table(canManage: false, Key()).Find("th[aria-sort]");

        header.GetAttribute("aria-sort").ShouldBe("descending");
        header.QuerySelector("a")!.GetAttribute("href").ShouldBe("/integrations/api-keys?sort=created_at");
    }

    private IRenderedComponent<KeyTable> Table(bool canManage, params ApiKeyView[] keys)
    {
        Render<MudBlazor.MudPopoverProvider>();
        return Render<KeyTable>(p => p.Add(t => t.Keys, keys).Add(t => t.Address, new KeysAddress()).Add(t => t.CanManage, canManage));
    }
}
