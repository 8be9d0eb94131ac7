using Bunit;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.KeyList;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Tests.Components.KeyList;

public class KeyTableTests : ComponentHouse
{
    [Fact]
    public void Table_ForAnAuditor_HasNoActionsAtAll()
    {
        var table = Table(canManage: false, Key());

        table.FindAll("button, input").ShouldBeEmpty();
        table.FindAll("thead th").Count.ShouldBe(8);
    }

    [Fact]
    public void Table_ForAnAdmin_HasAMenuNamedAfterEachKey() =>
        Table(canManage: true, Key("CRM"), Key("ERP")).FindAll(".acts button").Select(b => b.GetAttribute("aria-label")).ShouldBe(["Actions for CRM", "Actions for ERP"]);

    [Fact]
    public void Row_OfAnUnrestrictedKey_SaysFullAccess() => Table(canManage: false, Key(scopes: [])).Find(".scope-chip.full").TextContent.ShouldContain("Full access");

    [Fact]
    public void Row_ShowsTheKeyInPartOnly() => Table(canManage: false, Key()).Find(".key code").TextContent.ShouldBe("sk_live_a1b2c3d4…o5p6");

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

        table.Find("td.number").TextContent.Trim().ShouldBe("1.234.567");
        table.Find(".used time").TextContent.ShouldBe("há 3 minutos");
    }

    [Fact]
    public void Row_NameWithMarkup_ShowsAsText() => Table(canManage: false, Key("<img src=x onerror=alert(1)>")).FindAll("img").ShouldBeEmpty();

    [Fact]
    public void Row_OfSeveralScopes_ShowsTheFirstAndNamesTheRest()
    {
        var chips = Table(canManage: false, Key(scopes: Scopes.All)).FindAll(".scopes .scope-chip");

        chips.Select(c => c.TextContent.Trim()).ShouldBe(["default:sync", "+2leads:read, leads:write"]);
        chips[1].GetAttribute("title").ShouldBe("leads:read, leads:write");
        chips[1].GetAttribute("tabindex").ShouldBe("0");
    }

    [Fact]
    public void Row_OfATestKeyAlone_HasABadge()
    {
        var table = Table(canManage: false, Key("CRM"), Key("Try") with { Environment = KeyEnvironment.Test });

        table.FindAll("th.name").Select(n => n.QuerySelector(".test")?.TextContent).ShouldBe([null, "Test"]);
    }

    [Fact]
    public void Header_OfTheSortThatHolds_SaysSoAndLeadsToTheOtherWay()
    {
        var table = Table(canManage: false, Key());
        table.Find("th[aria-sort] a.current").TextContent.Trim().ShouldBe("Created");
        table.Find("th[aria-sort]").GetAttribute("aria-sort").ShouldBe("descending");
        table.Find("th[aria-sort] a.current").GetAttribute("href").ShouldBe("/integrations/api-keys?sort=created_at");

        table.Render(p => p.Add(t => t.Address, new KeysAddress { Sort = KeySort.Name, Descending = false }));

        table.FindAll("a.current").ShouldHaveSingleItem().TextContent.Trim().ShouldBe("Name");
        table.Find("th[aria-sort]").GetAttribute("aria-sort").ShouldBe("ascending");
    }

    [Fact]
    public void Name_LeadsToTheKeysPage()
    {
        var key = Key();

        Table(canManage: false, key).Find("th.name a").GetAttribute("href").ShouldBe($"/integrations/api-keys/{key.Id}");
    }

    [Theory]
    [InlineData(KeyStatus.Active, true)]
    [InlineData(KeyStatus.Revoked, false)]
    public void LastUse_OfAKeyNeverUsed_IsADash(KeyStatus status, bool advised)
    {
        var never = Table(canManage: false, Key(status: status)).Find(".used .quiet");

        never.TextContent.ShouldBe("—Never");
        never.HasAttribute("title").ShouldBe(advised);
    }

    [Fact]
    public void LastUse_NinetyDaysAgo_IsMarked()
    {
        var key = Key(usage: 1) with { LastUsedAt = Clock.GetUtcNow().AddDays(-90) };

        Table(canManage: false, key).Find(".stale").TextContent.ShouldContain("Unused:");
    }

    [Theory]
    [InlineData(12, "12 of 1,000", null)]
    [InlineData(800, "800 of 1,000", "near")]
    [InlineData(1000, "1,000 of 1,000", "spent")]
    [InlineData(1500, "1,500 of 1,000", "spent")]
    public void Row_ShowsTheHourAndTheDaysOfItsKey(int used, string words, string? tone)
    {
        var key = Key();
        var table = Table(canManage: false, key);
        table.Find(".limit").TextContent.Trim().ShouldBe("of 1,000");

        table.Render(p => p.Add(t => t.Usage, new Dictionary<Guid, RowUsage> { [key.Id] = new([.. Enumerable.Range(0, 30).Select(day => (long)day)], used) }));

        table.Find(".limit").TextContent.Trim().ShouldBe(words);
        (tone is null || table.Find(".limit").ClassList.Contains(tone)).ShouldBeTrue();
        table.Find(".sparkline").GetAttribute("aria-label").ShouldBe("435 requests in the last 30 days, at most 29 on one day");
        table.Find(".sparkline .line").GetAttribute("d").ShouldEndWith("L90 2");
    }

    [Fact]
    public void Choosing_AllOfThePage_LeavesRevokedOnesOut()
    {
        var chosen = new List<string>();
        var table = Render<KeyTable>(p => p
            .Add(t => t.Keys, [Key("CRM"), Key("old", KeyStatus.Revoked), Key("expired", KeyStatus.Expired)])
            .Add(t => t.Address, new KeysAddress())
            .Add(t => t.CanManage, true)
            .Add(t => t.Choose, keys => chosen.AddRange(keys.Select(k => k.Name))));

        table.Find("thead input").Change(true);

        chosen.ShouldBe(["CRM", "expired"]);
        table.FindAll("tbody input").Select(i => i.GetAttribute("aria-label")).ShouldBe(["Select CRM", "Select expired"]);
    }

    [Fact]
    public void Menu_OfARow_OffersWhatThatKeyAllows()
    {
        var crm = Key("CRM");
        List<string> rotated = [];
        List<string> revoked = [];
        var table = Render<KeyTable>(p => p
            .Add(t => t.Keys, [crm, Key("old", KeyStatus.Revoked), Key("ended", KeyStatus.Expired)])
            .Add(t => t.Address, new KeysAddress())
            .Add(t => t.CanManage, true)
            .Add(t => t.Rotate, key => rotated.Add(key.Name))
            .Add(t => t.Revoke, key => revoked.Add(key.Name)));
        table.FindAll("[role=menuitem]").ShouldBeEmpty();

        table.FindAll(".acts button")[1].Click();
        table.FindAll("[role=menuitem]").Select(i => i.TextContent.Trim()).ShouldBe(["Duplicate settings…", "Hand over all keys of this person…", "Delete…"]);
        table.FindAll(".acts button")[2].Click();
        table.FindAll("[role=menuitem]").Select(i => i.TextContent.Trim()).ShouldBe(["Edit", "Duplicate settings…", "Change owner…", "Revoke…", "Hand over all keys of this person…", "Delete…"]);
        table.FindAll(".acts button")[0].Click();
        table.FindAll("[role=menuitem]").Select(i => i.TextContent.Trim()).ShouldBe(["Edit", "Rotate…", "Duplicate settings…", "Change owner…", "Pause…", "Revoke…", "Hand over all keys of this person…", "Delete…"]);
        table.FindAll("[role=menuitem].danger").Select(i => i.TextContent.Trim()).ShouldBe(["Revoke…", "Delete…"], "what stops a key has one colour");
        table.Find("a[role=menuitem]").GetAttribute("href").ShouldBe($"/integrations/api-keys/{crm.Id}#edit");
        table.FindAll("[role=menuitem]")[1].Click();
        table.FindAll("[role=menuitem]")[5].Click();
        rotated.ShouldBe(["CRM"]);
        revoked.ShouldBe(["CRM"]);
        JSInterop.VerifyInvoke("apiKeys.openMenu", calledTimes: 3);
    }

    /// <summary>Hundreds of pages may be open: a row that reads as before is not drawn anew, one whose words change is.</summary>
    [Fact]
    public void Row_IsDrawnAnewOnlyWhenItReadsDifferently()
    {
        var table = Table(canManage: true, Key("CRM", usage: 1), Key("ERP") with { CreatedAt = Clock.GetUtcNow().AddDays(-300) });
        var rows = table.FindComponents<KeyRow>();

        table.Render(p => p.Add(t => t.CanManage, true));
        Services.GetRequiredService<PassingTime>().Pulse();
        rows.Select(r => r.RenderCount).ShouldBe([1, 1]);

        Clock.Advance(TimeSpan.FromMinutes(1));
        Services.GetRequiredService<PassingTime>().Pulse();
        rows.Select(r => r.RenderCount).ShouldBe([2, 1], "three minutes ago has become four");
        rows[0].Find(".used time").TextContent.ShouldBe("4 minutes ago");
    }

    private IRenderedComponent<KeyTable> Table(bool canManage, params ApiKeyView[] keys) =>
        Render<KeyTable>(p => p.Add(t => t.Keys, keys).Add(t => t.Address, new KeysAddress()).Add(t => t.CanManage, canManage));
}
