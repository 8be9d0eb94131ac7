using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.ApiKeys.Approvals;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Tests.ApiKeys.Policies;

namespace SalesOs.Dashboard.Tests.ApiKeys.Approvals;

/// <summary>What waits, what was approved and what is done are one and the same.</summary>
public class ApprovedActsTests
{
    private static readonly KeyPolicy Everything = KeyPolicy.None with { SecondPerson = Enum.GetValues<SecondPersonAct>() };

    private static readonly Caller Asker = KeyHouse.Admin();

    /// <summary>An empty list, and <c>null</c> in a body.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Scopes_LiftedHoweverItIsSaid_WaitForAnother(bool isNull)
    {
        await using var house = await KeyHouse.OpenAsync();
        var scoped = await house.MakeAsync(new NewKey("scoped", Scopes: [Scopes.LeadsRead]));
        var open = await house.MakeAsync(new NewKey("open"));
        await house.SetPolicyAsync(Everything);
        var lifting = new KeyEdit { Scopes = new(true, isNull ? null : []) };

        var id = Waits((await house.Keys.EditAsync(scoped.Key.Id, lifting, ifVersion: null, Asker)).Error);
        (await house.ViewAsync(scoped.Key.Id)).Scopes.ShouldBe([Scopes.LeadsRead]);
        (await house.Keys.EditAsync(open.Key.Id, lifting, ifVersion: null, Asker)).Done.ShouldBeTrue("it has none to lift");
        Waits((await house.Keys.CreateAsync(new NewKey("new", Scopes: isNull ? null : []), Asker)).Error);
        (await house.Get<KeyApprovals>().ApproveAsync(id, null, PolicyHouse.Other())).Value!.State.ShouldBe(ApprovalState.Done);
        (await house.ViewAsync(scoped.Key.Id)).Scopes.ShouldBeEmpty();
    }

    /// <summary>One field of the call after the other is another than was approved.</summary>
    [Fact]
    public async Task Rotation_Approved_IsTheOneThatWasAskedFor()
    {
        await using var house = await KeyHouse.OpenAsync();
        var open = await house.MakeAsync(new NewKey("open", ExpiresInDays: 30));
        await house.SetPolicyAsync(Everything);
        var (id, now) = (open.Key.Id, house.Clock.GetUtcNow());
        var asked = new KeyRotation { ExpiresInDays = 90, Overlap = new RotationOverlap { QuietCycles = 2, Latest = now.AddDays(20) } };
        var request = Waits((await house.Keys.RotateAsync(id, Asker, asked)).Error);
        (await house.Get<KeyApprovals>().ApproveAsync(request, null, PolicyHouse.Other())).Value!.ShouldSatisfyAllConditions(
            a => a.State.ShouldBe(ApprovalState.Approved),
            a => a.Detail["expires_at"]!.GetValue<long>().ShouldBe(now.AddDays(90).ToUnixTimeMilliseconds()),
            a => a.Detail["quiet_cycles"]!.GetValue<int>().ShouldBe(2));

        KeyRotation?[] others =
        [
            null, asked with { ExpiresInDays = 91 }, asked with { ExpiresInDays = null }, asked with { ExpiresInDays = null, ExpiresAt = new(true, null) }, asked with { Overlap = null },
            asked with { Overlap = new RotationOverlap { QuietCycles = 2 } }, asked with { Overlap = new RotationOverlap { Until = now.AddDays(1) } },
        ];
        foreach (var other in others)
        {
            Waits((await house.Keys.RotateAsync(id, Asker, other)).Error).ShouldNotBe(request, $"{other}");
        }

        var made = await house.Keys.RotateAsync(id, Asker, asked);
        (made.Done, made.Value!.Key.ExpiresAt).ShouldBe((true, now.AddDays(90)), "the same call once more");
    }

    /// <summary>By whoever approves, or by the asker's own call where the approval alone was not done.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Policy_Approved_HasTheDatesThatWereShown(bool byApprover)
    {
        await using var house = await KeyHouse.OpenAsync();
        var (policies, approvals, now) = (house.Get<KeyPolicies>(), house.Get<KeyApprovals>(), house.Clock.GetUtcNow());
        var standing = (await house.SetPolicyAsync(Everything with { ScopesRequired = new PolicyDemand { Level = PolicyLevel.Require, From = now } })).Policy;
        house.Clock.Advance(TimeSpan.FromDays(2));
        var asking = house.Clock.GetUtcNow();
        var wanted = standing with
        {
            MaxRateLimit = new PolicyDemand { Level = PolicyLevel.Require, Value = 500 },
            SingleUseRequired = new PolicyDemand { Level = PolicyLevel.Require, From = asking.AddHours(-3) },
            AllowedIpsRequired = new PolicyDemand { Level = PolicyLevel.Require, From = asking.AddHours(40) },
            MaxUnusedDays = new PolicyDemand { Level = PolicyLevel.Require, Value = 90, From = asking.AddDays(20) },
        };
        var request = Waits((await policies.SetAsync(wanted, null, Asker)).Error);
        house.Clock.Advance(TimeSpan.FromHours(50));
        Waits((await policies.SetAsync(wanted, null, Asker)).Error).ShouldBe(request, "asked again it is the same, whatever the time");

        var doing = house.Clock.GetUtcNow();
        if (byApprover)
        {
            (await approvals.ApproveAsync(request, null, PolicyHouse.Other())).Value!.State.ShouldBe(ApprovalState.Done);
        }
        else
        {
            await ApprovedAloneAsync(house, request);
            (await policies.SetAsync(wanted, null, Asker)).Done.ShouldBeTrue();
        }

        var set = (await policies.GetAsync(Asker)).Value!.Policy;
        (set.MaxRateLimit.From, set.MaxUnusedDays.From).ShouldBe((asking + KeyPolicies.Grace, asking.AddDays(20)));
        (set.SingleUseRequired.From, set.AllowedIpsRequired.From).ShouldBe((doing, doing), "these have passed meanwhile");
        set.ScopesRequired.From.ShouldBe(now, "what was not asked for stays");
    }

    [Fact]
    public async Task Edit_ThatLiftsScopesAndNamesMore_IsRefusedWhereLiftingWaits()
    {
        await using var house = await KeyHouse.OpenAsync();
        var scoped = await house.MakeAsync(new NewKey("scoped", Scopes: [Scopes.LeadsRead]));
        await house.SetPolicyAsync(Everything);
        var lifting = new KeyEdit { Scopes = new(true, []) };
        KeyEdit[] more =
        [
            lifting with { Name = "other" }, lifting with { Notes = "other" }, lifting with { RateLimit = 500 }, lifting with { AllowedIps = new(true, []) }, lifting with { ExpiresAt = new(true, null) },
            lifting with { ExpiresInDays = 9 }, lifting with { SingleUse = true }, lifting with { Owner = KeyOwners.Me },
        ];
        foreach (var edit in more)
        {
            (await house.Keys.EditAsync(scoped.Key.Id, edit, ifVersion: null, Asker)).Error!.Faults.ShouldBe([new RuleFault("scopes", "scopes_alone")], $"{edit}");
        }

        (await house.ViewAsync(scoped.Key.Id)).ShouldSatisfyAllConditions(k => k.Version.ShouldBe(1), k => k.Name.ShouldBe("scoped"));
        (await house.Get<KeyApprovals>().ListAsync(open: false, 1, 25, Asker)).Value!.Total.ShouldBe(0, "nothing waits");
        (await house.Keys.EditAsync(scoped.Key.Id, new KeyEdit { RateLimit = 500, Scopes = new(true, [Scopes.LeadsWrite]) }, ifVersion: null, Asker)).Done.ShouldBeTrue("other scopes wait for nobody");
    }

    [Fact]
    public async Task Approval_WhoseActIsRefused_StaysForTheNextTry()
    {
        await using var house = await KeyHouse.OpenAsync();
        var scoped = await house.MakeAsync(new NewKey("scoped", Scopes: [Scopes.LeadsRead]));
        await house.SetPolicyAsync(KeyPolicy.None with { SecondPerson = [SecondPersonAct.CreateUnrestricted] });
        var (approvals, lifting) = (house.Get<KeyApprovals>(), new KeyEdit { Scopes = new(true, []) });
        var request = Waits((await house.Keys.EditAsync(scoped.Key.Id, lifting, ifVersion: null, Asker)).Error);
        await ApprovedAloneAsync(house, request);
        var lessening = Waits((await house.Get<KeyPolicies>().SetAsync(KeyPolicy.None, null, Asker)).Error);
        (await approvals.ApproveAsync(lessening, null, PolicyHouse.Other())).Value!.State.ShouldBe(ApprovalState.Done);

        (await house.Keys.EditAsync(scoped.Key.Id, lifting with { Owner = "nobody" }, ifVersion: null, Asker)).Error!.Faults.ShouldHaveSingleItem().Code.ShouldBe("owner_unknown");
        (await StateAsync()).ShouldBe(ApprovalState.Approved);
        (await house.Keys.EditAsync(scoped.Key.Id, lifting, ifVersion: null, Asker)).Done.ShouldBeTrue();
        (await StateAsync()).ShouldBe(ApprovalState.Done);

        async Task<ApprovalState> StateAsync() => (await approvals.ListAsync(open: false, 1, 25, Asker)).Value!.Approvals.Single(a => a.Id == request).State;
    }

    [Fact]
    public async Task Approval_OfAnActThatNeedsNoneAnyMore_IsUsedUpByIt()
    {
        await using var house = await KeyHouse.OpenAsync();
        var open = await house.MakeAsync(new NewKey("open"));
        await house.SetPolicyAsync(KeyPolicy.None with { SecondPerson = [SecondPersonAct.CreateUnrestricted] });
        var approvals = house.Get<KeyApprovals>();
        var (creating, rotating) = (Waits((await house.Keys.CreateAsync(new NewKey("new"), Asker)).Error), Waits((await house.Keys.RotateAsync(open.Key.Id, Asker)).Error));
        await approvals.ApproveAsync(creating, null, PolicyHouse.Other());
        await approvals.ApproveAsync(rotating, null, PolicyHouse.Other());
        var lessening = Waits((await house.Get<KeyPolicies>().SetAsync(KeyPolicy.None, null, Asker)).Error);
        (await approvals.ApproveAsync(lessening, null, PolicyHouse.Other())).Value!.State.ShouldBe(ApprovalState.Done);

        (await house.Keys.CreateAsync(new NewKey("another"), Asker)).Done.ShouldBeTrue();
        (await StatesAsync()).ShouldBe([ApprovalState.Approved, ApprovalState.Approved], "another key is another act");
        (await house.Keys.CreateAsync(new NewKey("new"), Asker)).Done.ShouldBeTrue();
        (await house.Keys.RotateAsync(open.Key.Id, Asker)).Done.ShouldBeTrue();
        (await StatesAsync()).ShouldBe([ApprovalState.Done, ApprovalState.Done]);
        house.Clock.Advance(TimeSpan.FromDays(7));
        await house.Get<ApprovalEnds>().RecordAsync();
        (await house.EntriesAsync()).Select(e => e.Action).ShouldNotContain(action => action == AuditActions.ApprovalLapsed);
        (await house.Keys.CreateAsync(new NewKey("new"), Asker)).Done.ShouldBeTrue("and nothing is asked for any more");

        async Task<IEnumerable<ApprovalState>> StatesAsync() =>
            (await approvals.ListAsync(open: false, 1, 25, Asker)).Value!.Approvals.Where(a => a.Id == creating || a.Id == rotating).Select(a => a.State);
    }

    /// <summary>Approved and not done, as after a stop between the two.</summary>
    private static Task<bool> ApprovedAloneAsync(KeyHouse house, Guid request) => house.Database.WriteAsync(KeyHouse.Acme, async db =>
    {
        (await db.Set<Approval>().SingleAsync(a => a.Id == request)).Approve(house.Clock.GetUtcNow(), reason: null);
        return true;
    });

    private static Guid Waits(Error? error)
    {
        error.ShouldNotBeNull().Reason.ShouldBe(ErrorReason.NeedsApproval);
        return error.Approval!.Value;
    }
}
