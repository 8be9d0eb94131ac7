using System.Text.Json.Nodes;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Components.AuditLog;

namespace SalesOs.Dashboard.Tests.Components.AuditLog;

public class AuditTableTests : ComponentHouse
{
    private static readonly Guid KeyId = Guid.CreateVersion7();
    private static readonly Guid PersonId = Guid.CreateVersion7();

    public AuditTableTests() => Services.AddScoped<EntryFacts>();

    [Fact]
    public void Edit_ShowsEachChangeInWordsWithBeforeAndAfter()
    {
        var changes = Table(Entry(AuditActions.KeyEdited, """
            {"before":{"rate_limit":1000,"scopes":["leads:read"],"allowed_ips":[],"expires_at":null,"single_use":true},
             "after":{"rate_limit":5000,"scopes":[],"allowed_ips":["203.0.113.0/24"],"expires_at":1795132800000,"single_use":false}}
            """)).FindAll(".changes > div").Select(c => Plain(c.TextContent));

        changes.ShouldBe(
        [
            "Rate limit Before: 1,000 → After: 5,000",
            "Scopes Before: leads:read → After: Full access",
            "Allowed addresses Before: Any address → After: 203.0.113.0/24",
            "Expires Before: Never → After: Nov 20, 2026, 12:00 AM (UTC)",
            "Single-use signatures Before: On → After: Off",
        ]);
    }

    [Fact]
    public void Edit_InPortuguese_WritesNumbersAndWordsSo()
    {
        Speak("pt-BR");

        Plain(Table(Entry(AuditActions.KeyEdited, """{"before":{"rate_limit":1000},"after":{"rate_limit":5000}}""")).Find(".changes > div").TextContent)
            .ShouldBe("Limite por hora Antes: 1.000 → Depois: 5.000");
    }

    [Fact]
    public void Revocation_WithAKnownReason_SaysItInWords() =>
        Table(Entry(AuditActions.KeyRevoked, """{"name":"CRM","reason":"leaked"}""")).Find(".reason").TextContent.ShouldBe("Reason: It leaked, or may have");

    [Fact]
    public void Key_LeadsToItsPageAndADeletedOneToItsEntries()
    {
        Link(new KeyName(KeyId, "CRM", "sk_live_a1b2c3d4", Deleted: false)).ShouldBe($"/integrations/api-keys/{KeyId}");
        Link(new KeyName(KeyId, "CRM", "sk_live_a1b2c3d4", Deleted: true)).ShouldBe($"/integrations/audit?key={KeyId}");

        string? Link(KeyName name) => Table([name], Entry(AuditActions.KeyEdited)).Find(".key a").GetAttribute("href");
    }

    [Fact]
    public void Actor_SetsTheFilterAndKeepsTheOthers()
    {
        var table = Render<AuditTable>(p => p
            .Add(t => t.Entries, [Entry(AuditActions.KeyEdited)])
            .Add(t => t.Keys, new Dictionary<Guid, KeyName>())
            .Add(t => t.Address, new AuditAddress { Action = AuditActions.KeyEdited, Page = 3 }));

        table.Find(".who a").GetAttribute("href").ShouldBe($"/integrations/audit?actor={PersonId}&action=key.edited");
    }

    [Fact]
    public void Entry_OfAnErasedPerson_SaysSo()
    {
        var table = Table(Entry(AuditActions.KeyEdited) with { Actor = null, Address = null, Agent = null });

        table.Find(".who").TextContent.ShouldContain("Erased person");
        table.Find(".from").TextContent.ShouldContain("Erased");
    }

    [Fact]
    public void Entry_OfTheProgramItself_NamesNobody()
    {
        var table = Table(Entry(AuditActions.KeyExpired) with { ActorId = null, Actor = null, Address = null, Agent = null });

        table.Find(".who").TextContent.Trim().ShouldBe("SalesOS, by itself");
        table.Find(".from").TextContent.ShouldNotContain("Erased");
    }

    [Fact]
    public void Entry_OfARefusedAct_IsMarked() => Table(Entry(AuditActions.SignInFailed) with { Outcome = "refused" }).Find(".refused").TextContent.ShouldBe("Refused");

    [Fact]
    public void Entry_OfAnUnknownAction_GoesByItsName() => Table(Entry("key.cloned")).Find(".act strong").TextContent.ShouldBe("key.cloned");

    [Theory]
    [InlineData("en", "Chrome 142 on Windows")]
    [InlineData("pt-BR", "Chrome 142 no Windows")]
    public void Agent_OfACommonBrowser_GoesByItsNameAndStaysWholeInTheDetails(string language, string said)
    {
        const string Agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
        Speak(language);
        var table = Table(Entry(AuditActions.KeyEdited) with { Agent = Agent });

        table.Find(".agent").TextContent.ShouldBe(said);
        table.Find(".agent").GetAttribute("title").ShouldBe(Agent);
        table.Find("details").TextContent.ShouldContain(Agent);
    }

    [Fact]
    public void Entry_WithMarkupInEveryPlace_ShowsAsText()
    {
        const string Markup = "<img src=x onerror=alert(1)>";
        var detail = new JsonObject { ["before"] = new JsonObject { [Markup] = Markup }, ["after"] = new JsonObject { [Markup] = new JsonObject { [Markup] = Markup } } };

        var table = Table([new KeyName(KeyId, Markup, Markup, Deleted: false)], Entry(Markup) with { Actor = Markup, Address = Markup, Agent = Markup, RequestId = Markup, Detail = detail });

        table.FindAll("img").ShouldBeEmpty();
    }

    private static AuditEntryView Entry(string action, string? detail = null) => new(
        7,
        Guid.CreateVersion7(),
        new DateTimeOffset(2026, 11, 22, 11, 0, 0, TimeSpan.Zero),
        action,
        "ok",
        PersonId,
        "ana@acme.test",
        "203.0.113.9",
        "Firefox",
        KeyId,
        "request-1",
        detail is null ? null : (JsonObject)JsonNode.Parse(detail)!,
        new string('0', 64),
        new string('0', 64));

    private static string Plain(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private IRenderedComponent<AuditTable> Table(params AuditEntryView[] entries) => Table([], entries);

    private IRenderedComponent<AuditTable> Table(KeyName[] names, params AuditEntryView[] entries) =>
        Render<AuditTable>(p => p.Add(t => t.Entries, entries).Add(t => t.Keys, names.ToDictionary(n => n.Id)).Add(t => t.Address, new AuditAddress()));
}
