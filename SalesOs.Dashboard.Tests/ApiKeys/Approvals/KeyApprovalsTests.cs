using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.ApiKeys.Approvals;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Tests.ApiKeys.Policies;

namespace SalesOs.Dashboard.Tests.ApiKeys.Approvals;

public class KeyApprovalsTests
{
    private static readonly KeyPolicy Everything = KeyPolicy.None with { SecondPerson = Enum.GetValues<SecondPersonAct>() };

    private static readonly Caller Asker = KeyHouse.Admin() with { ApprovalReason = " partner asked " };

    [Fact]
    public async Task Key_WithFullAccess_IsMadeByItsAskerAloneOnceAndOnlyWhenAnotherConsents()
    {
        await using var house = await KeyHouse.OpenAsync();
        await house.SetPolicyAsync(Everything);
        var approvals = house.Get<KeyApprovals>();
        var request = new NewKey("full access");
        var id = Waits((await house.Keys.CreateAsync(request, Asker)).Error);
        Waits((await house.Keys.CreateAsync(request, Asker)).Error).ShouldBe(id, "asked again, it is the same request");
        Waits((await house.Get<KeyReveals>().CreateAsync(request, Asker)).Error).ShouldBe(id, "so it is from the page");
        (await house.Keys.CreateAsync(new NewKey("scoped", Scopes: [Scopes.LeadsRead]), Asker)).Done.ShouldBeTrue("a key with scopes waits for nobody");

        (await approvals.ApproveAsync(id, null, KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.OwnRequest);
        (await approvals.ApproveAsync(id, null, Platform())).Error!.Reason.ShouldBe(ErrorReason.OwnRequest, "a program is no second person");
        (await approvals.ApproveAsync(id, null, KeyHouse.Auditor())).Error!.Capability.ShouldBe(Capabilities.AdminIntegrations);
        (await approvals.ApproveAsync(id, null, PolicyHouse.Other(KeyHouse.Beta))).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await approvals.ApprovedKeyAsync(id, Asker)).Error!.Reason.ShouldBe(ErrorReason.NotFound, "it is not approved yet");
        (await approvals.CountAsync(Asker), await approvals.CountAsync(PolicyHouse.Other())).ShouldBe((0, 1));

        var approved = (await approvals.ApproveAsync(id, "fine", PolicyHouse.Other())).Value!;
        (approved.State, approved.Reason, approved.AskedBy, approved.DecidedBy, approved.DecisionReason).ShouldBe((ApprovalState.Approved, "partner asked", "admin@example.test", "other@example.test", "fine"));
        (await approvals.CountAsync(Asker), await approvals.CountAsync(PolicyHouse.Other())).ShouldBe((1, 0));
        Waits((await house.Keys.CreateAsync(request, PolicyHouse.Other())).Error).ShouldNotBe(id, "the secret is the asker's");
        Waits((await house.Keys.CreateAsync(request with { RateLimit = 5000 }, Asker)).Error).ShouldNotBe(id, "another key is another request");
        (await approvals.ApprovedKeyAsync(id, Asker)).Value!.Name.ShouldBe("full access");
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => house.Keys.CreateAsync(request, Asker))));
        made.Count(m => m.Done).ShouldBe(1);
        made.Where(m => !m.Done).ShouldAllBe(m => Waits(m.Error) != id);

        (await house.EntriesAsync()).Where(e => e.Action.StartsWith("approval.", StringComparison.Ordinal) && Names(e, id)).Select(e => (e.Action, e.Actor)).ShouldBe(
        [
            (AuditActions.ApprovalRequested, "admin@example.test"), (AuditActions.ApprovalApproved, "other@example.test"), (AuditActions.ApprovalUsed, "admin@example.test"),
        ]);
    }

    [Fact]
    public async Task Acts_ThatLeaveAKeyUnrestrictedOrGone_WaitWhicheverWayTheyAreAsked()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (open, scoped) = (await house.MakeAsync(new NewKey("open")), await house.MakeAsync(new NewKey("scoped", Scopes: [Scopes.LeadsRead])));
        await house.SetPolicyAsync(Everything);
        var approvals = house.Get<KeyApprovals>();

        var rotating = Waits((await house.Keys.RotateAsync(open.Key.Id, Asker)).Error);
        var lifting = Waits((await house.Keys.EditAsync(scoped.Key.Id, new KeyEdit { Scopes = new(true, []) }, ifVersion: null, Asker)).Error);
        var deleting = Waits((await house.Keys.DeleteAsync(scoped.Key.Id, Asker)).Error);
        (await house.ViewAsync(scoped.Key.Id)).ShouldSatisfyAllConditions(k => k.Version.ShouldBe(1), k => k.Scopes.ShouldBe([Scopes.LeadsRead]));
        (await house.Keys.EditAsync(scoped.Key.Id, new KeyEdit { Name = "named anew" }, ifVersion: null, Asker)).Done.ShouldBeTrue();
        await house.Get<KeyPauses>().PauseAsync(open.Key.Id, new KeyPause(), null, Asker);
        (await house.Get<KeyPauses>().ResumeAsync(open.Key.Id, null, Asker)).Done.ShouldBeTrue("pausing and resuming never wait");

        (await approvals.ApproveAsync(lifting, null, PolicyHouse.Other())).Value!.State.ShouldBe(ApprovalState.Done);
        (await house.ViewAsync(scoped.Key.Id)).Scopes.ShouldBeEmpty();
        (await approvals.ApproveAsync(rotating, null, PolicyHouse.Other())).Value!.State.ShouldBe(ApprovalState.Approved);
        Waits((await house.Keys.RotateAsync(open.Key.Id, PolicyHouse.Other())).Error).ShouldNotBe(rotating);
        (await house.Keys.RotateAsync(open.Key.Id, Asker)).Done.ShouldBeTrue();
        Waits((await house.Keys.RotateAsync(open.Key.Id, Asker)).Error).ShouldNotBe(rotating, "it is used up");
        (await approvals.ApproveAsync(deleting, null, PolicyHouse.Other())).Value!.State.ShouldBe(ApprovalState.Done);
        (await house.Keys.GetAsync(scoped.Key.Id, Asker)).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await house.Keys.RevokeAsync(open.Key.Id, null, Asker)).Done.ShouldBeTrue("revoking never waits");
        (await approvals.ApproveAsync(deleting, null, PolicyHouse.Other())).Error!.Reason.ShouldBe(ErrorReason.ApprovalOver);
        (await house.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme)).Whole.ShouldBeTrue();
    }

    [Fact]
    public async Task Policy_ThatAsksForAnother_IsNotLessenedByOneAlone()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (policies, approvals) = (house.Get<KeyPolicies>(), house.Get<KeyApprovals>());
        var deleteAlone = KeyPolicy.None with { SecondPerson = [SecondPersonAct.Delete] };
        await house.SetPolicyAsync(deleteAlone);
        await house.SetPolicyAsync(deleteAlone with { MaxRateLimit = new PolicyDemand { Level = PolicyLevel.Warn, Value = 500 } });
        var lessening = Waits((await policies.SetAsync(KeyPolicy.None, null, Asker)).Error);
        (await policies.GetAsync(Asker)).Value!.Policy.SecondPerson.ShouldBe([SecondPersonAct.Delete]);
        await house.SetPolicyAsync(Everything);
        var changing = Waits((await policies.SetAsync(Everything with { ScopesRequired = new PolicyDemand { Level = PolicyLevel.Warn } }, null, Asker)).Error);

        (await approvals.ApproveAsync(lessening, null, PolicyHouse.Other())).Error!.Reason.ShouldBe(ErrorReason.PolicyChangedSince, "it was another policy that was to be lessened");
        (await approvals.ApproveAsync(changing, null, PolicyHouse.Other())).Value!.State.ShouldBe(ApprovalState.Done);
        var policy = (await policies.GetAsync(Asker)).Value!;
        (policy.Policy.ScopesRequired.Level, policy.ChangedBy).ShouldBe((PolicyLevel.Warn, "other@example.test"));
    }

    [Fact]
    public async Task Request_NotDecidedIn72Hours_OrOfAnErasedPerson_IsNotApprovedAnyMore()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (made, another) = (await house.MakeAsync(), await house.MakeAsync());
        await house.SetPolicyAsync(Everything);
        var approvals = house.Get<KeyApprovals>();
        var late = Waits((await house.Keys.DeleteAsync(made.Key.Id, Asker)).Error);
        house.Clock.Advance(TimeSpan.FromHours(72));
        (await approvals.ApproveAsync(late, null, PolicyHouse.Other())).Error!.Reason.ShouldBe(ErrorReason.ApprovalOver);
        (await approvals.ListAsync(open: true, 1, 25, Asker)).Value!.Total.ShouldBe(0);
        await house.Get<ApprovalEnds>().RecordAsync();
        await house.Get<ApprovalEnds>().RecordAsync();
        (await house.EntriesAsync()).Count(e => e.Action == AuditActions.ApprovalLapsed).ShouldBe(1);
        Waits((await house.Keys.DeleteAsync(made.Key.Id, Asker)).Error).ShouldNotBe(late);

        var erased = Waits((await house.Keys.DeleteAsync(another.Key.Id, Asker)).Error);
        (await house.Get<PersonErasure>().EraseAsync(made.Key.CreatedById!.Value, PolicyHouse.Other())).Done.ShouldBeTrue();
        (await approvals.ApproveAsync(erased, null, KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.ApprovalOver, "whoever was erased would be somebody else");
        (await house.Keys.GetAsync(another.Key.Id, Asker)).Done.ShouldBeTrue();

        house.Clock.Advance(Approval.Kept);
        await house.Get<ApprovalEnds>().RecordAsync();
        house.Clock.Advance(TimeSpan.FromDays(1));
        (await approvals.ListAsync(open: false, 1, 25, Asker)).Value!.Approvals.Select(a => a.Id).ShouldNotContain(late);
    }

    [Fact]
    public async Task Request_Declined_IsDoneByNobody()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync();
        await house.SetPolicyAsync(Everything);
        var approvals = house.Get<KeyApprovals>();
        var (declined, withdrawn) = (Waits((await house.Keys.CreateAsync(new NewKey("declined"), Asker)).Error), Waits((await house.Keys.DeleteAsync(made.Key.Id, Asker)).Error));
        (await approvals.DeclineAsync(declined, "not needed", PolicyHouse.Other())).Value!.ShouldSatisfyAllConditions(a => a.State.ShouldBe(ApprovalState.Declined), a => a.DecisionReason.ShouldBe("not needed"));
        (await approvals.DeclineAsync(withdrawn, null, Asker)).Value!.State.ShouldBe(ApprovalState.Declined, "one's own is withdrawn so");
        (await approvals.ApproveAsync(declined, null, PolicyHouse.Other())).Error!.Reason.ShouldBe(ErrorReason.ApprovalOver);
        Waits((await house.Keys.CreateAsync(new NewKey("declined"), Asker)).Error).ShouldNotBe(declined);
        (await approvals.DeclineAsync(declined, new string('x', 201), PolicyHouse.Other())).Error!.Faults.ShouldHaveSingleItem().Code.ShouldBe("reason_too_long");
    }

    private static Guid Waits(Error? error)
    {
        error.ShouldNotBeNull().Reason.ShouldBe(ErrorReason.NeedsApproval);
        return error.Approval!.Value;
    }

    private static bool Names(AuditEntryView entry, Guid request) => entry.Detail?["approval"]?.GetValue<string>() == request.ToString();

    private static Caller Platform() => KeyHouse.Admin() with { Kind = CallerKind.Service, Subject = "service:0123456789ab", Name = "service_role", Email = null };
}
