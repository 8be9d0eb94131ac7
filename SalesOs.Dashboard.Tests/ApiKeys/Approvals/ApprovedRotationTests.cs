using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.ApiKeys.Approvals;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Tests.ApiKeys.Policies;

namespace SalesOs.Dashboard.Tests.ApiKeys.Approvals;

public class ApprovedRotationTests
{
    /// <summary>The page has no form to send again: it takes what was asked for.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Rotation_ReadBack_IsWhatWasAskedFor(int which)
    {
        await using var house = await KeyHouse.OpenAsync();
        var open = await house.MakeAsync(new NewKey("open", ExpiresInDays: 30));
        await house.SetPolicyAsync(KeyPolicy.None with { SecondPerson = [SecondPersonAct.CreateUnrestricted] });
        var soon = house.Clock.GetUtcNow().AddDays(9);
        KeyRotation[] all =
        [
            new(), new() { ExpiresAt = new(true, null) }, new() { ExpiresAt = new(true, soon), Overlap = new() { Until = soon } }, new() { ExpiresInDays = 7, Overlap = new() { QuietCycles = 3, Latest = soon } },
        ];
        var approvals = house.Get<KeyApprovals>();
        var request = (await house.Keys.RotateAsync(open.Key.Id, KeyHouse.Admin(), all[which])).Error!.Approval!.Value;
        await approvals.ApproveAsync(request, null, PolicyHouse.Other());

        var read = (await approvals.ApprovedRotationAsync(request, KeyHouse.Admin())).Value!;
        read.ShouldBe(all[which]);
        (await approvals.ApprovedRotationAsync(request, PolicyHouse.Other())).Done.ShouldBeFalse("the secret is the asker's");
        house.Clock.Advance(TimeSpan.FromDays(2));
        (await house.Get<KeyReveals>().RotateAsync(open.Key.Id, KeyHouse.Admin(), read, request)).Done.ShouldBeTrue();
        (await approvals.ListAsync(open: true, 1, 25, KeyHouse.Admin())).Value!.Total.ShouldBe(0);
    }
}
