using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Rotations;

namespace SalesOs.Dashboard.Tests.Usage.Rotations;

/// <summary>Rotations of a key that was called every night for forty days.</summary>
public class RotationEndsTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Rotation_WithATime_EndsThenWhoeverCalls()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (old, successor) = await RotateAsync(house, new RotationOverlap { Until = house.Clock.GetUtcNow() + (40 * Day) + Hour });
        old.LetIn();

        await StepAsync(house, Hour - TimeSpan.FromSeconds(1));
        (await StateAsync(house, old)).ShouldBe((RotationState.Saved, KeyStatus.Active));
        await StepAsync(house, TimeSpan.FromSeconds(1));

        (await StateAsync(house, successor)).ShouldBe((RotationState.Ended, KeyStatus.Revoked));
        house.Ring.Find(old.ApiKey)!.Revoked.ShouldBeTrue();
        house.Ring.Find(successor.ApiKey)!.Revoked.ShouldBeFalse();
        var entry = (await EntriesAsync(house, AuditActions.KeyRevoked)).ShouldHaveSingleItem();
        (entry.KeyId, entry.ActorId, entry.Detail!["reason"]!.GetValue<string>(), entry.Detail["rotated_to"]!.GetValue<string>())
            .ShouldBe((old.Id, null, "rotated", successor.Id.ToString()));
        entry.Detail["until"]!.GetValue<long>().ShouldBe(house.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        var key = (await house.Keys.GetAsync(old.Id, KeyHouse.Auditor())).Value!;
        (key.RevokeReason, key.RevokedBy, key.RevokedAt).ShouldBe(("rotated", null, house.Clock.GetUtcNow()));
        await house.Get<RotationEnds>().EndDueAsync();
        (await EntriesAsync(house, AuditActions.KeyRevoked)).Count.ShouldBe(1);
        (await house.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme)).Whole.ShouldBeTrue();
    }

    [Fact]
    public async Task Rotation_OnEvidence_EndsOnceTheOldKeyIsDrainedAndNotBefore()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (old, successor) = await RotateAsync(house, new RotationOverlap { QuietCycles = 1 });
        successor.LetIn();
        await FlushAsync(house);
        await StepAsync(house, Hour);
        (await ViewAsync(house, old)).ShouldSatisfyAllConditions(
            view => view.State.ShouldBe(RotationState.InUse),
            // The hour of the latest call is over, and three days have passed.
            view => view.Ends.ShouldBe(house.Clock.GetUtcNow() + (3 * Day)),
            view => view.Drain.Expected(house.Clock.GetUtcNow()).Select(s => s.Kind).Distinct().ShouldBe([StrandKind.Route, StrandKind.Program, StrandKind.Caller], ignoreOrder: true));

        await StepAsync(house, (3 * Day) - TimeSpan.FromSeconds(1));
        (await StateAsync(house, old)).ShouldBe((RotationState.InUse, KeyStatus.Active));
        (await ViewAsync(house, old)).Drain.IsDrained(house.Clock.GetUtcNow().AddSeconds(1)).ShouldBeTrue();
        await StepAsync(house, TimeSpan.FromSeconds(1));

        (await StateAsync(house, old)).ShouldBe((RotationState.Ended, KeyStatus.Revoked));
        (await EntriesAsync(house, AuditActions.KeyRevoked)).Single().Detail!["quiet_cycles"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task Rotation_WhoseNewKeyWasNeverUsed_GoesOn()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (old, successor) = await RotateAsync(house, new RotationOverlap { QuietCycles = 1 });

        await StepAsync(house, 80 * Hour);
        (await StateAsync(house, old)).ShouldBe((RotationState.Saved, KeyStatus.Active), "the program is down, or was not given the new key");
        (await ViewAsync(house, old)).Ends.ShouldBeNull();
        successor.LetIn();
        await FlushAsync(house);
        await StepAsync(house, TimeSpan.FromMinutes(1));
        (await StateAsync(house, old)).ShouldBe((RotationState.Ended, KeyStatus.Revoked));
    }

    [Fact]
    public async Task Rotation_ThatIsDueWhileACallIsCounted_GoesOn()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (old, successor) = await RotateAsync(house, new RotationOverlap { QuietCycles = 1 });
        successor.LetIn();
        await FlushAsync(house);
        await StepAsync(house, 3 * Day);

        house.Clock.Advance(Hour);
        old.LetIn();
        await house.Get<RotationEnds>().EndDueAsync();

        (await StateAsync(house, old)).ShouldBe((RotationState.InUse, KeyStatus.Active));
        await StepAsync(house, 17 * Day);
        (await StateAsync(house, old)).Status.ShouldBe(KeyStatus.Active, "it has come back after 73 hours: two weeks more than that are waited for now");
        await StepAsync(house, 2 * Hour);
        (await StateAsync(house, old)).Status.ShouldBe(KeyStatus.Revoked);
    }

    [Fact]
    public async Task Rotation_StillNeededAtLatest_IsHeldUntilSomebodyDecides()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (old, successor) = await RotateAsync(house, new RotationOverlap { QuietCycles = 1, Latest = house.Clock.GetUtcNow() + (45 * Day) + Hour });
        for (var night = 0; night < 5; night++)
        {
            successor.LetIn();
            await StepAsync(house, Day);
            old.LetIn();
            await FlushAsync(house);
        }

        await StepAsync(house, Hour);
        (await StateAsync(house, old)).ShouldBe((RotationState.Held, KeyStatus.Active));
        (await EntriesAsync(house, AuditActions.RotationHeld)).ShouldHaveSingleItem().Detail!["silent_since"]!.GetValue<long>().ShouldBe((house.Clock.GetUtcNow() - Hour).ToUnixTimeMilliseconds());
        await StepAsync(house, 10 * Day);
        (await StateAsync(house, old)).ShouldBe((RotationState.Held, KeyStatus.Active), "also once it is silent: somebody is to decide");
        (await EntriesAsync(house, AuditActions.KeyRevoked)).ShouldBeEmpty();

        (await house.Get<KeyRotations>().ChangeAsync(successor.Id, new RotationOverlap { QuietCycles = 2 }, KeyHouse.Admin())).Value.ShouldBe(old.Id);
        await StepAsync(house, 2 * Day);
        (await StateAsync(house, old)).ShouldBe((RotationState.Ended, KeyStatus.Revoked));
        (await EntriesAsync(house, AuditActions.RotationChanged)).ShouldHaveSingleItem().Detail!["quiet_cycles"]!.GetValue<int>().ShouldBe(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rotation_WhoseNewKeyNoLongerWorks_IsHeld(bool onEvidence)
    {
        await using var house = await KeyHouse.OpenAsync();
        var (old, successor) = await RotateAsync(house, onEvidence ? new RotationOverlap { QuietCycles = 1 } : new RotationOverlap { Until = house.Clock.GetUtcNow() + (42 * Day) });
        successor.LetIn();
        await FlushAsync(house);
        await house.Keys.RevokeAsync(successor.Id, reason: null, KeyHouse.Admin());

        await StepAsync(house, 4 * Day);

        (await StateAsync(house, old)).ShouldBe((RotationState.Held, KeyStatus.Active), "the old key is all that is left");
    }

    [Fact]
    public async Task Rotation_WhoseEndFallsWhileTheProgramIsDown_IsEndedOrHeldAtItsStart()
    {
        var directory = Directory.CreateTempSubdirectory("salesos-").FullName;
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 9, 22, 12, 0, 0, TimeSpan.Zero));
        (UsedKey Old, UsedKey New) timed, drained, needed;
        await using (var house = await KeyHouse.OpenAsync(directory, clock))
        {
            drained = await RotateAsync(house, new RotationOverlap { QuietCycles = 1 });
            drained.New.LetIn();
            await FlushAsync(house);
            await StepAsync(house, 71 * Hour);
            timed = await RotateAsync(house, new RotationOverlap { Until = clock.GetUtcNow() + Hour }, nights: 0);
            needed = await RotateAsync(house, new RotationOverlap { QuietCycles = 1, Latest = clock.GetUtcNow() + (2 * Day) }, nights: 0);
            needed.Old.LetIn();
            needed.New.LetIn();
            await FlushAsync(house);
            (await StateAsync(house, drained.Old)).Status.ShouldBe(KeyStatus.Active);
        }

        clock.Advance(5 * Day);
        await using (var house = await KeyHouse.OpenAsync(directory, clock))
        {
            await house.Get<RotationEnds>().EndDueAsync();
            (await StateAsync(house, timed.Old)).ShouldBe((RotationState.Ended, KeyStatus.Revoked));
            (await StateAsync(house, needed.Old)).ShouldBe((RotationState.Held, KeyStatus.Active), "five days in which nobody could call are no evidence");
            (await StateAsync(house, drained.Old)).ShouldBe((RotationState.InUse, KeyStatus.Active));
            (await ViewAsync(house, drained.Old)).Drain.Unwatched.ShouldBe(5 * Day);
            house.Ring.Find(timed.Old.ApiKey)!.Revoked.ShouldBeTrue();
            await house.Get<RotationEnds>().EndDueAsync();
            (await EntriesAsync(house, AuditActions.KeyRevoked)).Count.ShouldBe(1);
            (await EntriesAsync(house, AuditActions.RotationHeld)).Count.ShouldBe(1);
            await StepAsync(house, 2 * Hour);
            (await StateAsync(house, drained.Old)).ShouldBe((RotationState.Ended, KeyStatus.Revoked));
        }
    }

    [Fact]
    public async Task Overlap_ByOneWhoMayNot_OfAnotherTenant_OrOfNoRotation_IsNotChanged()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (old, successor) = await RotateAsync(house, RotationOverlap.ByHand, nights: 1);
        var alone = await UsedKey.MakeAsync(house);
        var rotations = house.Get<KeyRotations>();
        var quiet = new RotationOverlap { QuietCycles = 3 };

        foreach (var act in (Func<Guid, Caller, Task<Result<Guid>>>[])[(id, caller) => rotations.ChangeAsync(id, quiet, caller), (id, caller) => rotations.EndAsync(id, caller)])
        {
            (await act(old.Id, KeyHouse.Auditor())).Error!.Capability.ShouldBe(Capabilities.AdminIntegrations);
            (await act(old.Id, KeyHouse.Admin(KeyHouse.Beta))).Error!.Reason.ShouldBe(ErrorReason.NotFound);
            (await act(alone.Id, KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        }

        (await house.Get<RotationQuery>().OfAsync(old.Id, KeyHouse.Manager())).Error!.Capability.ShouldBe(Capabilities.AuditIntegrations);
        (await house.Get<RotationQuery>().OfAsync(old.Id, KeyHouse.Auditor(KeyHouse.Beta))).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await ViewAsync(house, old)).Overlap.ShouldBe(RotationOverlap.ByHand);
        var faulty = new RotationOverlap { Until = house.Clock.GetUtcNow(), QuietCycles = 6, Latest = house.Clock.GetUtcNow().AddDays(31) };
        (await rotations.ChangeAsync(old.Id, faulty, KeyHouse.Admin())).Error!.Faults.Select(f => (f.Field, f.Code)).ShouldBe(
            [("overlap.quiet_cycles", "overlap_both"), ("overlap.until", "until_past"), ("overlap.quiet_cycles", "quiet_cycles_range"), ("overlap.latest", "latest_too_far")]);
        (await house.Keys.RotateAsync(old.Id, KeyHouse.Admin(), new KeyRotation { Overlap = new RotationOverlap { Latest = house.Clock.GetUtcNow().AddDays(1) } }))
            .Error!.Faults.Single().Code.ShouldBe("latest_without_cycles");

        (await rotations.ChangeAsync(successor.Id, quiet, KeyHouse.Admin())).Value.ShouldBe(old.Id);
        (await rotations.ChangeAsync(old.Id, quiet, KeyHouse.Admin())).Done.ShouldBeTrue();
        (await EntriesAsync(house, AuditActions.RotationChanged)).Count.ShouldBe(1, "nothing differed the second time");
        (await rotations.EndAsync(successor.Id, KeyHouse.Admin())).Value.ShouldBe(old.Id);
        (await EntriesAsync(house, AuditActions.KeyRevoked)).ShouldHaveSingleItem().Actor.ShouldBe("admin@example.test");
        (await rotations.EndAsync(successor.Id, KeyHouse.Admin())).Done.ShouldBeTrue("ending twice changes nothing");
        (await rotations.ChangeAsync(old.Id, quiet, KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.RotationOver);
    }

    [Fact]
    public async Task Rotation_OfAKeyThatWasRotatedBeforeOverlapsWereKept_IsByHand()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (old, successor) = await RotateAsync(house, RotationOverlap.ByHand, nights: 1);
        await house.Database.WriteAsync(tenantId: null, db => Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.ExecuteSqlRawAsync(db.Database, """DELETE FROM "rotations" """));

        (await ViewAsync(house, successor)).ShouldSatisfyAllConditions(view => view.Overlap.ShouldBe(RotationOverlap.ByHand), view => view.Ends.ShouldBeNull(), view => view.Old.Key.Id.ShouldBe(old.Id));
        (await house.Get<KeyRotations>().ChangeAsync(old.Id, new RotationOverlap { Until = house.Clock.GetUtcNow() + Hour }, KeyHouse.Admin())).Done.ShouldBeTrue();
        await StepAsync(house, Hour);
        (await StateAsync(house, old)).Status.ShouldBe(KeyStatus.Revoked);
    }

    private static async Task<(UsedKey Old, UsedKey New)> RotateAsync(KeyHouse house, RotationOverlap overlap, int nights = 40)
    {
        var made = await house.MakeAsync(new NewKey("nightly"));
        var old = UsedKey.Of(house, made);
        for (var night = 0; night < nights; night++)
        {
            house.Clock.Advance(Day);
            old.LetIn(3);
            await FlushAsync(house);
        }

        var rotated = await house.Keys.RotateAsync(made.Key.Id, KeyHouse.Admin(), new KeyRotation { Overlap = overlap });
        rotated.Done.ShouldBeTrue();
        return (old, UsedKey.Of(house, rotated.Value!));
    }

    /// <summary>An hour at a time: for as long as an hour the program may be away.</summary>
    private static async Task StepAsync(KeyHouse house, TimeSpan time)
    {
        for (var left = time; left > TimeSpan.Zero; left -= Hour)
        {
            house.Clock.Advance(left < Hour ? left : Hour);
            await house.Get<RotationEnds>().EndDueAsync();
        }
    }

    private static async Task FlushAsync(KeyHouse house) => (await house.Get<UsageWriter>().FlushAsync()).ShouldBeTrue();

    private static async Task<RotationView> ViewAsync(KeyHouse house, UsedKey key) => (await house.Get<RotationQuery>().OfAsync(key.Id, KeyHouse.Auditor())).Value.ShouldNotBeNull();

    private static async Task<(RotationState State, KeyStatus Status)> StateAsync(KeyHouse house, UsedKey key) => await ViewAsync(house, key) is var view ? (view.State, view.Old.Key.Status) : default;

    private static async Task<IReadOnlyList<AuditEntryView>> EntriesAsync(KeyHouse house, string action) =>
        (await house.Get<AuditQueries>().ListAsync(new AuditFilter(Action: action), KeyHouse.Auditor())).Value!.Entries;
}
