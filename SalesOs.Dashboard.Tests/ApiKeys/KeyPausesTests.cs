using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;

namespace SalesOs.Dashboard.Tests.ApiKeys;

public class KeyPausesTests
{
    private const IReadOnlyList<int>? AnyVersion = null;

    [Fact]
    public async Task Key_PausedChangedAndResumed_IsAnEntryForEachAndForNothingElse()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync();
        var (id, began, until) = (made.Key.Id, house.Clock.GetUtcNow(), house.Clock.GetUtcNow().AddHours(1));

        var paused = (await PauseAsync(house, id, new KeyPause { Reason = " looked into ", Answer = PauseAnswer.Unauthorized })).Value!;
        paused.Pause.ShouldBe(new PauseView(began, "admin@example.test", Until: null, Then: null, "looked into", PauseAnswer.Unauthorized));
        (paused.Status, paused.Version, RingOf(house, made)).ShouldBe((KeyStatus.Paused, 2, (2, long.MaxValue, false)));
        house.Clock.Advance(TimeSpan.FromMinutes(1));
        var changed = (await PauseAsync(house, id, new KeyPause { Until = until, Then = PauseEnd.Revoke }, KeyHouse.Admin() with { Subject = "another", Email = "another@example.test" })).Value!;
        changed.Pause.ShouldBe(paused.Pause! with { Until = until, Then = PauseEnd.Revoke }, "the end alone is changed");
        (changed.Version, RingOf(house, made)).ShouldBe((3, (3, until.ToUnixTimeMilliseconds(), true)));
        (await PauseAsync(house, id, new KeyPause { Until = until, Then = PauseEnd.Revoke })).Value!.Version.ShouldBe(3, "nothing differs");
        var resumed = (await house.Get<KeyPauses>().ResumeAsync(id, AnyVersion, KeyHouse.Admin())).Value!;
        (resumed.Status, resumed.Pause, resumed.Version, house.Ring.Find(made.ApiKey)!.Pause).ShouldBe((KeyStatus.Active, null, 4, null));
        (await house.Get<KeyPauses>().ResumeAsync(id, AnyVersion, KeyHouse.Admin())).Value!.Version.ShouldBe(4);
        (await PauseAsync(house, id, new KeyPause())).Value!.Pause!.Answer.ShouldBe(PauseAnswer.KeyPaused, "a pause begins anew");

        (await EntriesAsync(house)).Select(e => e.Action).ShouldBe([AuditActions.KeyCreated, AuditActions.KeyPaused, AuditActions.KeyPaused, AuditActions.KeyResumed, AuditActions.KeyPaused]);
        var told = (await EntriesAsync(house))[2].Detail!;
        (told["name"]!.GetValue<string>(), told["reason"]!.GetValue<string>(), told["then"]!.GetValue<string>(), told["answer"]!.GetValue<string>())
            .ShouldBe(("Zapier", "looked into", "revoke", "unauthorized"));
        told["paused_until"]!.GetValue<long>().ShouldBe(until.ToUnixTimeMilliseconds());
        (await house.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme)).Whole.ShouldBeTrue();
    }

    [Fact]
    public async Task Pause_ByOneWhoMayNot_OfAnEndedKey_OrOfAnotherVersion_ChangesNothing()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (made, revoked, expired) = (await house.MakeAsync(), await house.MakeAsync(), await house.MakeAsync(new NewKey("short", ExpiresInDays: 1)));
        await house.Keys.RevokeAsync(revoked.Key.Id, reason: null, KeyHouse.Admin());
        house.Clock.Advance(TimeSpan.FromDays(2));
        var pauses = house.Get<KeyPauses>();

        foreach (var act in (Func<Guid, IReadOnlyList<int>?, Caller, Task<Result<ApiKeyView>>>[])
                 [(id, versions, caller) => pauses.PauseAsync(id, new KeyPause(), versions, caller), (id, versions, caller) => pauses.ResumeAsync(id, versions, caller)])
        {
            (await act(made.Key.Id, null, KeyHouse.Auditor())).Error!.Capability.ShouldBe(Capabilities.AdminIntegrations);
            (await act(made.Key.Id, null, KeyHouse.Admin(KeyHouse.Beta))).Error!.Reason.ShouldBe(ErrorReason.NotFound);
            (await act(made.Key.Id, [2, 7], KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.ChangedSince);
            (await act(revoked.Key.Id, null, KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.Ended);
            (await act(expired.Key.Id, null, KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.Ended);
        }

        var faulty = new KeyPause { Until = house.Clock.GetUtcNow(), Reason = new string('x', 201) };
        (await PauseAsync(house, made.Key.Id, faulty)).Error!.Faults.Select(f => (f.Field, f.Code)).ShouldBe([("until", "until_past"), ("reason", "reason_too_long")]);
        (await PauseAsync(house, made.Key.Id, new KeyPause { Then = PauseEnd.Revoke })).Error!.Faults.Single().Code.ShouldBe("then_without_until");
        (await pauses.PauseAsync(KeySelection.Of([made.Key.Id]), new KeyPause(), KeyHouse.Auditor())).Done.ShouldBeFalse();
        (await pauses.ResumeAsync(KeySelection.Of([made.Key.Id]), KeyHouse.Auditor())).Done.ShouldBeFalse();
        house.Ring.Find(made.ApiKey)!.Pause.ShouldBeNull();
        (await pauses.PauseAsync(made.Key.Id, new KeyPause(), [made.Key.Version], KeyHouse.Admin())).Value!.Status.ShouldBe(KeyStatus.Paused);
    }

    [Fact]
    public async Task Several_AndAllOfAPerson_ArePausedAndResumedWithoutThoseThatHaveEnded()
    {
        await using var house = await KeyHouse.OpenAsync();
        var leaver = KeyHouse.Admin() with { Subject = "leaver", Email = "leaver@example.test" };
        var (first, second, expired) = (await house.MakeAsync(caller: leaver), await house.MakeAsync(caller: leaver), await house.MakeAsync(new NewKey("expired", ExpiresInDays: 1), leaver));
        var (other, foreign) = (await house.MakeAsync(), await house.MakeAsync(caller: KeyHouse.Admin(KeyHouse.Beta)));
        house.Clock.Advance(TimeSpan.FromDays(2));
        var person = (await house.Keys.GetAsync(first.Key.Id, KeyHouse.Admin())).Value!.CreatedById!.Value;
        var pauses = house.Get<KeyPauses>();

        var theirs = (await pauses.PauseAsync(KeySelection.AllBy(person), new KeyPause { Reason = "left" }, KeyHouse.Admin())).Value!;
        theirs.ShouldBe([first.Key.Id, second.Key.Id], ignoreOrder: true);
        (await pauses.PauseAsync(KeySelection.Of([other.Key.Id, foreign.Key.Id, Guid.NewGuid()]), new KeyPause(), KeyHouse.Admin())).Value!.ShouldBe([other.Key.Id]);
        house.Ring.Find(foreign.ApiKey)!.Pause.ShouldBeNull();
        (await StatusAsync(house, first, second, expired, other)).ShouldBe([KeyStatus.Paused, KeyStatus.Paused, KeyStatus.Expired, KeyStatus.Paused]);

        (await pauses.ResumeAsync(KeySelection.Of([first.Key.Id, other.Key.Id, expired.Key.Id]), KeyHouse.Admin())).Value!.ShouldBe([first.Key.Id, other.Key.Id], ignoreOrder: true);
        (await pauses.ResumeAsync(KeySelection.AllBy(person), KeyHouse.Admin())).Value!.ShouldBe([second.Key.Id]);
        (await StatusAsync(house, first, second, expired, other)).ShouldBe([KeyStatus.Active, KeyStatus.Active, KeyStatus.Expired, KeyStatus.Active]);
        (await EntriesAsync(house)).Count(e => e.Action == AuditActions.KeyPaused).ShouldBe(3);
    }

    [Fact]
    public async Task Status_OfEachKey_IsTheSameInViewListTotalsAndMarks()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (active, paused, timed, dying) = (await house.MakeAsync(), await house.MakeAsync(new NewKey("paused", ExpiresInDays: 10)), await house.MakeAsync(), await house.MakeAsync());
        var (expired, revoked) = (await house.MakeAsync(new NewKey("expired", ExpiresInDays: 1)), await house.MakeAsync());
        var all = new[] { active, paused, timed, dying, expired, revoked };
        foreach (var key in (CreatedKey[])[paused, expired, revoked])
        {
            (await PauseAsync(house, key.Key.Id, new KeyPause())).Done.ShouldBeTrue();
        }

        await PauseAsync(house, timed.Key.Id, new KeyPause { Until = house.Clock.GetUtcNow().AddDays(2) });
        await PauseAsync(house, dying.Key.Id, new KeyPause { Until = house.Clock.GetUtcNow().AddDays(3), Then = PauseEnd.Revoke });
        await house.Keys.RevokeAsync(revoked.Key.Id, reason: null, KeyHouse.Admin());
        house.Clock.Advance(TimeSpan.FromDays(2) - TimeSpan.FromMilliseconds(1));
        await AreAsync(KeyStatus.Active, KeyStatus.Paused, KeyStatus.Paused, KeyStatus.Paused, KeyStatus.Expired, KeyStatus.Revoked);
        house.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await AreAsync(KeyStatus.Active, KeyStatus.Paused, KeyStatus.Active, KeyStatus.Paused, KeyStatus.Expired, KeyStatus.Revoked);
        house.Clock.Advance(TimeSpan.FromDays(1));
        await house.Get<PauseEnds>().RecordAsync();
        await AreAsync(KeyStatus.Active, KeyStatus.Paused, KeyStatus.Active, KeyStatus.Revoked, KeyStatus.Expired, KeyStatus.Revoked);

        async Task AreAsync(params KeyStatus[] expected)
        {
            (await StatusAsync(house, all)).ShouldBe(expected);
            foreach (var status in Enum.GetValues<KeyStatus>())
            {
                var found = (await house.Keys.ListAsync(new KeyQuery(Status: status), KeyHouse.Auditor())).Value!;
                found.Keys.Select(k => k.Id).ShouldBe(all.Where((_, i) => expected[i] == status).Select(k => k.Key.Id), ignoreOrder: true);
                found.Total.ShouldBe(found.Keys.Count);
            }

            var now = house.Clock.GetUtcNow();
            foreach (var mark in Enum.GetValues<KeyMark>())
            {
                var marked = (await house.Keys.ListAsync(new KeyQuery(Mark: mark), KeyHouse.Auditor())).Value!.Keys.Select(k => k.Id);
                marked.ShouldBe((await house.Keys.ListAsync(new KeyQuery(), KeyHouse.Auditor())).Value!.Keys.Where(k => k.Bears(mark, now)).Select(k => k.Id), ignoreOrder: true);
            }

            var totals = (await house.Get<KeyOverview>().TotalsAsync(KeyHouse.Auditor())).Value!;
            (totals.Active, totals.Paused, totals.Ended).ShouldBe((expected.Count(s => s == KeyStatus.Active), expected.Count(s => s == KeyStatus.Paused), expected.Count(s => s.IsEnded())));
        }
    }

    [Fact]
    public async Task PauseWithAnEnd_AcrossARestart_EndsByTheClockAndIsPutDownOnce()
    {
        var directory = Directory.CreateTempSubdirectory("salesos-").FullName;
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
        CreatedKey resumed, revoked, open;
        await using (var house = await KeyHouse.OpenAsync(directory, clock))
        {
            (resumed, revoked, open) = (await house.MakeAsync(), await house.MakeAsync(), await house.MakeAsync());
            await PauseAsync(house, resumed.Key.Id, new KeyPause { Until = clock.GetUtcNow().AddHours(1) });
            await PauseAsync(house, revoked.Key.Id, new KeyPause { Until = clock.GetUtcNow().AddHours(2), Then = PauseEnd.Revoke, Reason = "leaked" });
            await PauseAsync(house, open.Key.Id, new KeyPause { Reason = "until somebody looks" });
        }

        clock.Advance(TimeSpan.FromHours(2) - TimeSpan.FromMilliseconds(1));
        await using (var house = await KeyHouse.OpenAsync(directory, clock))
        {
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            (house.Ring.Find(resumed.ApiKey)!.Pause!.StandsAt(now), house.Ring.Find(revoked.ApiKey)!.Pause!.StandsAt(now)).ShouldBe((false, true), "before anything was put down");
            (await StatusAsync(house, resumed, revoked, open)).ShouldBe([KeyStatus.Active, KeyStatus.Paused, KeyStatus.Paused]);
            (await house.Get<KeyPauses>().PauseAsync(resumed.Key.Id, new KeyPause { Until = clock.GetUtcNow().AddDays(1) }, AnyVersion, KeyHouse.Admin())).Done.ShouldBeTrue();
            (await EntriesAsync(house)).TakeLast(2).Select(e => (e.Action, e.Actor)).ShouldBe([(AuditActions.KeyResumed, null), (AuditActions.KeyPaused, "admin@example.test")], "the end of the first pause was put down before the second");

            clock.Advance(TimeSpan.FromMilliseconds(1));
            house.Ring.Find(revoked.ApiKey)!.Pause!.HasRevokedAt(now + 1).ShouldBeTrue();
            (await house.Keys.GetAsync(revoked.Key.Id, KeyHouse.Admin())).Value!.ShouldSatisfyAllConditions(
                k => k.Status.ShouldBe(KeyStatus.Revoked),
                k => (k.RevokedAt, k.RevokedBy, k.RevokeReason).ShouldBe((clock.GetUtcNow(), "admin@example.test", "leaked")));
            (await house.Keys.EditAsync(revoked.Key.Id, new KeyEdit { Name = "no" }, ifVersion: null, KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.AlreadyRevoked);
            (await house.Get<KeyPauses>().ResumeAsync(revoked.Key.Id, AnyVersion, KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.Ended);
        }

        clock.Advance(TimeSpan.FromMinutes(1));
        for (var start = 0; start < 2; start++)
        {
            await using var house = await KeyHouse.OpenAsync(directory, clock);
            await house.Get<PauseEnds>().RecordAsync();
            await house.Get<PauseEnds>().RecordAsync();
            var entry = (await EntriesAsync(house)).Single(e => e.Action == AuditActions.KeyRevoked);
            (entry.KeyId, entry.Actor, entry.Detail!["reason"]!.GetValue<string>()).ShouldBe((revoked.Key.Id, null, "leaked"));
            var key = (await house.Keys.GetAsync(revoked.Key.Id, KeyHouse.Admin())).Value!;
            (key.Status, key.RevokedAt, key.RevokedBy, key.RevokeReason).ShouldBe((KeyStatus.Revoked, clock.GetUtcNow().AddMinutes(-1), "admin@example.test", "leaked"));
            house.Ring.Find(revoked.ApiKey)!.Revoked.ShouldBeTrue();
            (await StatusAsync(house, resumed, open)).ShouldBe([KeyStatus.Paused, KeyStatus.Paused]);
        }

        Directory.Delete(directory, recursive: true);
    }

    private static Task<Result<ApiKeyView>> PauseAsync(KeyHouse house, Guid id, KeyPause pause, Caller? caller = null) =>
        house.Get<KeyPauses>().PauseAsync(id, pause, AnyVersion, caller ?? KeyHouse.Admin());

    private static (int Version, long Until, bool ThenRevoked) RingOf(KeyHouse house, CreatedKey key) =>
        house.Ring.Find(key.ApiKey) is { Pause: { } pause } found ? (found.Version, pause.Until, pause.ThenRevoked) : default;

    private static async Task<IReadOnlyList<KeyStatus>> StatusAsync(KeyHouse house, params CreatedKey[] keys)
    {
        var figures = (await house.Keys.FiguresAsync([.. keys.Select(k => k.Key.Id)], KeyHouse.Auditor())).Value!.ToDictionary(f => f.Id, f => f.Status);
        return [.. keys.Select(k => figures[k.Key.Id])];
    }

    /// <summary>Oldest first.</summary>
    private static async Task<IReadOnlyList<AuditEntryView>> EntriesAsync(KeyHouse house) =>
        [.. (await house.Get<AuditQueries>().ListAsync(new AuditFilter(PerPage: 100), KeyHouse.Auditor())).Value!.Entries.Reverse()];
}
