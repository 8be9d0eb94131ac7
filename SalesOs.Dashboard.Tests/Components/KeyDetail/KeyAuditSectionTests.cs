using System.Text.Json.Nodes;
using Bunit;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Components.KeyDetail;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Components.KeyDetail;

public class KeyAuditSectionTests : ComponentHouse
{
    [Fact]
    public async Task Entries_OfAKeysLife_AreReadableWithBeforeAndAfter()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync(new NewKey("CRM sync", Scopes: [Scopes.LeadsRead]));
        await house.Keys.EditAsync(made.Key.Id, new KeyEdit { RateLimit = 25_000, Scopes = new(true, []), ExpiresInDays = 30 }, 1, KeyHouse.Admin());
        await house.Keys.RevokeAsync(made.Key.Id, "leaked", KeyHouse.Admin());
        var page = (await house.Get<AuditQueries>().ListAsync(new AuditFilter(KeyId: made.Key.Id), KeyHouse.Auditor())).Value.ShouldNotBeNull();

        var section = Render<KeyAuditSection>(p => p.Add(s => s.KeyId, made.Key.Id).Add(s => s.Part, new Part<AuditPage>(page)));

        section.FindAll("li strong").Select(e => e.TextContent).ShouldBe(["Revoked", "Edited", "Created"]);
        section.FindAll("li")[0].TextContent.ShouldContain("It leaked, or may have");
        var changes = section.FindAll("li")[1].QuerySelectorAll("dl > div").ToDictionary(d => d.QuerySelector("dt")!.TextContent, d => d.QuerySelector("dd")!.TextContent, StringComparer.Ordinal);
        changes["Rate limit"].ShouldContain("1,000");
        changes["Rate limit"].ShouldContain("25,000");
        changes["Scopes"].ShouldContain("leads:read");
        changes["Scopes"].ShouldContain("Full access");
        changes["Expires"].ShouldContain("Never");
        changes["Expires"].ShouldContain("Dec 22, 2026");
        section.Find("header a").GetAttribute("href").ShouldBe($"/integrations/audit?key={made.Key.Id}");
    }

    [Fact]
    public async Task Entry_OfEveryChangeOfAKey_IsSaidInWords()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync(new NewKey("CRM sync"));
        var page = (await house.Get<AuditQueries>().ListAsync(new AuditFilter(KeyId: made.Key.Id), KeyHouse.Auditor())).Value.ShouldNotBeNull();
        // A deleted key has no page.
        foreach (var action in AuditActions.All.Where(action => action.StartsWith("key.", StringComparison.Ordinal) && action != AuditActions.KeyDeleted))
        {
            var entries = page with { Entries = [page.Entries[0] with { Action = action }] };

            var section = Render<KeyAuditSection>(p => p.Add(s => s.KeyId, made.Key.Id).Add(s => s.Part, new Part<AuditPage>(entries)));

            section.Find("li strong").TextContent.ShouldNotContain(".", customMessage: action);
        }
    }

    [Theory]
    [InlineData("en", "1,000")]
    [InlineData("pt-BR", "1.000")]
    public void Settings_EachOne_HasANameAndAValueInBothLanguages(string language, string limit)
    {
        Speak(language);
        var words = (SettingWords)Services.GetService(typeof(SettingWords))!;
        foreach (var (field, value) in SettingWords.Of(Key()))
        {
            words.Name(field).ShouldNotContain("_");
            words.Say(field, value).ShouldNotBeNullOrWhiteSpace();
        }

        words.Say("rate_limit", JsonValue.Create(1000)).ShouldBe(limit);
    }
}
