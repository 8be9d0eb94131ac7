using Microsoft.Extensions.Logging.Abstractions;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Sandbox;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Usage;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Components.Sandbox;

public sealed class SandboxKeysTests
{
    [Fact]
    public async Task Choice_OfOnesOwnKey_HasItWholeAndFirst()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync(new NewKey("CRM sync"));
        await house.MakeAsync(new NewKey("ERP import"));
        await house.Keys.RevokeAsync((await house.MakeAsync(new NewKey("Revoked"))).Key.Id, reason: null, KeyHouse.Admin());

        var choice = await For(house, KeyHouse.Auditor()).ChoiceAsync(made.Key.Id);

        (choice.Chosen!.Name, choice.ApiKey).ShouldBe(("CRM sync", made.ApiKey));
        choice.Keys.Select(k => k.Name).ShouldBe(["CRM sync", "ERP import"]);
        (await For(house, KeyHouse.Admin()).ChoiceAsync(chosen: null)).ApiKey.ShouldBeNull("only the one that is chosen is told whole");
    }

    [Fact]
    public async Task Choice_OfARevokedKey_IsThereToCompareWith()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync();
        await house.Keys.RevokeAsync(made.Key.Id, reason: null, KeyHouse.Admin());

        (await For(house, KeyHouse.Auditor()).ChoiceAsync(made.Key.Id)).ApiKey.ShouldBe(made.ApiKey);
    }

    [Fact]
    public async Task Choice_OfAnotherTenantsKey_OrByWhoMayNotSeeIt_HasNothingOfIt()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync();

        foreach (var caller in new[] { KeyHouse.Admin(KeyHouse.Beta), KeyHouse.Manager(), null })
        {
            var choice = await For(house, caller).ChoiceAsync(made.Key.Id);
            (choice.Keys.Count, choice.Chosen, choice.ApiKey, choice.Failed).ShouldBe((0, null, null, false));
        }

        (await house.Get<WholeKeyQuery>().OfAsync(made.Key.Id, KeyHouse.Admin(KeyHouse.Beta))).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await house.Get<WholeKeyQuery>().OfAsync(made.Key.Id, KeyHouse.Manager())).Error!.Capability.ShouldBe(Capabilities.AuditIntegrations);
    }

    [Fact]
    public async Task RefusedRequest_IsFoundByItsOwnOrganizationAlone()
    {
        await using var house = await KeyHouse.OpenAsync();
        var id = (await UsedKey.MakeAsync(house)).Refused(Verdict.BadSignature);
        await house.Get<UsageWriter>().FlushAsync();

        (await For(house, KeyHouse.Auditor()).FindAsync(id))!.Verdict.ShouldBe(Verdict.BadSignature);
        (await For(house, KeyHouse.Admin(KeyHouse.Beta)).FindAsync(id)).ShouldBeNull();
        (await For(house, KeyHouse.Manager()).FindAsync(id)).ShouldBeNull();
        (await For(house, caller: null).FindAsync(id)).ShouldBeNull();
    }

    private static SandboxKeys For(KeyHouse house, Caller? caller) =>
        new(new Somebody(() => caller), house.Keys, house.Get<WholeKeyQuery>(), house.Get<RejectionQuery>(), NullLogger<SandboxKeys>.Instance);
}
