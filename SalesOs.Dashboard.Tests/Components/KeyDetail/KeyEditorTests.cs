using Bunit;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.KeyDetail;

namespace SalesOs.Dashboard.Tests.Components.KeyDetail;

public class KeyEditorTests : ComponentHouse
{
    private readonly List<(KeyEdit Edit, int Version)> saved = [];
    private Queue<EditAnswer> answers = new();
    private int closed;

    [Fact]
    public async Task Save_AnAddressThatIsNone_SaysSoBesideItAndSavesNothing()
    {
        var editor = Open(Key());
        await editor.Find("#edit-addresses").InputAsync("203.0.113.300");
        editor.FindAll("[role=alert]").ShouldBeEmpty("it may still be under way");

        await editor.Find("form").SubmitAsync();

        editor.Find("#edit-addresses-fault").TextContent.ShouldContain("203.0.113.300");
        editor.Find("#edit-addresses").GetAttribute("aria-describedby").ShouldBe("edit-addresses-fault");
        saved.ShouldBeEmpty();
        await editor.Find("#edit-addresses").InputAsync("203.0.113.30");
        editor.FindAll("[role=alert]").ShouldBeEmpty();
    }

    [Fact]
    public async Task Save_FinishedAddressThatIsNone_IsJudgedWhileTheNextIsTyped()
    {
        var editor = Open(Key());

        await editor.Find("#edit-addresses").InputAsync("10.0.0.1/8\n20");

        editor.Find("#edit-addresses-fault").TextContent.ShouldContain("10.0.0.1/8");
    }

    [Fact]
    public async Task Save_WhatWasTyped_GoesOutWithTheVersionThatWasOpened()
    {
        var editor = Open(Key() with { Version = 7 });
        await editor.Find("#edit-name").InputAsync("ERP");

        await editor.Find("form").SubmitAsync();

        saved.ShouldHaveSingleItem().ShouldBe((new KeyEdit { Name = "ERP" }, 7));
    }

    [Fact]
    public async Task Save_NothingTyped_ClosesAndSavesNothing()
    {
        await Open(Key()).Find("form").SubmitAsync();

        (saved.Count, closed).ShouldBe((0, 1));
    }

    [Fact]
    public async Task Save_ChangedSinceBySomebody_SaysWhatByWhomAndLosesNothing()
    {
        var key = Key();
        answers = new([new EditAnswer(new Error(ErrorReason.ChangedSince), key with { RateLimit = 500, Version = 2 }, "bia@acme.test"), new EditAnswer(Error: null)]);
        var editor = Open(key);
        await editor.Find("#edit-rate").InputAsync("2000");
        await editor.Find("#edit-notes").InputAsync("Mine");

        await editor.Find("form").SubmitAsync();

        var notice = editor.Find(".foreign");
        notice.TextContent.ShouldContain("bia@acme.test changed this key");
        notice.TextContent.ShouldContain("500");
        notice.TextContent.ShouldContain("2,000");
        editor.Find("#edit-rate").GetAttribute("value").ShouldBe("2000");
        await editor.Find("form").SubmitAsync();
        saved[1].ShouldBe((new KeyEdit { RateLimit = 2000, Notes = "Mine" }, 2), "saved again, over what the other person saved");
    }

    [Fact]
    public async Task Save_ChangedSinceAndTheirsTaken_SavesOnlyTheRest()
    {
        var key = Key();
        answers = new([new EditAnswer(new Error(ErrorReason.ChangedSince), key with { RateLimit = 500, Version = 2 }, "bia@acme.test"), new EditAnswer(Error: null)]);
        var editor = Open(key);
        await editor.Find("#edit-rate").InputAsync("2000");
        await editor.Find("#edit-notes").InputAsync("Mine");
        await editor.Find("form").SubmitAsync();

        await editor.Find(".foreign button").ClickAsync(new());
        editor.FindAll(".foreign button").ShouldBeEmpty();
        await editor.Find("form").SubmitAsync();

        saved[1].ShouldBe((new KeyEdit { Notes = "Mine" }, 2));
    }

    [Fact]
    public async Task Save_Refused_StaysOpenAndSaysWhy()
    {
        answers = new([new EditAnswer(new Error(ErrorReason.AlreadyRevoked))]);
        var editor = Open(Key());
        await editor.Find("#edit-name").InputAsync("ERP");

        await editor.Find("form").SubmitAsync();

        editor.Find(".refused").TextContent.ShouldContain("revoked");
        editor.Find("#edit-name").GetAttribute("value").ShouldBe("ERP");
    }

    [Fact]
    public void Notice_AfterTenSeconds_GoesAndCanNoLongerBeUndone()
    {
        var over = 0;
        Render<UndoNotice>(p => p.Add(n => n.Said, "Saved").Add(n => n.Over, () => over++).Add(n => n.Undo, () => { }));

        Clock.Advance(TimeSpan.FromSeconds(9.9));
        over.ShouldBe(0);
        Clock.Advance(TimeSpan.FromSeconds(0.2));
        over.ShouldBe(1);
    }

    private IRenderedComponent<KeyEditor> Open(ApiKeyView key) => Render<KeyEditor>(p => p
        .Add(e => e.Key, key)
        .Add(e => e.Close, () => closed++)
        .Add(e => e.Save, (edit, version) =>
        {
            saved.Add((edit, version));
            return Task.FromResult(answers.TryDequeue(out var answer) ? answer : new EditAnswer(Error: null));
        }));
}
