using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Components.KeyDetail;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Components.KeyDetail;

public class RejectionsSectionTests : ComponentHouse
{
    private static readonly Guid KeyId = Guid.CreateVersion7();

    [Theory]
    [InlineData(Verdict.OutsideWindow, Culprit.None, "The caller’s clock is 41 s behind")]
    [InlineData(Verdict.OutsideWindow, Culprit.MillisecondTimestamp, "The timestamp was in milliseconds")]
    [InlineData(Verdict.AddressNotAllowed, Culprit.None, "Address 203.0.113.7 is not allowed")]
    [InlineData(Verdict.MissingScope, Culprit.None, "The key lacks the scope leads:write")]
    [InlineData(Verdict.BadSignature, Culprit.MinifiedBody, "The body was changed after signing")]
    [InlineData(Verdict.BadSignature, Culprit.None, "or another secret was used")]
    public void Rejection_OfEachKind_SaysTheTrueReasonPlainly(Verdict verdict, Culprit culprit, string said) =>
        Show(Refused(verdict, culprit)).Find(".reason").TextContent.ShouldContain(said);

    [Theory]
    [InlineData("en")]
    [InlineData("pt-BR")]
    public void Reasons_OfEveryVerdictAndMistake_AreWordedWithWhatToDo(string language)
    {
        Speak(language);
        var reasons = Services.GetRequiredService<RejectionReasons>();
        var all = Enum.GetValues<Verdict>().Select(v => Refused(v)).Concat(Enum.GetValues<Culprit>().Select(c => Refused(Verdict.BadSignature, c)));
        foreach (var rejection in all)
        {
            foreach (var text in (string[])[reasons.Say(rejection), reasons.Advise(rejection), reasons.Short(rejection.Verdict)])
            {
                text.ShouldNotMatch("^[A-Za-z]+_[A-Za-z]+$", "a text that is missing reads as its key");
            }
        }
    }

    [Fact]
    public void Clock_FarOff_IsSaidInUnitsThatPeopleThinkIn()
    {
        var reasons = Services.GetRequiredService<RejectionReasons>();

        reasons.Say(Refused(Verdict.OutsideWindow) with { SkewSeconds = -10_800 }).ShouldBe("The caller’s clock is 3 hours ahead");
        reasons.Say(Refused(Verdict.OutsideWindow) with { SkewSeconds = 600 }).ShouldStartWith("The caller’s clock is 10 minutes behind");
    }

    [Fact]
    public void Rejections_ProvenAndNot_StandApart()
    {
        var section = Show([Refused(Verdict.MissingScope)], [Refused(Verdict.BadSignature), Refused(Verdict.MalformedAuthorization)]);

        section.FindAll(".group h3").Select(h => h.TextContent).ShouldBe(["Signed with this key’s secret1", "Not proven2"]);
        section.FindAll(".group")[1].QuerySelectorAll(".rejection").Length.ShouldBe(2);
    }

    [Fact]
    public async Task Find_SomethingThatIsNoId_SaysSoAndStays()
    {
        var section = Show(Refused(Verdict.MissingScope));
        await section.Find("#find-request").InputAsync("abc");
        await section.Find("form").SubmitAsync();

        section.Find("#find-request-fault").TextContent.ShouldContain("This is not a request ID");
        Navigation.History.ShouldBeEmpty();
    }

    [Fact]
    public async Task Find_AnId_PutsItIntoTheAddress()
    {
        var section = Show(Refused(Verdict.MissingScope));
        var id = Guid.CreateVersion7();
        await section.Find("#find-request").InputAsync($" {id} ");
        await section.Find("form").SubmitAsync();

        Navigation.Uri.ShouldEndWith($"/integrations/api-keys/{KeyId}?request={id}");
    }

    [Fact]
    public void Found_OfAnotherKey_LeadsThere()
    {
        var other = Refused(Verdict.BadSignature) with { KeyId = Guid.CreateVersion7() };
        var section = Show([], [], other, new KeyAddress(KeyId) { Request = other.RequestId.ToString() });

        section.Find(".found a").GetAttribute("href").ShouldBe($"/integrations/api-keys/{other.KeyId}?request={other.RequestId}");
    }

    [Fact]
    public void Found_OfThisKey_StandsOpenWithItsAdvice()
    {
        var rejection = Refused(Verdict.AddressNotAllowed);
        var section = Show([rejection], [], rejection, new KeyAddress(KeyId) { Request = rejection.RequestId.ToString() });

        section.Find(".found details").HasAttribute("open").ShouldBeTrue();
        section.Find(".found .advice").TextContent.ShouldContain("add it to the allowed addresses");
    }

    private BunitNavigationManager Navigation => (BunitNavigationManager)Services.GetRequiredService<NavigationManager>();

    private RejectionView Refused(Verdict verdict, Culprit culprit = Culprit.None) => new(
        Guid.CreateVersion7(),
        KeyId,
        Clock.GetUtcNow().AddMinutes(-5),
        verdict,
        Rejection.IsProven(verdict),
        "POST",
        "/v1/leads",
        TargetCut: false,
        "203.0.113.7",
        "client/1",
        SkewSeconds: 41,
        "1764000000",
        "0123abcd",
        BodyDigest: null,
        "leads:write",
        culprit);

    private IRenderedComponent<RejectionsSection> Show(RejectionView rejection) => rejection.Proven ? Show([rejection], []) : Show([], [rejection]);

    private IRenderedComponent<RejectionsSection> Show(RejectionView[] proven, RejectionView[] unproven, RejectionView? found = null, KeyAddress? address = null) =>
        Render<RejectionsSection>(p => p
            .Add(s => s.Address, address ?? new KeyAddress(KeyId))
            .Add(s => s.Part, new Part<KeyRejections>(new KeyRejections(new RejectionPage(proven, proven.Length, 0), new RejectionPage(unproven, unproven.Length, 0), found))));
}
