using Bunit;
using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.KeyDetail;

namespace SalesOs.Dashboard.Tests.Components.KeyDetail;

public class RotationSectionTests : ComponentHouse
{
    private readonly List<ApiKeyView> revoked = [];

    [Theory]
    [InlineData(23, null, false, "has not been used since it has a successor")]
    [InlineData(25, null, true, "Nothing has come in with")]
    [InlineData(48, 3, false, "is still in use: the latest request came 3 hours ago")]
    [InlineData(48, 25, true, "since 1 day ago")]
    public void Offer_ToRevokeTheOldKey_ComesAfterADayOfSilence(int rotatedHoursAgo, int? usedHoursAgo, bool offered, string said)
    {
        var section = Show(Old(usedHoursAgo), New(rotatedHoursAgo));

        section.Find(".offer p").TextContent.ShouldContain(said);
        section.FindAll(".offer button").Count.ShouldBe(offered ? 1 : 0);
    }

    [Fact]
    public async Task Offer_Taken_AsksToRevokeTheOldKeyAndNotTheNew()
    {
        var old = Old(usedHoursAgo: null);
        await Show(old, New(rotatedHoursAgo: 30)).Find(".offer button").ClickAsync(new());

        revoked.ShouldHaveSingleItem().Id.ShouldBe(old.Id);
    }

    [Fact]
    public void Offer_ForAnAuditor_IsSaidWithoutAButton() =>
        Show(Old(usedHoursAgo: null), New(rotatedHoursAgo: 30), canRevoke: false).FindAll("button").ShouldBeEmpty();

    [Theory]
    [InlineData(KeyStatus.Revoked)]
    [InlineData(KeyStatus.Expired)]
    public void Offer_WhenTheOldKeyIsDone_IsNone(KeyStatus status) =>
        Show(Old(usedHoursAgo: null) with { Status = status }, New(rotatedHoursAgo: 30)).FindAll(".offer").ShouldBeEmpty();

    [Fact]
    public void Offer_WhenTheSuccessorIsRevoked_IsNone() =>
        Show(Old(usedHoursAgo: null), New(rotatedHoursAgo: 30) with { Status = KeyStatus.Revoked }).FindAll(".offer").ShouldBeEmpty("the old key is all that is left");

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

    private ApiKeyView Old(int? usedHoursAgo) => Key() with { LastUsedAt = usedHoursAgo is { } hours ? Clock.GetUtcNow().AddHours(-hours) : null, CreatedAt = Clock.GetUtcNow().AddDays(-30) };

    private ApiKeyView New(int rotatedHoursAgo) => Key() with { CreatedAt = Clock.GetUtcNow().AddHours(-rotatedHoursAgo) };

    private IRenderedComponent<RotationSection> Show(ApiKeyView old, ApiKeyView successor, bool canRevoke = true) => Render<RotationSection>(p => p
        .Add(s => s.Lanes, [new RotationKey(old.Id, old, null), new RotationKey(successor.Id, successor, null)])
        .Add(s => s.Current, successor.Id)
        .Add(s => s.Revoke, canRevoke ? EventCallback.Factory.Create<ApiKeyView>(this, revoked.Add) : default));
}
