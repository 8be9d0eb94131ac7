using Bunit;
using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.KeyDetail;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Components.KeyDetail;

public class RotationSectionTests : ComponentHouse
{
    private readonly List<ApiKeyView> revoked = [];

    [Theory]
    [InlineData(20, false, "Quiet for 20 hours. It normally calls every day about 12:00 PM; next expected in 4 hours. We suggest revoking it in 5 hours if it stays quiet; you can do so at any time.")]
    [InlineData(24, false, "it was expected just now")]
    [InlineData(25, true, "Quiet for 1 day. It normally calls every day about 12:00 PM; it was expected 1 hour ago. That is longer than usual.")]
    public void Offer_ToRevokeTheOldKey_ComesWhenItIsQuietForLongerThanUsual(int silentHours, bool offered, string said)
    {
        var last = Clock.GetUtcNow();
        var silence = Daily(last);
        Clock.Advance(TimeSpan.FromHours(silentHours));
        var section = Show(Old(), New(rotatedHoursAgo: 1), silence: silence);

        System.Text.RegularExpressions.Regex.Replace(section.Find(".offer p").TextContent, "[ \u00a0\u202f]+", " ").ShouldContain(said);
        section.FindAll(".offer button").Count.ShouldBe(offered ? 1 : 0);
    }

    [Fact]
    public void Offer_ForAKeyThatWasNeverUsed_ComesAfterSevenDays()
    {
        Show(Old(), New(rotatedHoursAgo: 160), silence: NeverUsed(hours: 167)).FindAll(".offer button").ShouldBeEmpty();
        var section = Show(Old(), New(rotatedHoursAgo: 160), silence: NeverUsed(hours: 168));

        section.Find(".offer p").TextContent.ShouldContain("It has never been used.");
        section.FindAll(".offer button").Count.ShouldBe(1);
    }

    [Fact]
    public void Offer_WhenTheSilenceIsNotKnown_IsNotMade()
    {
        var section = Show(Old(), New(rotatedHoursAgo: 2000), known: false);

        section.Find(".offer p").TextContent.ShouldContain("could not be found out");
        section.FindAll(".offer button").ShouldBeEmpty();
    }

    [Fact]
    public async Task Offer_Taken_AsksToRevokeTheOldKeyAndNotTheNew()
    {
        var old = Old();
        await Show(old, New(rotatedHoursAgo: 30)).Find(".offer button").ClickAsync(new());

        revoked.ShouldHaveSingleItem().Id.ShouldBe(old.Id);
    }

    [Fact]
    public void Offer_ForAnAuditor_IsSaidWithoutAButton() =>
        Show(Old(), New(rotatedHoursAgo: 30), canRevoke: false).FindAll("button").ShouldBeEmpty();

    [Theory]
    [InlineData(KeyStatus.Revoked)]
    [InlineData(KeyStatus.Expired)]
    public void Offer_WhenTheOldKeyIsDone_IsNone(KeyStatus status) =>
        Show(Old() with { Status = status }, New(rotatedHoursAgo: 30)).FindAll(".offer").ShouldBeEmpty();

    [Theory]
    [InlineData(KeyStatus.Active, KeyStatus.Active, "Both keys work until you revoke the old one. Watch the traffic move over.")]
    [InlineData(KeyStatus.Revoked, KeyStatus.Active, "The old key no longer works.")]
    [InlineData(KeyStatus.Expired, KeyStatus.Active, "The old key no longer works.")]
    [InlineData(KeyStatus.Active, KeyStatus.Revoked, null)]
    public void Hint_OfTheCard_SaysWhichKeysWork(KeyStatus old, KeyStatus successor, string? said) =>
        Show(Old() with { Status = old }, New(rotatedHoursAgo: 30) with { Status = successor }).FindAll("header p").Select(hint => hint.TextContent).SingleOrDefault().ShouldBe(said);

    [Fact]
    public void Offer_WhenTheSuccessorIsRevoked_IsNone() =>
        Show(Old(), New(rotatedHoursAgo: 30) with { Status = KeyStatus.Revoked }).FindAll(".offer").ShouldBeEmpty("the old key is all that is left");

    [Fact]
    public void Lanes_OneDeleted_SayItAndShowTheOther()
    {
        var key = New(rotatedHoursAgo: 30);
        var section = Render<RotationSection>(p => p
            .Add(s => s.Lanes, [new RotationKey(Guid.CreateVersion7(), null, null), new RotationKey(key.Id, key, null)])
            .Add(s => s.Current, key.Id));

        section.FindAll("article")[0].TextContent.ShouldContain("This key is deleted");
        section.FindAll("article")[1].TextContent.ShouldContain("this key");
    }

    private ApiKeyView Old() => Key() with { CreatedAt = Clock.GetUtcNow().AddDays(-90) };

    private static KeySilence Daily(DateTimeOffset last) => new(last, last, new Rhythm(Enumerable.Range(0, 60).Select(day => last.AddDays(-day).ToUnixTimeSeconds())));

    private KeySilence NeverUsed(int hours) => new(LastUsedAt: null, Clock.GetUtcNow().AddHours(-hours), new Rhythm([]));

    private ApiKeyView New(int rotatedHoursAgo) => Key() with { CreatedAt = Clock.GetUtcNow().AddHours(-rotatedHoursAgo) };

    private IRenderedComponent<RotationSection> Show(ApiKeyView old, ApiKeyView successor, bool canRevoke = true, KeySilence? silence = null, bool known = true) => Render<RotationSection>(p => p
        .Add(s => s.Lanes, [new RotationKey(old.Id, old, null, known ? silence ?? NeverUsed(hours: 2000) : null), new RotationKey(successor.Id, successor, null)])
        .Add(s => s.Current, successor.Id)
        .Add(s => s.Revoke, canRevoke ? EventCallback.Factory.Create<ApiKeyView>(this, revoked.Add) : default));
}
