using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.KeyDetail;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Forecasts;

namespace SalesOs.Dashboard.Tests.Components.KeyDetail;

/// <summary>What an edit would have refused, beside the fields.</summary>
public class EditForecastTests : ComponentHouse
{
    private KeyEdit? saved;

    [Fact]
    public async Task Sentences_FollowWhatIsTypedAndChosen()
    {
        var editor = Open(Use());

        editor.Markup.ShouldContain("0 of 41,212 requests in 90 days used leads:write");
        editor.Markup.ShouldContain("41,200 of 41,212 requests in 90 days used leads:read");
        Said(editor, "scopes").ShouldBe("With this, 12 of 41,212 requests in 90 days would have been refused.");
        Said(editor, "addresses").ShouldBe("With this, 0 of 41,212 requests in 90 days would have been refused.");
        await editor.Find("#edit-addresses").InputAsync("203.0.113.0/24");
        Said(editor, "addresses").ShouldBe("With this, 41,212 of 41,212 requests in 90 days would have been refused.");
        editor.Find("#edit-addresses-forecast").ClassList.ShouldContain(name => name == "refuses");
        await editor.Find("#edit-addresses").InputAsync("203.0.113.0/24\n198.51");
        Said(editor, "addresses").ShouldBeEmpty("an address is under way");
        await editor.Find("#edit-rate").InputAsync("20000");
        Said(editor, "rate").ShouldBe("With this, at most 21,212 of 41,212 requests in 90 days would have been refused. Beyond the last two days only hours are counted, not minutes.");
        await editor.Find("#edit-rate").InputAsync("x");
        Said(editor, "rate").ShouldBeEmpty();
        await editor.FindAll(".scope input")[0].ChangeAsync(true);
        Said(editor, "scopes").ShouldBe("With this, 0 of 41,212 requests in 90 days would have been refused.");
    }

    [Fact]
    public async Task SuggestTheLeast_FillsTheFieldsAndSavesNothing()
    {
        var editor = Open(Use());

        await editor.Find(".suggest button").ClickAsync(new());

        saved.ShouldBeNull();
        editor.Find("#edit-rate").GetAttribute("value").ShouldBe("61,800");
        editor.Find("#edit-addresses").GetAttribute("value").ShouldBe("198.51.100.4");
        editor.Find(".suggest [role=status]").TextContent.ShouldBe("Filled in: scopes, allowed addresses, rate limit. Look at them, then save.");
        Said(editor, "scopes").ShouldBe("With this, 0 of 41,212 requests in 90 days would have been refused.");
        await editor.Find("form").SubmitAsync();
        saved!.Scopes.Value.ShouldBe([Scopes.DefaultSync, Scopes.LeadsRead]);
        (saved.RateLimit.Value, saved.AllowedIps.Value.ShouldHaveSingleItem()).ShouldBe((61_800, "198.51.100.4"));
    }

    [Theory]
    [InlineData(null, "61,800")]
    [InlineData("20000", "20000")]
    public async Task SuggestTheLeast_ThatIsAskedForByTheAddress_LeavesWhatWasTypedBeforeItCame(string? typed, string rate)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(KeyLinks.ToNarrow(Guid.NewGuid()));
        var use = new TaskCompletionSource<RecordedUse?>();
        var editor = Open(use.Task);
        if (typed is not null)
        {
            await editor.Find("#edit-rate").InputAsync(typed);
        }

        await editor.InvokeAsync(() => use.SetResult(Use()));

        await editor.WaitForElementAsync(".suggest");
        editor.Find("#edit-rate").GetAttribute("value").ShouldBe(rate);
    }

    [Fact]
    public async Task SuggestTheLeast_WhereCallersAreForgotten_LeavesTheAddressesAndSaysWhy()
    {
        var editor = Open(Use(missing: 5));
        await editor.Find("#edit-addresses").InputAsync("192.0.2.1");
        Said(editor, "addresses").ShouldBe("How many of 41,212 requests in 90 days this would have refused is unknown: not every caller is on record.");

        await editor.Find(".suggest button").ClickAsync(new());

        editor.Find("#edit-addresses").GetAttribute("value").ShouldBe("192.0.2.1");
        editor.Find(".suggest [role=status]").TextContent.ShouldBe("Filled in: scopes, rate limit. Look at them, then save. Left as it was: allowed addresses. Not every caller is on record.");
    }

    [Fact]
    public void OfAKeyThatWasNeverUsed_NothingIsSaid()
    {
        foreach (var use in (RecordedUse?[])[null, Use(count: 0)])
        {
            var editor = Open(use);
            editor.FindAll(".suggest").ShouldBeEmpty();
            editor.FindAll(".forecast").ShouldAllBe(sentence => sentence.TextContent == "");
        }
    }

    [Fact]
    public async Task InPortuguese_TheSentencesStandToo()
    {
        Speak("pt-BR");
        var editor = Open(Use());

        editor.Markup.ShouldContain("0 de 41.212 requisições em 90 dias usou leads:write");
        await editor.Find("#edit-rate").InputAsync("20000");
        Said(editor, "rate").ShouldStartWith("Com isto, no máximo 21.212 de 41.212 requisições em 90 dias teriam sido recusadas.");
    }

    private static string Said(IRenderedComponent<KeyEditor> editor, string field) => editor.Find($"#edit-{field}-forecast").TextContent;

    private RecordedUse Use(long count = 41_200, long missing = 0)
    {
        var (from, letIn) = (Clock.GetUtcNow().AddDays(-90), CountedAs.Of(Verdict.LetIn));
        UseRow[] rows = count == 0 ? [] : [new(UsageStep.Hour, from.AddDays(5).ToUnixTimeSeconds(), "GET /v1/leads", letIn, count), new(UsageStep.Hour, from.AddDays(5).AddHours(1).ToUnixTimeSeconds(), "POST /sync", letIn, 12)];
        KeyCaller[] callers = count == 0 ? [] : [new() { TenantId = "t", KeyId = Guid.Empty, Address = "198.51.100.4", Agent = "", FirstSeenAt = from.AddDays(5), LastSeenAt = from.AddDays(6), Count = count + 12 - missing }];
        return RecordedUse.Of(
            from, Clock.GetUtcNow(), rows, callers, missing, new RecordedLimit(100_000, IsOld: true),
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["GET /v1/leads"] = Scopes.LeadsRead, ["POST /sync"] = Scopes.DefaultSync });
    }

    private IRenderedComponent<KeyEditor> Open(RecordedUse? use) => Open(Task.FromResult(use));

    private IRenderedComponent<KeyEditor> Open(Task<RecordedUse?> use) => Render<KeyEditor>(p => p
        .Add(e => e.Key, Key() with { RateLimit = 100_000 })
        .Add(e => e.Close, () => { })
        .Add(e => e.LoadUse, () => use)
        .Add(e => e.Save, (edit, _) =>
        {
            saved = edit;
            return Task.FromResult(new EditAnswer(Error: null));
        }));
}
