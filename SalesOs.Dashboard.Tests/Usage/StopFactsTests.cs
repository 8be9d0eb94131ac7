using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Usage;

public class StopFactsTests
{
    [Fact]
    public async Task Facts_CountTheLast24HoursToTheMinuteAndNameTheLatestCall()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (one, two) = (await UsedKey.MakeAsync(house), await UsedKey.MakeAsync(house));
        house.Clock.Advance(TimeSpan.FromMinutes(29));
        one.LetIn(7, address: "192.0.2.1");
        house.Clock.Advance(TimeSpan.FromMinutes(1));
        one.LetIn(2, address: "192.0.2.2");
        house.Clock.Advance(TimeSpan.FromHours(20));
        two.LetIn(3, address: "192.0.2.3", agent: "erp/2");
        two.Counted(Verdict.RateLimited);
        await house.Get<UsageWriter>().FlushAsync();
        house.Clock.Advance(TimeSpan.FromHours(4));

        var facts = (await house.Get<StopFactsQuery>().OfAsync(KeySelection.Of([one.Id, two.Id]), KeyHouse.Auditor())).Value!;

        facts.ShouldBe(new StopFacts(2, 5, 2, new LatestCall("Zapier", house.Clock.GetUtcNow().AddHours(-4), "192.0.2.3", "erp/2"), IsWhole: true));
        facts.Silence.ShouldBeNull("of several keys there is none");
        var single = (await house.Get<StopFactsQuery>().OfAsync(KeySelection.Of([one.Id]), KeyHouse.Admin())).Value!;
        single.Requests.ShouldBe(2);
        var silence = single.Silence.ShouldNotBeNull();
        silence.SilentSince.ShouldBe(house.Clock.GetUtcNow().AddHours(-24));
        silence.Rhythm.Gaps.ShouldBe(0, "both of its calls came in one hour");
        silence.IsQuiet(house.Clock.GetUtcNow()).ShouldBeFalse();
    }

    [Fact]
    public async Task Facts_OfUnusedForeignAndRevokedKeys_AreNone()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (unused, revoked) = (await UsedKey.MakeAsync(house), await UsedKey.MakeAsync(house));
        var foreign = await UsedKey.MakeAsync(house, KeyHouse.Admin(KeyHouse.Beta));
        foreign.LetIn();
        revoked.LetIn();
        await house.Get<UsageWriter>().FlushAsync();
        await house.Keys.RevokeAsync(revoked.Id, reason: null, KeyHouse.Admin());

        (await house.Get<StopFactsQuery>().OfAsync(KeySelection.Of([unused.Id, revoked.Id, foreign.Id]), KeyHouse.Admin())).Value!.ShouldSatisfyAllConditions(
            facts => (facts with { Silence = null }).ShouldBe(new StopFacts(1, 0, 0, Latest: null, IsWhole: true)),
            facts => facts.Silence!.LastUsedAt.ShouldBeNull());
        (await house.Get<StopFactsQuery>().OfAsync(KeySelection.Of([unused.Id]), KeyHouse.Manager())).Error!.Capability.ShouldBe(Capabilities.AuditIntegrations);
    }
}
